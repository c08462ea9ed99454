#pragma once

#include "deliver/sink.hpp"
#include "log/log.hpp"
#include "trace/tracer.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// The spans of one call of a sink: one for each event that it has handled, and for the one that
/// failed. What was not tried has none.
/// Threads:  the worker's only.
/// Lifetime: the tracer outlives it; one call.
class DeliveryTrace {
public:
    /// `begun`, `took`: the call, which all its events share.
    DeliveryTrace(
        const trace::Tracer& tracer,
        std::string_view subscription,
        Instant begun,
        std::chrono::nanoseconds took
    )
        : tracer_{tracer},
          subscription_{subscription},
          begun_{begun},
          took_{took} {}

    /// `ordered`: the partition that the run's events were read from, now or before they went to
    /// the backlog, which keeps no offsets.
    void add(
        const log::PartitionRef& ordered,
        bool from_backlog,
        const deliver::RunWork& run,
        const dispatch::RunOutcome& outcome
    );

    void finish() { tracer_.finish(std::move(spans_)); }

private:
    [[nodiscard]] trace::SpanPtr begin(
        const trace::Place& place, const deliver::RunWork& run, std::size_t at
    ) const;

    const trace::Tracer& tracer_;
    std::string_view subscription_;
    Instant begun_;
    std::chrono::nanoseconds took_;
    std::vector<trace::SpanPtr> spans_;
};

}  // namespace sluice::runtime
