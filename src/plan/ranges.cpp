#include "plan/ranges.hpp"

#include "plan/seconds.hpp"

#include <fmt/format.h>

#include <string_view>

namespace sluice::plan {

namespace {

struct Range {
    std::string_view name;
    double value;
    double least;
    double most;
};

constexpr double kMonth = 30 * 86'400.0;

}  // namespace

Status in_range(const Load& load, const Capacity& capacity) {
    const Range ranges[]{
        {"events a second", load.events_per_second, 0.001, 1e8},
        {"peak factor", load.peak_factor, 1, 1'000},
        {"events a second of the busiest subject",
         load.hottest_per_second,
         0,
         load.events_per_second},
        {"bytes of an event", static_cast<double>(load.event_bytes), 1, 8.0 * (1 << 20)},
        {"seconds of a handler", seconds(load.handler), 0, 3'600},
        {"subscriptions", static_cast<double>(load.subscriptions), 1, 10'000},
        {"seconds of lag", seconds(load.lag_max), 0.001, 86'400},
        {"seconds of an outage", seconds(load.outage), 0, kMonth},
        {"seconds to recover", seconds(load.recovery), 1, kMonth},
        {"share that takes the detour", load.detour, 0, 1},
        {"seconds of retention", seconds(load.retention), 60, 3'650 * 86'400.0},
        {"copies", static_cast<double>(load.replication), 1, 15},
        {"events a second that a core sequences", capacity.sequenced_per_core, 1, 1e8},
        {"events a second that a core dispatches", capacity.dispatched_per_core, 1, 1e8},
        {"cores of an instance", static_cast<double>(capacity.cores), 1, 1'024},
        {"handlers of an instance", static_cast<double>(capacity.handlers), 1, 1e6},
        {"bytes a second of a partition", capacity.partition_bytes_per_second, 1'000, 1e10},
        {"bytes a second of a broker", capacity.broker_bytes_per_second, 1'000, 1e11},
        {"seconds of a step", seconds(capacity.step), 0.001, 60},
        {"share of a capacity", capacity.share, 0.1, 1},
    };
    for (const Range& range : ranges) {
        // Written so that a NaN is out of every range.
        if (range.value >= range.least && range.value <= range.most) continue;
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "{}: {} is not from {} to {}", range.name, range.value, range.least, range.most
            )};
    }
    return ok();
}

}  // namespace sluice::plan
