#include "trace/context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>

namespace sluice::trace {

namespace {

constexpr std::size_t kVersionEnd = 2;
constexpr std::size_t kTraceEnd = 35;
constexpr std::size_t kSpanEnd = 52;
constexpr std::size_t kLength = 55;
constexpr std::size_t kHexWord = 16;
constexpr std::uint64_t kForbiddenVersion = 0xff;

constexpr std::size_t kStateCharsMax = 512;
constexpr std::size_t kMembersMax = 32;
constexpr std::size_t kKeyCharsMax = 256;
constexpr std::size_t kValueCharsMax = 256;

bool is_small_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/// Capital letters are refused, as the recommendation asks.
std::optional<std::uint64_t> hex(std::string_view text) {
    if (!std::all_of(text.begin(), text.end(), is_small_hex)) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool begins_a_key(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_of_a_key(char c) {
    return begins_a_key(c) || c == '_' || c == '-' || c == '*' || c == '/' || c == '@';
}

bool is_of_a_value(char c) {
    return c >= ' ' && c <= '~' && c != ',' && c != '=';
}

/// The key of "key=value"; empty: it is malformed.
std::string_view key_of(std::string_view member) {
    const std::size_t equals = member.find('=');
    if (equals == 0 || equals == std::string_view::npos || equals > kKeyCharsMax) return {};
    const std::string_view key = member.substr(0, equals);
    const std::string_view value = member.substr(equals + 1);
    if (!begins_a_key(key.front()) || !std::all_of(key.begin(), key.end(), is_of_a_key)) return {};
    if (value.empty() || value.size() > kValueCharsMax) return {};
    return std::all_of(value.begin(), value.end(), is_of_a_value) ? key : std::string_view{};
}

}  // namespace

std::string to_hex(const TraceId& id) {
    return fmt::format("{:016x}{:016x}", id.high, id.low);
}

std::string to_hex(SpanId id) {
    return fmt::format("{:016x}", id.value);
}

std::optional<SpanContext> parse_traceparent(std::string_view text) {
    if (text.size() < kLength) return std::nullopt;
    if (text[kVersionEnd] != '-' || text[kTraceEnd] != '-' || text[kSpanEnd] != '-') {
        return std::nullopt;
    }
    const auto version = hex(text.substr(0, kVersionEnd));
    if (!version || *version == kForbiddenVersion) return std::nullopt;
    const bool is_longer = text.size() > kLength;
    if (is_longer && (*version == 0 || text[kLength] != '-')) return std::nullopt;
    const auto high = hex(text.substr(kVersionEnd + 1, kHexWord));
    const auto low = hex(text.substr(kVersionEnd + 1 + kHexWord, kHexWord));
    const auto span = hex(text.substr(kTraceEnd + 1, kHexWord));
    const auto flags = hex(text.substr(kSpanEnd + 1, kLength - kSpanEnd - 1));
    if (!high || !low || !span || !flags) return std::nullopt;
    SpanContext context{{*high, *low}, SpanId{*span}, (*flags & 1U) != 0, {}};
    if (context.trace.is_none() || context.span == SpanId{}) return std::nullopt;
    return context;
}

std::string to_traceparent(const SpanContext& context) {
    return fmt::format(
        "00-{}-{}-{}", to_hex(context.trace), to_hex(context.span), context.sampled ? "01" : "00"
    );
}

bool is_tracestate(std::string_view text) {
    if (text.size() > kStateCharsMax) return false;
    std::set<std::string_view> keys;
    while (true) {
        const std::size_t comma = text.find(',');
        const std::string_view member = without_blanks(text.substr(0, comma));
        if (!member.empty()) {
            const std::string_view key = key_of(member);
            if (key.empty() || !keys.insert(key).second) return false;
        }
        if (comma == std::string_view::npos) return !keys.empty() && keys.size() <= kMembersMax;
        text.remove_prefix(comma + 1);
    }
}

}  // namespace sluice::trace
