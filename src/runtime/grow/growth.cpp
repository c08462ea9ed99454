#include "runtime/grow/growth.hpp"

#include "base/point.hpp"
#include "log/checks.hpp"
#include "runtime/domain/history_topic.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/grow/drain.hpp"
#include "runtime/grow/move_records.hpp"
#include "runtime/grow/move_state.hpp"
#include "runtime/grow/staging.hpp"
#include "runtime/subjects/domain_facts.hpp"

#include <fmt/format.h>

#include <optional>

namespace sluice::runtime {

namespace {

Status check_homes(const DomainPlan& plan, std::uint32_t homes) {
    if (homes == plan.homes) {
        return Error{
            ErrorCode::kAlreadyExists, fmt::format("domain {} has {} homes", plan.name, homes)};
    }
    if (homes > plan.homes && homes <= log::kPartitionsMax) return ok();
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format(
            "{} homes: domain {} has {}, and may have more, up to {}",
            homes,
            plan.name,
            plan.homes,
            log::kPartitionsMax
        )};
}

Result<std::uint64_t> records_in(
    const log::Log& log, const std::string& topic, std::uint32_t homes
) {
    std::uint64_t records = 0;
    for (PartitionId p{0}; p.value < homes; p = p.next()) {
        const auto ends = log.ends({topic, p});
        if (!ends) return ends.error();
        records +=
            static_cast<std::uint64_t>(ends.value().committed.value - ends.value().first.value);
    }
    return records;
}

/// How much of the topic the group has not read.
Result<std::uint64_t> unread_in(
    const log::Log& log, const std::string& group, const std::string& topic, std::uint32_t homes
) {
    std::uint64_t records = 0;
    for (PartitionId p{0}; p.value < homes; p = p.next()) {
        const auto ends = log.ends({topic, p});
        if (!ends) return ends.error();
        const auto read = log.consumed_by(group, {topic, p});
        if (!read) return read.error();
        const Offset next = read.value().value_or(ends.value().first);
        records += static_cast<std::uint64_t>(ends.value().committed.value - next.value);
    }
    return records;
}

/// They are carried out by whoever runs the subscriptions; nobody does now.
Status check_commands(const log::Log& log, const DomainPlan& plan) {
    const auto unread =
        unread_in(log, runner_group(plan.name), commands_topic(plan.name), plan.homes);
    if (!unread) return unread.error();
    if (unread.value() == 0) return ok();
    return Error{
        ErrorCode::kConflict,
        fmt::format(
            "{} commands about subscriptions of {} are not carried out yet: start the daemon, wait "
            "until they are, and stop it",
            unread.value(),
            plan.name
        )};
}

/// Another domain may take our ordered topic as the one that it dispatches: by our partitions.
Status check_readers(const log::Log& log, const DomainPlan& plan) {
    const auto domains = domains_of(log);
    if (!domains) return domains.error();
    for (const DomainFacts& other : domains.value()) {
        if (!other.given || other.given->topic != plan.ordered_topic()) continue;
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "domain {} reads {}, and is bound to its partitions", other.name, other.given->topic
            )};
    }
    return ok();
}

Result<std::optional<std::uint64_t>> brought_back(const log::Log& log, const DomainPlan& plan) {
    const std::string topic = history_topic(plan.name);
    const auto there = log.topic(topic);
    if (!there) return there.error();
    if (!there.value()) return std::optional<std::uint64_t>{};
    const auto records = records_in(log, topic, plan.homes);
    if (!records) return records.error();
    return std::optional{records.value()};
}

}  // namespace

Result<Growth> look_at_growth(const log::Log& log, const DomainPlan& plan, std::uint32_t homes) {
    if (plan.given) {
        return Error{
            ErrorCode::kUnsupported,
            fmt::format(
                "domain {}: its topic {} is put in order by somebody else, whose partitions it has",
                plan.name,
                plan.ordered_topic()
            )};
    }
    if (const Status fits = check_homes(plan, homes); !fits) return fits.error();
    const auto there = log.topic(plan.ordered_topic());
    if (!there) return there.error();
    if (!there.value()) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format(
                "domain {} has never run on this log: write `homes: {}` into its contract",
                plan.name,
                homes
            )};
    }
    if (const std::uint32_t found = there.value()->partitions; found != plan.homes) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "{} has {} homes, and the contract says {}: write what it has into the contract",
                plan.ordered_topic(),
                found,
                plan.homes
            )};
    }
    if (const Status done = check_commands(log, plan); !done) return done.error();
    if (const Status alone = check_readers(log, plan); !alone) return alone.error();
    Growth growth;
    growth.homes_before = plan.homes;
    growth.homes = homes;
    const auto subscriptions = SubscriptionsBefore::read(log, plan.name, plan.homes);
    if (!subscriptions) return subscriptions.error();
    growth.subscriptions = subscriptions.value().names;
    const auto on_their_way =
        unread_in(log, sequencer_group(plan.name), repartition_topic(plan.name), plan.homes);
    if (!on_their_way) return on_their_way.error();
    growth.on_their_way = on_their_way.value();
    const auto ordered = records_in(log, ordered_topic(plan.name), plan.homes);
    if (!ordered) return ordered.error();
    growth.ordered = ordered.value();
    const auto aside = records_in(log, aside_topic(plan.name), plan.homes);
    if (!aside) return aside.error();
    growth.aside = aside.value();
    const auto audit = records_in(log, audit_topic(plan.name), plan.homes);
    if (!audit) return audit.error();
    growth.audit = audit.value();
    const auto back = brought_back(log, plan);
    if (!back) return back.error();
    growth.brought_back = back.value().value_or(0);
    return growth;
}

namespace {

/// All that belongs to a growth under way.
class Growing {
public:
    Growing(const GrowthContext& context, const GrowthOrder& order)
        : context_{context},
          order_{order},
          staging_{context.plan.name} {}

    Result<Growth> run() {
        if (Status held = hold(); !held) return held.error();
        auto looked = look_at_growth(context_.log, context_.plan, order_.homes);
        if (!looked) return looked;
        growth_ = std::move(looked.value());
        Status done = prepare();
        if (done) done = copy();
        if (done) done = take_places();
        return done ? Result<Growth>{growth_} : Result<Growth>{done.error()};
    }

private:
    /// Nobody else runs the domain, from here on.
    Status hold() {
        for (const log::GroupSpec& group : staging_.groups()) {
            if (!context_.hold) break;
            auto held = context_.hold(group);
            if (!held) return held.error();
            holds_.push_back(std::move(held.value()));
        }
        return ok();
    }

    Status check_held() const {
        for (const auto& hold : holds_) {
            if (Status alone = hold->check(); !alone) return alone;
        }
        return ok();
    }

    Status prepare() {
        if (Status cleared = context_.replace(staging_.nothing()); !cleared) return cleared;
        SLUICE_POINT("grow.cleared");
        if (Status drained = drain_repartition(context_); !drained) return drained;
        SLUICE_POINT("grow.drained");
        const auto back = brought_back(context_.log, context_.plan);
        if (!back) return back.error();
        return staging_.make(context_.log, order_.homes, back.value().has_value());
    }

    Status copy() {
        log::Log& log = context_.log;
        const HomesMove homes{context_.plan.name, context_.plan.homes, order_.homes};
        const auto subscriptions = SubscriptionsBefore::read(log, homes.domain, homes.before);
        if (!subscriptions) return subscriptions.error();
        const auto ordered = move_ordered(context_, homes, subscriptions.value(), growth_);
        if (!ordered) return ordered.error();
        SLUICE_POINT("grow.ordered_copied");
        Status moved = check_held();
        if (moved) moved = move_aside(context_, homes, growth_);
        if (moved) moved = move_audit(context_, homes, order_, growth_);
        SLUICE_POINT("grow.topics_copied");
        if (moved) moved = move_sequencer_state(log, homes, ordered.value());
        SLUICE_POINT("grow.sequencer_moved");
        if (moved) moved = move_runner_state(log, homes, ordered.value(), subscriptions.value());
        return moved;
    }

    /// Operators may have written, on a log that others have as well.
    Status check_nothing_came() const {
        if (Status done = check_commands(context_.log, context_.plan); !done) return done;
        const auto drained = is_drained(context_);
        if (!drained) return drained.error();
        if (drained.value()) return ok();
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "somebody has chosen something about a subject of {} meanwhile: begin again",
                context_.plan.name
            )};
    }

    Status take_places() {
        Status ready = check_nothing_came();
        if (ready) ready = check_held();
        if (!ready) return ready;
        SLUICE_POINT("grow.before_switch");
        if (Status replaced = context_.replace(staging_.all()); !replaced) return replaced;
        SLUICE_POINT("grow.after_switch");
        return ok();
    }

    const GrowthContext& context_;
    const GrowthOrder& order_;
    Staging staging_;
    Growth growth_;
    std::vector<std::unique_ptr<log::Hold>> holds_;
};

}  // namespace

Result<Growth> grow_domain(const GrowthContext& context, const GrowthOrder& order) {
    const auto looked = look_at_growth(context.log, context.plan, order.homes);
    if (!looked) return looked;
    return Growing{context, order}.run();
}

}  // namespace sluice::runtime
