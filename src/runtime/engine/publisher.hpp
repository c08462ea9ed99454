#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "log/log.hpp"
#include "runtime/domain/domain_plan.hpp"
#include "trace/tracer.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// Where a published event lies.
struct Placed {
    log::PartitionRef at;
    Offset offset;
};

/// Brings events to their channels: by type to the channel, by subject to the partition.
/// Threads:  `add` first; then any.
/// Lifetime: log, clock, plans and tracer outlive it.
/// Failure:  per event. An event that is refused leaves nothing behind; the others go their
///           way.
/// Limits:   those of the plan for an event; any number of events, in writes of about 16 MiB
///           each.
class Publisher {
public:
    /// `tracer`: null, nothing is traced.
    Publisher(log::Log& log, const Clock& clock, const trace::Tracer* tracer = nullptr)
        : log_{log},
          clock_{clock},
          tracer_{tracer} {}

    /// Events of its types can be published from now on. Of a type with two channels they are
    /// refused (kConflict): which one is meant cannot be told.
    void add(const DomainPlan& plan);

    /// As many answers as events, in their order. Durable when it returns; several events are one
    /// write. `caller`: the trace of whoever asks for it, if any.
    [[nodiscard]] std::vector<Result<Placed>> publish(
        std::span<const Event> events,
        const std::optional<trace::SpanContext>& caller = std::nullopt
    ) const;

private:
    /// How many partitions a channel has, looked at again every `kLookAgain`.
    struct Partitions {
        std::atomic<std::uint32_t> count;
        std::atomic<std::int64_t> looked_at_ms;  ///< of the steady clock
    };

    struct Route {
        const DomainPlan* plan;
        const ChannelPlan* channel;
        Partitions* partitions;     ///< of `counts_`
        std::string other_channel;  ///< that carries the type as well; empty: none does
    };

    struct Routed {
        std::size_t index;  ///< of the event
        log::PartitionRef to;
        Record record;
    };

    [[nodiscard]] std::uint32_t partitions_of(const Route& route) const;
    [[nodiscard]] Result<Routed> route(std::size_t index, const Event& event) const;
    void write(
        std::vector<Routed> batch,
        std::vector<Result<Placed>>& answers,
        const std::optional<trace::SpanContext>& caller
    ) const;

    log::Log& log_;
    const Clock& clock_;
    const trace::Tracer* tracer_;
    std::map<std::string, std::unique_ptr<Partitions>> counts_;  ///< by topic
    std::map<std::string, Route, std::less<>> routes_;
};

}  // namespace sluice::runtime
