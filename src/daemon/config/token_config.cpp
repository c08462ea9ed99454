#include "daemon/config/token_config.hpp"

#include "http/token.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace sluice::daemon {

using contract::Node;

namespace {

constexpr std::uint64_t kPerSecondMax = 1'000'000;

void read_roles(const Node& node, std::vector<Grant>& grants) {
    for (const Node& item : node.items()) {
        const auto text = item.text();
        if (!text) continue;
        auto grant = parse_grant(*text);
        if (grant) {
            grants.push_back(std::move(grant).value());
        } else {
            item.problem(grant.error().message);
        }
    }
    if (node.present() && grants.empty())
        node.problem("gives no role; there are: publish, subscribe NAME, view, operate, admin");
}

TokenConfig read_token(const Node& node) {
    node.only({"name", "hash", "roles", "rate"});
    TokenConfig token;
    token.name = node.required("name").text().value_or("");
    token.hash = node.required("hash").text().value_or("");
    if (!token.hash.empty() && !http::is_token_hash(token.hash)) {
        node.at("hash").problem(
            "is no hash, \"sha256:\" and 64 digits; `sluice token` makes a token and its hash"
        );
    }
    read_roles(node.required("roles"), token.grants);
    token.per_second =
        static_cast<std::uint32_t>(node.at("rate").count(1, kPerSecondMax).value_or(0));
    return token;
}

}  // namespace

std::vector<TokenConfig> read_tokens(const Node& node) {
    std::vector<TokenConfig> tokens;
    if (!node.present()) return tokens;
    node.only({"tokens"});
    std::set<std::string> names;
    std::set<std::string> hashes;
    for (const Node& item : node.required("tokens").items()) {
        TokenConfig token = read_token(item);
        if (!names.insert(token.name).second) {
            item.problem(fmt::format("there is a token '{}' already", token.name));
        }
        if (!hashes.insert(token.hash).second) {
            item.problem(fmt::format("the token '{}' is another one's, too", token.name));
        }
        tokens.push_back(std::move(token));
    }
    if (tokens.empty())
        node.at("tokens").problem("is empty: nobody could be let in; leave out `auth`");
    return tokens;
}

}  // namespace sluice::daemon
