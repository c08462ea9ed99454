#include "base/hash.hpp"
#include "dispatch/state_codec.hpp"
#include "runtime/dispatching/given_start.hpp"
#include "runtime/dispatching/runner_session.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/peek.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/subjects/domain_facts.hpp"
#include "runtime/subjects/subject_store.hpp"

#include <fmt/format.h>

#include <utility>

// Of a domain whose topic somebody else has put in order.

namespace sluice::runtime {

namespace {

constexpr std::chrono::seconds kGivenLookedAtEvery{10};

Error another_domain(const std::string& name, std::string_view was) {
    return {
        ErrorCode::kConflict,
        fmt::format(
            "domain {} {}: positions would begin anew, and inboxes refuse them; give the domain "
            "another name",
            name,
            was
        )};
}

/// Nothing: there is no record there (any more), or it is none that can be seen.
Result<std::optional<EpochEntry::Mark>> mark_of(
    const log::Log& log, const log::PartitionRef& at, const log::Ends& ends, Offset offset
) {
    std::optional<EpochEntry::Mark> mark;
    if (offset < ends.first || offset >= ends.committed) return mark;
    const auto stored = record_from(log, at, offset);
    if (!stored) return stored.error();
    if (!stored.value() || stored.value()->offset != offset) return mark;
    const Record& record = stored.value()->record;
    mark = {
        offset,
        hash64({record.key.value_or(""), record.value.value_or(""), fmt::to_string(record.time.ms)}
        )};
    return mark;
}

/// What was stored when the home was opened last, held against what lies there now.
Result<GivenBefore> look_back(
    const log::Log& log,
    const log::PartitionRef& at,
    const log::Ends& ends,
    const std::optional<std::string>& stored
) {
    GivenBefore before;
    if (!stored) return before;
    const auto entry = decode_epoch(*stored);
    if (!entry) return entry.error();
    before.epoch = entry.value().epoch;
    if (!entry.value().mark) return before;
    const auto now = mark_of(log, at, ends, entry.value().mark->offset);
    if (!now) return now.error();
    before.is_another = now.value() && now.value() != entry.value().mark;
    return before;
}

}  // namespace

/// Progress and backlogs are about offsets of one topic: another under the same name is refused.
Status RunnerSession::check_facts() {
    const DomainPlan* given = context_.options.given;
    const std::string& name = context_.options.domain;
    const std::string facts = given != nullptr ? encode_facts(facts_of(*given)) : std::string{};
    if (given != nullptr) {
        const auto sequenced = sequenced_facts(context_.log, name, context_.options.homes);
        if (!sequenced) return sequenced.error();
        if (sequenced.value()) return another_domain(name, "has been sequenced here");
    }
    for (const HomeId home : homes_) {
        const auto stored = lease_->get(home, table::kGivenFacts, kFactsKey);
        if (!stored) return stored.error();
        if (given == nullptr && !stored.value()) continue;
        if (!stored.value()) {
            opening_.push_back({home, table::kGivenFacts, std::string{kFactsKey}, facts});
            continue;
        }
        const auto before = decode_facts(*stored.value());
        if (!before) return before.error();
        const auto& places = before.value().given;
        if (given != nullptr && places == given->given->places) {
            if (*stored.value() == facts) continue;
            opening_.push_back({home, table::kGivenFacts, std::string{kFactsKey}, facts});
            continue;
        }
        return another_domain(
            name,
            fmt::format(
                "has been read from topic {}, of {} partitions",
                places ? places->topic : std::string{},
                before.value().homes
            )
        );
    }
    return check_given();
}

/// More partitions move subjects, and their earlier events wait elsewhere: refused, while it runs
/// as at a start.
Status RunnerSession::check_given() {
    const DomainPlan* given = context_.options.given;
    if (given == nullptr) return ok();
    const auto now = std::chrono::steady_clock::now();
    if (now - given_looked_at_ < kGivenLookedAtEvery) return ok();
    given_looked_at_ = now;
    return check_given_topic(context_.log, *given);
}

Status RunnerSession::follow_given(
    const SubscriptionEntry& entry,
    HomeId home,
    const log::Ends& ends,
    dispatch::Dispatcher::Restored& state
) {
    const contract::GivenOrder& order = context_.options.given->given->order;
    const std::string& name = entry.subscription.name;
    const log::PartitionRef& at = windows_[home.value]->from();
    const std::string key = subscription_key(name);
    const auto stored = lease_->get(home, table::kEpochs, key);
    if (!stored) return stored.error();
    const auto before = look_back(context_.log, at, ends, stored.value());
    if (!before) return before.error();
    auto start = start_given(order, before.value(), at, ends, state);
    if (!start) return start.error();
    const auto mark = mark_of(context_.log, at, ends, Offset{state.progress.next.value - 1});
    if (!mark) return mark.error();
    std::string now = encode_epoch({order.epoch, mark.value()});
    if (stored.value() != now) opening_.push_back({home, table::kEpochs, key, std::move(now)});
    if (start.value().moved) {
        opening_.push_back({home, table::kProgress, key, encode(state.progress)});
    }
    for (const std::string& subject : start.value().gone) {
        opening_.push_back({home, table::kLines, line_key(name, subject), std::nullopt});
    }
    if (!start.value().lost_from || !entry.probe.notify) return ok();
    const std::int64_t lost = ends.first.value - start.value().lost_from->value;
    entry.probe.notify(
        {NoticeKind::kLost,
         {},
         name,
         at.topic,
         at.partition,
         *start.value().lost_from,
         {},
         fmt::format("{} offsets, up to {}: the topic keeps too little", lost, ends.first.value)}
    );
    return ok();
}

}  // namespace sluice::runtime
