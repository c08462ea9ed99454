#include "trace/sampling.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <cmath>

namespace sluice::trace {

namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;
constexpr int kRandomBits = 56;

/// Steele, Lea and Flood 2014; one to one, so that a counter gives no id twice.
std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111eb;
    return z ^ (z >> 31U);
}

}  // namespace

TraceId trace_of_event(std::string_view source, std::string_view id) noexcept {
    const TraceId trace{hash64({source, id}), hash64({id, source, "trace"})};
    return trace.is_none() ? TraceId{1, 1} : trace;
}

bool is_in_ratio(const TraceId& trace, double ratio) noexcept {
    constexpr std::uint64_t kAll = std::uint64_t{1} << kRandomBits;
    const double share = std::clamp(ratio, 0.0, 1.0);
    const auto refused_below =
        static_cast<std::uint64_t>(std::llround(std::ldexp(1.0 - share, kRandomBits)));
    return (trace.low & (kAll - 1)) >= refused_below;
}

SpanId SpanIds::next() noexcept {
    while (true) {
        const std::uint64_t at = state_.fetch_add(kGolden, std::memory_order_relaxed) + kGolden;
        if (const std::uint64_t id = mixed(at); id != 0) return SpanId{id};
    }
}

}  // namespace sluice::trace
