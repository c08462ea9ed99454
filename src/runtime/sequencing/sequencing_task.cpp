#include "runtime/sequencing/sequencing_task.hpp"

#include "runtime/domain/retry_open.hpp"
#include "runtime/domain/topics.hpp"

#include <chrono>
#include <utility>

namespace sluice::runtime {

SequencingTask::SequencingTask(
    TaskContext context, TaskOptions options, Activity& activity, TaskShare share
)
    : context_{context},
      options_{std::move(options)},
      activity_{activity},
      share_{share} {}

Status SequencingTask::run(const std::stop_token& stop) {
    const Reopens reopens = reopens_as_notice(context_.probe.notify, "sequencing");
    while (!stop.stop_requested()) {
        const Status ended = run_reopening(
            context_.log, stop, [&] { return run_session(stop); }, reopens
        );
        if (!ended) return ended;
    }
    return ok();
}

/// Answers the round that it is of.
std::uint64_t SequencingTask::take_share() {
    if (share_.membership == nullptr) return 0;
    const log::Share all = share_.membership->share();
    options_.homes.clear();
    for (std::size_t i = share_.index; i < all.homes.size(); i += share_.of) {
        options_.homes.push_back(all.homes[i]);
    }
    return all.round;
}

bool SequencingTask::is_share_of(std::uint64_t round) const {
    return share_.membership == nullptr || share_.membership->round() == round;
}

Status SequencingTask::run_session(const std::stop_token& stop) {
    const std::uint64_t before = context_.log.version();
    const std::uint64_t round = take_share();
    if (options_.homes.empty()) {
        constexpr std::chrono::milliseconds kLookAgain{100};  // for a stop
        if (is_share_of(round)) context_.log.wait_for_change(before, kLookAgain);
        return ok();
    }
    if (std::exchange(opened_before_, true)) add(context_.probe.reopened);
    auto session = SequencingSession::open(context_, options_);
    if (!session) return session.error();
    while (!stop.stop_requested() && is_share_of(round)) {
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
