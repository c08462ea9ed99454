#include "runtime/sequencing_task.hpp"

#include "runtime/retry_open.hpp"
#include "runtime/topics.hpp"

#include <utility>

namespace sluice::runtime {

SequencingTask::SequencingTask(TaskContext context, TaskOptions options, Activity& activity)
    : context_{context},
      options_{std::move(options)},
      activity_{activity} {}

Status SequencingTask::run(const std::stop_token& stop) {
    return run_reopening(context_.log, stop, [&] { return run_session(stop); });
}

Status SequencingTask::run_session(const std::stop_token& stop) {
    if (std::exchange(opened_before_, true)) add(context_.probe.reopened);
    auto session = SequencingSession::open(context_, options_);
    if (!session) return session.error();
    while (!stop.stop_requested()) {
        const std::uint64_t version = context_.log.version();
        const auto moved = session.value()->step();
        if (!moved) return moved.error();
        if (moved.value()) {
            activity_.moved();
            continue;
        }
        if (Status alive = log_is_alive(); !alive) return alive;
        const Milliseconds idle = session.value()->idle_for();
        if (idle.count() > 0) context_.log.wait_for_change(version, idle);
    }
    return session.value()->close();
}

/// At the ends of all partitions a step touches the log no more. One that has failed meanwhile,
/// under a producer's write, must not go unnoticed.
Status SequencingTask::log_is_alive() const {
    const PartitionId home{options_.homes.front().value};
    const auto ends = context_.log.ends({repartition_topic(context_.plan.name), home});
    return ends ? ok() : Status{ends.error()};
}

}  // namespace sluice::runtime
