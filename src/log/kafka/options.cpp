#include "log/kafka/options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

namespace sluice::log::kafka {

namespace {

constexpr std::string_view kScheme = "kafka://";
constexpr std::string_view kPort = "9092";
constexpr std::size_t kHostBytesMax = 253;  // of a name in the DNS
constexpr std::size_t kBrokersMax = 100;

Error refused(std::string_view why) {
    return Error{
        ErrorCode::kBadConfig, fmt::format("{}; an address is kafka://host:9092,other:9092", why)};
}

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port != 0;
}

bool is_host(std::string_view text) {
    return !text.empty() && text.size() <= kHostBytesMax &&
           std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' ||
                      letter == '_';
           });
}

bool is_v6(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdefABCDEF:.";
    return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
           text.substr(1, text.size() - 2).find_first_not_of(kDigits) == std::string_view::npos;
}

/// "host:port"; what is not an address may be a password, so it is not repeated.
Result<std::string> parse_broker(std::string_view text, std::size_t number) {
    if (text.find('@') != std::string_view::npos) {
        return refused(fmt::format(
            "broker {} has a user in it: name sasl.username and sasl.password under settings",
            number
        ));
    }
    const std::size_t colon = text.ends_with(']') ? std::string_view::npos : text.rfind(':');
    const std::string_view host = text.substr(0, colon);
    const std::string_view port = colon == std::string_view::npos ? kPort : text.substr(colon + 1);
    if (!is_host(host) && !is_v6(host))
        return refused(fmt::format("broker {} has no name of a host", number));
    if (!is_port(port))
        return refused(fmt::format("broker {}: the port is not 1 to 65535", number));
    return fmt::format("{}:{}", host, port);
}

}  // namespace

Result<std::string> parse_address(std::string_view address) {
    if (address.starts_with(kScheme)) address.remove_prefix(kScheme.size());
    if (address.find("://") != std::string_view::npos) return refused("the scheme is not kafka://");
    if (address.empty()) return refused("no broker is named");
    std::string brokers;
    for (std::size_t number = 1;; ++number) {
        if (number > kBrokersMax) return refused(fmt::format("more than {} brokers", kBrokersMax));
        const std::size_t comma = address.find(',');
        auto broker = parse_broker(address.substr(0, comma), number);
        if (!broker) return broker.error();
        brokers += (brokers.empty() ? "" : ",") + broker.value();
        if (comma == std::string_view::npos) return brokers;
        address.remove_prefix(comma + 1);
    }
}

bool is_kafka_address(std::string_view address) noexcept {
    return address.starts_with(kScheme);
}

bool is_secret(std::string_view name) noexcept {
    constexpr std::array<std::string_view, 5> kWords{
        "password", "secret", "key.pem", "oauthbearer.config", "jaas"};
    return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) {
        return name.find(word) != std::string_view::npos;
    });
}

std::string shown(const KafkaOptions& options) {
    std::string settings;
    for (const auto& [name, value] : options.properties) {
        const bool hidden = is_secret(name) || options.secret.contains(name);
        settings +=
            fmt::format("{}{}={}", settings.empty() ? "" : ", ", name, hidden ? "(hidden)" : value);
    }
    return fmt::format(
        "{}{}{}", kScheme, options.bootstrap, settings.empty() ? "" : " (" + settings + ")"
    );
}

}  // namespace sluice::log::kafka
