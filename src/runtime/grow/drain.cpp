#include "runtime/grow/drain.hpp"

#include "base/point.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/sequencing/sequencing_session.hpp"
#include "runtime/subjects/history_fold.hpp"

#include <fmt/format.h>

#include <chrono>

namespace sluice::runtime {

namespace {

/// How long nothing may move though something is on its way: brokers may be slow.
constexpr std::chrono::seconds kDrainPatience{30};
constexpr std::chrono::milliseconds kDrainPause{20};

/// Whether a record lies there. On Kafka a partition ends with what ended a transaction.
Result<bool> has_record(const log::Log& log, const log::PartitionRef& of, Offset from, Offset end) {
    for (const auto until = std::chrono::steady_clock::now() + kDrainPatience; from < end;) {
        const auto read = log.read(of, from, {1, 1});
        if (!read) return read.error();
        if (!read.value().empty()) return true;
        if (read.value().next() > from) {
            from = read.value().next();
        } else if (std::chrono::steady_clock::now() > until) {
            return Error{
                ErrorCode::kUnavailable,
                fmt::format("{}/{}: cannot be read", of.topic, of.partition.value)};
        } else {
            log.wait_for_change(log.version(), kDrainPause);
        }
    }
    return false;
}

/// What is released and not in a stored history would be forgotten: nobody folds it from here on.
Status check_stored(const GrowthContext& context) {
    const std::string group = sequencer_group(context.plan.name);
    for (HomeId home{0}; home.value < context.plan.homes; home = home.next()) {
        const log::PartitionRef of{ordered_topic(context.plan.name), PartitionId{home.value}};
        const auto ends = context.log.ends(of);
        if (!ends) return ends.error();
        const auto stored = peek_one(context.log, group, home, table::kTrueUntil, kHistoriesKey);
        if (!stored) return stored.error();
        Offset until{0};
        if (stored.value()) {
            const auto decoded = decode_true_until(*stored.value());
            if (!decoded) return decoded.error();
            until = decoded.value();
        }
        const auto more = has_record(context.log, of, until, ends.value().committed);
        if (!more) return more.error();
        if (!more.value()) continue;
        return Error{
            ErrorCode::kUnavailable,
            fmt::format(
                "{}/{}: histories are stored up to {}, and it ends at {}",
                of.topic,
                home.value,
                until.value,
                ends.value().committed.value
            )};
    }
    return ok();
}

/// Steps until nothing is on its way.
Status run_down(const GrowthContext& context, SequencingSession& session) {
    auto moved_at = std::chrono::steady_clock::now();
    while (true) {
        const std::uint64_t seen = context.log.version();
        const auto stepped = session.step();
        if (!stepped) return stepped.error();
        SLUICE_POINT("grow.drain_step");
        const auto drained = is_drained(context);
        if (!drained) return drained.error();
        if (drained.value()) return ok();
        const auto now = std::chrono::steady_clock::now();
        if (stepped.value()) {
            moved_at = now;
        } else if (now - moved_at > kDrainPatience) {
            return Error{
                ErrorCode::kUnavailable, repartition_topic(context.plan.name) + " does not empty"};
        } else {
            context.log.wait_for_change(seen, kDrainPause);
        }
    }
}

}  // namespace

Result<bool> is_drained(const GrowthContext& context) {
    for (PartitionId p{0}; p.value < context.plan.homes; p = p.next()) {
        const log::PartitionRef of{repartition_topic(context.plan.name), p};
        const auto ends = context.log.ends(of);
        if (!ends) return ends.error();
        const auto read = context.log.consumed_by(sequencer_group(context.plan.name), of);
        if (!read) return read.error();
        const Offset next = read.value().value_or(ends.value().first);
        const auto left = has_record(context.log, of, next, ends.value().committed);
        if (!left) return left.error();
        if (left.value()) return false;
    }
    return true;
}

Status drain_repartition(const GrowthContext& context) {
    const sequence::Sequencer sequencer{context.plan.sequencer};
    SequencingProbe probe;
    TaskOptions options;
    options.channels = false;
    for (HomeId home{0}; home.value < context.plan.homes; home = home.next()) {
        options.homes.push_back(home);
    }
    {
        auto session = SequencingSession::open(
            {context.log, context.clock, context.plan, sequencer, probe}, options
        );
        if (!session) return session.error();
        if (const Status run = run_down(context, *session.value()); !run) return run;
        if (const Status closed = session.value()->close(); !closed) return closed;
    }
    return check_stored(context);
}

}  // namespace sluice::runtime
