#include "daemon/config/push_config.hpp"

#include "daemon/config/secret_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace sluice::daemon {

namespace push = deliver::push;
using contract::Node;

namespace {

constexpr std::uint64_t kConnectionsMax = 10'000;
constexpr std::size_t kSecretsMax = 8;
constexpr std::uint64_t kRatePerMinuteMax = 10'000'000;
constexpr std::uint64_t kBatchBytesMin = 1'024;
constexpr std::uint64_t kBatchBytesMax = std::uint64_t{64} << 20;

void read_target(const Node& node, const push::AddressGuard& guard, push::Target& target) {
    const auto url = node.text();
    if (!url) return;
    auto parsed = push::parse_target(*url);
    if (!parsed) {
        node.problem(parsed.error().message);
        return;
    }
    target = std::move(parsed).value();
    const auto address = push::IpAddress::parse(target.host);
    if (!address) return;
    if (const Status checked = guard.check(*address); !checked)
        node.problem(checked.error().message);
}

void read_secrets(
    const Node& node,
    const std::filesystem::path& directory,
    const Environment& environment,
    std::vector<push::Secret>& secrets
) {
    if (!node.present()) return;
    for (const Node& item : node.items()) {
        const auto value = read_secret_value(item, directory, environment);
        if (!value) continue;
        auto secret = push::Secret::parse(value->text);
        if (secret) {
            secrets.push_back(std::move(secret).value());
        } else {
            item.problem(secret.error().message);
        }
    }
    if (secrets.size() > kSecretsMax) {
        node.problem(fmt::format("has {} secrets; at most {}", secrets.size(), kSecretsMax));
    }
}

void read_authorization(
    const Node& node,
    const std::filesystem::path& directory,
    const Environment& environment,
    std::string& authorization
) {
    if (!node.present()) return;
    auto value = read_secret_value(node, directory, environment);
    if (!value) return;
    const bool fits = !value->text.empty() &&
                      std::all_of(value->text.begin(), value->text.end(), [](char letter) {
                          return letter >= ' ' && letter < '\x7f';
                      });
    if (!fits) node.problem("is no value of a header: letters of ASCII, and no line breaks");
    authorization = std::move(value->text);
}

bool is_dns_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '-' || letter == '.';
    });
}

void read_handshake(const Node& node, push::ConsentOptions& consent) {
    if (!node.present()) return;
    node.only({"origin", "rate"});
    consent.origin = node.required("origin").text().value_or("");
    if (!consent.origin.empty() && !is_dns_name(consent.origin)) {
        node.at("origin").problem(fmt::format("'{}' is no DNS name", consent.origin));
    }
    consent.per_minute =
        static_cast<std::uint32_t>(node.at("rate").count(1, kRatePerMinuteMax).value_or(0));
}

}  // namespace

push::AddressGuard read_push_guard(const Node& node) {
    std::vector<push::IpRange> allowed;
    if (!node.present()) return push::AddressGuard{};
    node.only({"allow"});
    const Node list = node.at("allow");
    if (!list.present()) return push::AddressGuard{};
    for (const Node& item : list.items()) {
        const auto text = item.text();
        if (!text) continue;
        const auto range = push::IpRange::parse(*text);
        if (range) {
            allowed.push_back(range.value());
        } else {
            item.problem(range.error().message);
        }
    }
    return push::AddressGuard{std::move(allowed)};
}

push::PushOptions read_push_sink(
    const Node& node,
    const push::AddressGuard& guard,
    const std::filesystem::path& directory,
    const Environment& environment
) {
    using std::chrono::minutes;
    push::PushOptions options;
    push::CourierOptions& courier = options.courier;
    node.only(
        {"http",
         "mode",
         "connections",
         "connect",
         "timeout",
         "batch",
         "secrets",
         "authorization",
         "ca",
         "handshake",
         "dry_run"}
    );
    courier.guard = guard;
    read_target(node.required("http"), guard, courier.target);
    options.mode = node.at("mode")
                       .choice<push::Mode>(
                           {{"binary", push::Mode::kBinary},
                            {"structured", push::Mode::kStructured},
                            {"batch", push::Mode::kBatch}}
                       )
                       .value_or(options.mode);
    courier.connections_max =
        node.at("connections").count(1, kConnectionsMax).value_or(courier.connections_max);
    courier.connect =
        node.at("connect").duration(Milliseconds{10}, minutes{1}).value_or(courier.connect);
    courier.answer =
        node.at("timeout").duration(Milliseconds{10}, minutes{10}).value_or(courier.answer);
    options.batch_bytes_max =
        node.at("batch").size(kBatchBytesMin, kBatchBytesMax).value_or(options.batch_bytes_max);
    if (node.at("batch").present() && options.mode != push::Mode::kBatch) {
        node.at("batch").problem("there are batches in `mode: batch` only");
    }
    read_secrets(node.at("secrets"), directory, environment, options.secrets);
    read_authorization(node.at("authorization"), directory, environment, options.authorization);
    if (const Node ca = node.at("ca"); ca.present()) {
        courier.ca_file = (directory / ca.text().value_or("")).string();
        if (!courier.target.tls) ca.problem("who vouches for a target is asked with https:// only");
    }
    read_handshake(node.at("handshake"), options.consent);
    options.dry_run = node.at("dry_run").flag().value_or(options.dry_run);
    return options;
}

}  // namespace sluice::daemon
