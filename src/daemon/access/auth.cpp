#include "daemon/access/auth.hpp"

#include "http/token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace sluice::daemon {

namespace {

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kOverRate = 429;
constexpr double kMsPerSecond = 1'000;

http::Response who_are_you(std::string_view why) {
    http::Response response =
        http::problem({ErrorCode::kInvalidArgument, std::string{why}}, kUnauthorized);
    response.headers.emplace("WWW-Authenticate", "Bearer realm=\"sluice\"");
    return response;
}

std::int64_t monotonic_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

Auth::Auth(const std::vector<TokenConfig>& tokens) {
    for (const TokenConfig& token : tokens) {
        Known known{token, std::make_unique<Bucket>()};
        known.bucket->left = token.per_second;
        known.bucket->at_ms = monotonic_ms();
        by_hash_.emplace(token.hash, std::move(known));
    }
}

bool Auth::is_within_rate(const Known& known) {
    if (known.token.per_second == 0) return true;
    const double rate = known.token.per_second;
    const std::lock_guard lock{known.bucket->mutex};
    const std::int64_t now = monotonic_ms();
    const double come = static_cast<double>(now - known.bucket->at_ms) / kMsPerSecond * rate;
    known.bucket->left = std::min(known.bucket->left + come, rate);
    known.bucket->at_ms = now;
    if (known.bucket->left < 1) return false;
    known.bucket->left -= 1;
    return true;
}

std::string Auth::name_of(const http::Request& request) const {
    const std::string_view token = http::bearer_token(request.header("Authorization"));
    const auto found = by_hash_.find(http::token_hash(token));
    return token.empty() || found == by_hash_.end() ? std::string{} : found->second.token.name;
}

std::optional<http::Response> Auth::refusal_of(const http::Request& request) {
    if (!is_on()) return std::nullopt;
    const std::string_view token = http::bearer_token(request.header("Authorization"));
    if (token.empty()) return who_are_you("a token is needed: Authorization: Bearer …");
    // Looked for by its hash: how long that takes tells nothing about a token.
    const auto found = by_hash_.find(http::token_hash(token));
    if (found == by_hash_.end()) return who_are_you("the token is not known");
    const Known& known = found->second;
    const Grant needed = grant_needed(request.method, request.path);
    const auto instead =
        grant_instead(request.method, request.path, request.parameter("projection"));
    const bool let_in =
        allows(known.token.grants, needed) || (instead && allows(known.token.grants, *instead));
    if (!let_in) {
        return http::problem(
            {ErrorCode::kInvalidArgument,
             fmt::format("the token '{}' has not the role '{}'", known.token.name, needed.text())},
            kForbidden
        );
    }
    if (is_within_rate(known)) return std::nullopt;
    return http::problem(
        {ErrorCode::kUnavailable,
         fmt::format(
             "the token '{}' may send {} requests a second",
             known.token.name,
             known.token.per_second
         )},
        kOverRate
    );
}

}  // namespace sluice::daemon
