#include "runtime/grow/drain.hpp"

#include "base/point.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/sequencing/sequencing_session.hpp"
#include "runtime/subjects/history_fold.hpp"

#include <fmt/format.h>

namespace sluice::runtime {

namespace {

Result<bool> is_drained(const GrowthContext& context) {
    for (PartitionId p{0}; p.value < context.plan.homes; p = p.next()) {
        const log::PartitionRef of{repartition_topic(context.plan.name), p};
        const auto ends = context.log.ends(of);
        if (!ends) return ends.error();
        const auto read = context.log.consumed_by(sequencer_group(context.plan.name), of);
        if (!read) return read.error();
        if (read.value().value_or(ends.value().first) < ends.value().committed) return false;
    }
    return true;
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
        if (until == ends.value().committed) continue;
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

}  // namespace

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
        for (bool moved = true; moved;) {
            const auto stepped = session.value()->step();
            if (!stepped) return stepped.error();
            SLUICE_POINT("grow.drain_step");
            const auto drained = is_drained(context);
            if (!drained) return drained.error();
            moved = stepped.value() && !drained.value();
        }
        if (const Status closed = session.value()->close(); !closed) return closed;
    }
    const auto drained = is_drained(context);
    if (!drained) return drained.error();
    if (!drained.value()) {
        return Error{
            ErrorCode::kUnavailable, repartition_topic(context.plan.name) + " does not empty"};
    }
    return check_stored(context);
}

}  // namespace sluice::runtime
