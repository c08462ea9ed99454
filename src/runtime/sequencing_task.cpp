#include "runtime/sequencing_task.hpp"

#include "runtime/retry_open.hpp"

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
        const Milliseconds idle = session.value()->idle_for();
        if (idle.count() > 0) context_.log.wait_for_change(version, idle);
    }
    return ok();
}

}  // namespace sluice::runtime
