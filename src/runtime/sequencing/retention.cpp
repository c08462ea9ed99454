#include "runtime/sequencing/retention.hpp"

#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/states/state_tables.hpp"

#include <algorithm>
#include <utility>

namespace sluice::runtime {

namespace {

constexpr std::size_t kAsidePortion = 1'000;  ///< records looked at in one round, of a partition

}  // namespace

RetentionKeeper::RetentionKeeper(
    log::Log& log, const DomainPlan& plan, std::vector<HomeId> homes, SequencingProbe& probe
)
    : log_{log},
      plan_{plan},
      homes_{std::move(homes)},
      probe_{probe} {}

Status RetentionKeeper::advance(Instant now) {
    if (plan_.keep_ordered.keeps_all() && plan_.keep_aside.keeps_all()) return ok();
    held_ = 0;
    for (const HomeId home : homes_) {
        Status done = trim_ordered(home, now);
        if (done) done = trim_aside(home, now);
        if (!done) return done;
    }
    probe_.retention_held_now = held_;
    return ok();
}

Status RetentionKeeper::trim_ordered(HomeId home, Instant now) {
    const RetentionRule& rule = plan_.keep_ordered;
    if (rule.keeps_all()) return ok();
    const log::PartitionRef of{ordered_topic(plan_.name), PartitionId{home.value}};
    const auto ends = log_.ends(of);
    if (!ends) return ends.error();
    Offset below = by_count(rule, ends.value());
    if (rule.age) {
        const Boundary old = first_released_since(log_, of, ends.value(), now + -*rule.age);
        if (!old) return old.error();
        below = std::max(below, *old);
    }
    const auto done = log_.consumed_by(runner_group(plan_.name), of);
    if (!done) return done.error();
    Offset handled = std::min(below, done.value().value_or(below));
    if (plan_.folded) {  // what is not folded could not be folded any more
        const auto progress = states_progress(log_, plan_.name, home);
        if (!progress) return progress.error();
        const Offset folded = progress.value() ? progress.value()->until : ends.value().first;
        handled = std::min(handled, std::max(folded, ends.value().first));
    }
    held_ += static_cast<std::uint64_t>(below.value - handled.value);
    // The sequencer consumes its own output as far as it has stored the histories
    // (history_fold.hpp): a restart folds the rest.
    const auto stored = log_.consumed_by(sequencer_group(plan_.name), of);
    if (!stored) return stored.error();
    return trim(of, ends.value(), std::min(handled, stored.value().value_or(ends.value().first)));
}

Status RetentionKeeper::trim_aside(HomeId home, Instant now) {
    const RetentionRule& rule = plan_.keep_aside;
    if (rule.keeps_all()) return ok();
    const log::PartitionRef of{aside_topic(plan_.name), PartitionId{home.value}};
    const auto ends = log_.ends(of);
    if (!ends) return ends.error();
    Offset below = by_count(rule, ends.value());
    if (rule.age) {
        const Boundary old = by_record_time(of, ends.value(), now + -*rule.age);
        if (!old) return old.error();
        below = std::max(below, *old);
    }
    return trim(of, ends.value(), below);
}

Status RetentionKeeper::trim(const log::PartitionRef& of, const log::Ends& ends, Offset below) {
    if (below <= ends.first) return ok();
    const auto records = static_cast<std::uint64_t>(below.value - ends.first.value);
    Status trimmed = log_.trim(of, below);
    if (trimmed) {
        add(probe_.retention_deleted, records);
        return ok();
    }
    if (trimmed.error().code != ErrorCode::kConflict) return trimmed;
    held_ += records;  // somebody has come to need them since we looked
    return ok();
}

/// A home keeps its share of the records, and at least one.
Offset RetentionKeeper::by_count(const RetentionRule& rule, const log::Ends& ends) const {
    if (!rule.records) return ends.first;
    const std::uint64_t share = std::max<std::uint64_t>(*rule.records / plan_.homes, 1);
    const auto there = static_cast<std::uint64_t>(ends.committed.value - ends.first.value);
    const std::uint64_t over = there - std::min(there, share);
    return Offset{ends.first.value + static_cast<std::int64_t>(over)};
}

/// What lies aside has the times that its producers gave it, in any order: only the old ones at the
/// beginning go, so a record dated 2099 keeps what is behind it.
RetentionKeeper::Boundary RetentionKeeper::by_record_time(
    const log::PartitionRef& of, const log::Ends& ends, Instant before
) const {
    log::ReadLimits portion;
    portion.records_max = kAsidePortion;
    const auto read = log_.read(of, ends.first, portion);
    if (!read) return read.error();
    Offset below = ends.first;
    for (const log::StoredRecord& stored : read.value()) {
        if (stored.record.time >= before) break;
        below = stored.offset.next();
    }
    return below;
}

}  // namespace sluice::runtime
