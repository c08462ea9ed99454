#include "commerce/events/envelope.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

namespace sluice::commerce {

namespace {

Error wrong(std::string_view attribute, std::string_view wanted, std::string_view found) {
    return Error{
        ErrorCode::kInvalidEvent,
        fmt::format("{}: expected {}, found '{}'", attribute, wanted, found.substr(0, 60))};
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || stop != text.data() + text.size() || value < 1) return std::nullopt;
    return value;
}

/// "/orders 3 /deliveries 1": pairs of source and number.
bool read_stamp(std::string_view text, Envelope& envelope) {
    while (!text.empty()) {
        const std::size_t blank = text.find(' ');
        if (blank == std::string_view::npos) return false;
        const std::string_view source = text.substr(0, blank);
        const std::size_t next = text.find(' ', blank + 1);
        const auto value = number(text.substr(blank + 1, next - blank - 1));
        if (!value) return false;
        if (source == "/orders") envelope.orders_seen = *value;
        if (source == "/deliveries") envelope.deliveries_seen = *value;
        text = next == std::string_view::npos ? std::string_view{} : text.substr(next + 1);
    }
    return true;
}

}  // namespace

Result<Envelope> read_envelope(const Event& event) {
    if (event.subject.empty()) return wrong("subject", "an id", "");
    Envelope envelope{event.subject, event.id, event.type, {}, 0, 0, 0};
    const auto time = parse_time(event.time.value_or(""));
    if (!time.has_value()) return time.error().at("time");
    envelope.time = time.value();

    if (event.source != "/reviews") {
        const auto text = event.extension(extension::kSourceSequence).value_or("");
        const auto sequence = number(text);
        if (!sequence) return wrong(extension::kSourceSequence, "a number from 1 up", text);
        envelope.sequence = *sequence;
    }
    const auto stamp = event.extension(extension::kDependsOn).value_or("");
    if (!read_stamp(stamp, envelope)) {
        return wrong(extension::kDependsOn, "pairs of source and number", stamp);
    }
    const bool stamped = event.source != "/deliveries" || envelope.orders_seen > 0;
    if (!stamped) return wrong(extension::kDependsOn, "'/orders N'", stamp);
    return envelope;
}

}  // namespace sluice::commerce
