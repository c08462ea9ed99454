#pragma once

#include "base/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::trace {

/// 16 bytes; all zero: none.
struct TraceId {
    std::uint64_t high{};
    std::uint64_t low{};

    auto operator<=>(const TraceId&) const = default;

    [[nodiscard]] bool is_none() const { return high == 0 && low == 0; }
};

using SpanId = StrongId<struct SpanTag, std::uint64_t>;  ///< 8 bytes; 0: none

[[nodiscard]] std::string to_hex(const TraceId& id);  ///< 32 small letters and digits
[[nodiscard]] std::string to_hex(SpanId id);          ///< 16 small letters and digits

/// What travels with a message: W3C Trace Context, level 1.
struct SpanContext {
    TraceId trace;
    SpanId span;  ///< none: the trace has no span yet
    bool sampled{false};
    std::string state;  ///< `tracestate`, as it came; empty: none

    bool operator==(const SpanContext&) const = default;
};

/// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01". Of a later version than 00 what is
/// known of 00 is read (section 3.2.2 of the recommendation). Nothing for what is malformed, which
/// is to be ignored as if there were none.
[[nodiscard]] std::optional<SpanContext> parse_traceparent(std::string_view text);

/// Version 00; of the flags only `sampled`.
[[nodiscard]] std::string to_traceparent(const SpanContext& context);

/// Whether a `tracestate` may be passed on: at most 32 members, no key twice, and at most 512
/// characters. Any other is dropped, and the `traceparent` beside it stays good.
[[nodiscard]] bool is_tracestate(std::string_view text);

}  // namespace sluice::trace
