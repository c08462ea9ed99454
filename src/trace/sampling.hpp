#pragma once

#include "trace/context.hpp"

#include <atomic>
#include <cstdint>
#include <string_view>

namespace sluice::trace {

/// The trace of an event that came without one. It is derived from what makes the event unique
/// (CloudEvents 1.0.2: source and id), so that every stage, process and copy of it finds the same
/// trace and the same verdict without a header, and a duplicate lies in the trace of its original.
[[nodiscard]] TraceId trace_of_event(std::string_view source, std::string_view id) noexcept;

/// Whether a share `ratio` (0 to 1) of all traces holds this one. By the last 56 bits of the id, as
/// OpenTelemetry's consistent probability sampling: whoever samples at a higher ratio samples it as
/// well.
[[nodiscard]] bool is_in_ratio(const TraceId& trace, double ratio) noexcept;

/// Ids of spans: SplitMix64 from a seed, never 0.
/// Threads: any, without a lock.
class SpanIds {
public:
    explicit SpanIds(std::uint64_t seed) : state_{seed} {}

    [[nodiscard]] SpanId next() noexcept;

private:
    std::atomic<std::uint64_t> state_;
};

}  // namespace sluice::trace
