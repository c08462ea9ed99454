#include "base/point.hpp"
#include "deliver/handler_sink.hpp"
#include "runtime/rebuild/fence.hpp"
#include "runtime/rebuild/rebuild_start.hpp"
#include "runtime/rebuild/rebuilt_service.hpp"
#include "store/table_compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

// What operators want of a read model's generations, carried out by the process that feeds them.

namespace sluice::runtime {

using deliver::HandlerSink;
using rebuild::Generation;
using rebuild::Phase;

namespace {

constexpr Milliseconds kRestWithin{30'000};
constexpr std::size_t kNamedMax = 5;

Error refuse(std::string text) {
    return Error{ErrorCode::kConflict, std::move(text)};
}

Status check_day(const std::string& day) {
    if (day.empty()) return ok();
    const auto midnight = parse_rfc3339(day + "T00:00:00Z");
    if (midnight && day.size() == 10 && to_rfc3339(midnight.value()).starts_with(day)) return ok();
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("\"{}\": the day from which it counts is written YYYY-MM-DD", day)};
}

}  // namespace

/// A refusal is an outcome; what is no refusal ends the look.
Status RebuiltService::carry_out(const Wish& wish, const std::stop_token& stop) {
    const auto done = act(wish, stop);
    if (done) return ok();
    if (done.error().code == ErrorCode::kCancelled) return ok();  // at the next look, or start
    const Instant now = clock_.now();
    book_->settle(generations_, wish, {RebuildOutcome::State::kRefused, done.error().message}, now);
    return ok();
}

Result<std::string> RebuiltService::act(const Wish& wish, const std::stop_token& stop) {
    switch (wish.what.verb) {
        case RebuildWish::Verb::kBegin: return begin(wish);
        case RebuildWish::Verb::kCompare: return compare(wish, stop);
        case RebuildWish::Verb::kSwitch: return switch_to(wish, stop);
        case RebuildWish::Verb::kCancel: return cancel(wish);
    }
    return Error{ErrorCode::kInvalidArgument, "there is no such verb"};
}

void RebuiltService::settle(
    const rebuild::Generations& next, const Wish& wish, const std::string& text
) {
    book_->settle(next, wish, {RebuildOutcome::State::kDone, text}, clock_.now());
    generations_ = next;
}

Result<std::string> RebuiltService::begin(const Wish& wish) {
    const std::string& name = wish.what.into;
    rebuild::Generations next = generations_;
    if (const Status begun = next.begin(name); !begun) return begun.error();
    if (const Status day = check_day(wish.what.effective); !day) return day.error();
    const auto start = RebuildStart::parse(wish.what.since);
    if (!start) return start.error();
    if (entry(name)) return refuse(name + ": a subscription has that name; choose another");
    for (const auto& domain : engine_.domains()) {
        if (domain->plan.name != options_.domain) continue;
        const Status complete =
            check_complete(engine_.log(), options_.domain, domain->plan.homes, start.value());
        if (!complete) return complete.error();
    }
    remove_files(name);  // of an attempt that the book knows nothing of
    auto subscription = prepare(name, wish.what);
    if (!subscription) {
        remove_files(name);
        return subscription.error();
    }
    // First the book: what is fed and not in it would be fed for ever. A process that dies between
    // the two feeds it at its next start.
    std::string text = fmt::format("{} is being filled beside {}", name, generations_.live().name);
    settle(next, wish, text);
    SLUICE_POINT("rebuild.begun");
    const Status fed = engine_.add_subscription(options_.domain, std::move(subscription.value()));
    if (!fed) return fed.error();
    return text;
}

/// Whether the two can be brought to rest at one event.
Status RebuiltService::check_all_homes() const {
    for (const auto& domain : engine_.domains()) {
        if (domain->plan.name != options_.domain || !domain->running) continue;
        const std::size_t ours = domain->running->share().homes.size();
        if (ours == domain->plan.homes) return ok();
        return refuse(fmt::format(
            "{} of the {} homes of {} are another process's: a service with rebuilds runs in one",
            domain->plan.homes - ours,
            domain->plan.homes,
            options_.domain
        ));
    }
    return ok();
}

Result<std::string> RebuiltService::compare(const Wish& wish, const std::stop_token& stop) {
    const std::string live = generations_.live().name;
    const Generation* other = generations_.find(wish.what.into);
    const auto a = entry(live);
    const auto b = entry(wish.what.into);
    if (other == nullptr || other->phase == Phase::kDropped || !a || !b || a == b) {
        return refuse(fmt::format("{}: there is no such rebuild beside {}", wish.what.into, live));
    }
    if (other->phase == Phase::kFilling) {
        return refuse(other->name + " is filling: wait until it has caught up");
    }
    if (const Status whole = check_all_homes(); !whole) return whole.error();
    auto fence = Fence::raise(engine_.log(), options_.domain, {a, b}, kRestWithin, stop);
    if (!fence) return fence.error();
    auto models = store::TwoModels::take(file_of(live), file_of(other->name));
    if (!models) return models.error();
    fence.value().fall();  // what is seen is fixed; both go on
    const auto found = models.value().compare();
    book_->put_comparison(wish.number, found);
    std::uint64_t differing = 0;
    for (const TableDifference& one : found) differing += std::max(one.only_live, one.only_other);
    const std::string text = fmt::format(
        "{} against {} at the same event: {} rows differ in {} tables",
        other->name,
        live,
        differing,
        std::count_if(
            found.begin(),
            found.end(),
            [](const TableDifference& one) { return one.only_live + one.only_other > 0; }
        )
    );
    settle(generations_, wish, text);
    return text;
}

Result<std::string> RebuiltService::switch_to(const Wish& wish, const std::stop_token& stop) {
    const std::string& to = wish.what.into;
    const std::string from = generations_.live().name;
    rebuild::Generations next = generations_;
    if (const Status allowed = next.switch_to(to); !allowed) return allowed.error();
    if (const Status may = may_switch(from, to); !may) return may.error();
    auto fence =
        Fence::raise(engine_.log(), options_.domain, {entry(from), entry(to)}, kRestWithin, stop);
    if (!fence) return fence.error();
    SLUICE_POINT("rebuild.fenced");
    if (const Status same = check_rows(from, to); !same) return same.error();
    if (fed_.at(to)->has_effects) {
        const auto inherited = store::inherit_inbox(
            {file_of(from), {from, HandlerSink::effects_of(from)}},
            file_of(to),
            HandlerSink::effects_of(to),
            clock_.now()
        );
        if (!inherited) return inherited.error();
    }
    SLUICE_POINT("rebuild.inherited");
    const std::string text = fmt::format("{} is live; {} is fed on, to go back to", to, from);
    try {
        settle(next, wish, text);
    } catch (const SqlError& error) {
        // Whether it was written nobody knows now, and so not who may act: both stay where they
        // are.
        if (error.kind() != SqlError::Kind::kBusy) fence.value().stay();
        throw;
    }
    let_act();
    entry(to)->events_per_second = 0;  // readers wait for it now
    return text;
}

Status RebuiltService::may_switch(const std::string& from, const std::string& to) {
    const auto old = entry(from);
    const auto fresh = entry(to);
    if (!old || !fresh) return refuse("they are not fed here");
    if (!has_begun(*old) || !has_begun(*fresh)) {
        return Error{ErrorCode::kCancelled, "at a start nothing is known of them: the next look"};
    }
    if (Status whole = check_all_homes(); !whole) return whole;
    const auto near = is_near_the_live_one(to);
    if (!near) return near.error();
    if (!near.value()) {
        return refuse(fmt::format("{} has fallen behind {}: wait, or let it go faster", to, from));
    }
    const std::uint64_t parked = fresh->probe.parked_now;
    const std::uint64_t parked_before = old->probe.parked_now;
    if (parked > parked_before) {
        return refuse(fmt::format(
            "{} subjects are parked in {}, and {} in {}: look at them with sluice stuck -S {}",
            parked,
            to,
            parked_before,
            from,
            to
        ));
    }
    return ok();
}

/// Both stand at the same event.
Status RebuiltService::check_rows(const std::string& from, const std::string& to) {
    auto effective = effective_of(to);
    if (effective && effective.value().empty()) effective = effective_of(from);
    if (!effective) return effective.error();
    const Fed& fed = *fed_.at(to);
    if (effective.value().empty() && !fed.has_effects) return ok();
    auto models = store::TwoModels::take(file_of(from), file_of(to));
    if (!models) return models.error();
    for (const auto& [table, column] : fed.dated) {
        if (effective.value().empty()) break;
        const auto moved = models.value().moved_before(table, column, effective.value());
        if (moved == 0) continue;
        return refuse(fmt::format(
            "{} rows of {} from before {} would change, and what is closed must not: compare them",
            moved,
            table,
            effective.value()
        ));
    }
    if (!fed.has_effects) return ok();
    const auto ahead = models.value().ahead(from, to, kNamedMax);
    if (ahead.empty()) return ok();
    return refuse(fmt::format(
        "{} is ahead of {} on {}{}: what they set off would never be done. Redrive or skip them in "
        "{} first",
        to,
        from,
        fmt::join(ahead, ", "),
        ahead.size() == kNamedMax ? ", …" : "",
        from
    ));
}

Result<std::string> RebuiltService::effective_of(const std::string& name) const {
    for (const ReadModel& model : book_->all()) {
        if (model.name == name) return model.effective;
    }
    return Error{ErrorCode::kNotFound, name + ": there is no such rebuild"};
}

Result<std::string> RebuiltService::cancel(const Wish& wish) {
    const std::string& name = wish.what.into;
    rebuild::Generations next = generations_;
    if (const Status dropped = next.drop(name); !dropped) return dropped.error();
    std::string text = fmt::format("{} is gone; {} is live", name, next.live().name);
    settle(next, wish, text);
    SLUICE_POINT("rebuild.dropped");
    if (const Status gone = engine_.remove_subscription(options_.domain, name); !gone) {
        return gone.error();
    }
    remove_files(name);
    return text;
}

}  // namespace sluice::runtime
