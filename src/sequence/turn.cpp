#include "sequence/turn.hpp"

#include "base/assert.hpp"
#include "sequence/compare.hpp"
#include "sequence/dependencies.hpp"

#include <algorithm>
#include <utility>

namespace sluice::sequence {

namespace {

OrderedFacts facts_of(const WaitingEvent& event, Position position, Instant now) {
    const Arrival& arrival = event.arrival;
    OrderedFacts facts;
    facts.subject = arrival.subject;
    facts.position = position;
    facts.source = arrival.source;
    facts.number = arrival.number;
    facts.id_hash = id_hash(arrival);
    facts.content_hash = arrival.content_hash;
    facts.marks = arrival.marks;
    facts.closes = arrival.closes;
    facts.released_at = now;
    facts.origin = arrival.origin;
    return facts;
}

/// Who may have waited for the event: those for its number, and those for what its marks make
/// known.
WaitingRoom::Orders wanting(const Subject& subject, const Arrival& arrival) {
    WaitingRoom::Orders orders;
    if (arrival.number.has_value()) {
        orders = subject.waiting.wanting(arrival.source, *arrival.number, *arrival.number);
    }
    for (const Mark mark : arrival.marks) {
        if (subject.history.knows(mark)) continue;
        const WaitingRoom::Orders more = subject.waiting.wanting(mark);
        orders.insert(orders.end(), more.begin(), more.end());
    }
    return orders;
}

}  // namespace

void Turn::release(WaitingEvent event, bool waited) {
    WaitingRoom::Orders candidates;
    if (!subject_.waiting.empty()) candidates = wanting(subject_, event.arrival);
    OrderedFacts facts = facts_of(event, subject_.history.last.next(), now_);
    const Status applied = apply(subject_.history, facts);
    SLUICE_ASSERT(applied.has_value());
    wake(candidates);
    if (event.arrival.number.has_value() && *event.arrival.number != kHighestNumber &&
        !next_.has_value()) {
        const SourceNumber next = event.arrival.number->next();
        const std::string& source = event.arrival.source;
        if (subject_.waiting.is_wanted(source, next) &&
            subject_.waiting.numbered(source, next) == nullptr) {
            next_ = NeedNumber{source, next};
        }
    }
    if (waited && !event.arrival.number.has_value()) {  // its channel's order goes on behind it
        const auto* lane = subject_.waiting.lane(event.arrival.origin);
        if (lane != nullptr && !lane->bound.empty()) wake({*lane->bound.begin()});
        wake_overtakers();
    }
    Release out;
    out.facts = std::move(facts);
    out.invalid = std::move(event.arrival.invalid);
    out.record = std::move(event.arrival.record);
    out.type = std::move(event.arrival.type);
    if (waited) out.waited_since = event.since;
    out_.emplace_back(std::move(out));
}

void Turn::release_gap(OrderedFacts gap) {
    gap.kind = OrderedKind::kGap;
    if (gap.subject.empty()) {
        SLUICE_ASSERT(!subject_.waiting.empty());  // nobody gives up what nobody waits for
        gap.subject = subject_.waiting.begin()->arrival.subject;
    }
    gap.position = subject_.history.last.next();
    gap.released_at = now_;
    const Status applied = apply(subject_.history, gap);
    SLUICE_ASSERT(applied.has_value());
    Release out;
    out.facts = std::move(gap);
    out.type = "sluice.gap";
    out.chosen = chosen_;
    out_.emplace_back(std::move(out));
}

void Turn::release_late(WaitingEvent event) {
    Release out;
    out.facts = facts_of(event, subject_.history.last.next(), now_);
    out.facts.kind = OrderedKind::kLate;
    out.facts.closes = false;
    const Status applied = apply(subject_.history, out.facts);
    SLUICE_ASSERT(applied.has_value());
    out.invalid = std::move(event.arrival.invalid);
    out.record = std::move(event.arrival.record);
    out.type = std::move(event.arrival.type);
    out.chosen = chosen_;
    out_.emplace_back(std::move(out));
}

void Turn::wake(const WaitingRoom::Orders& candidates) {
    for (const ArrivalOrder order : candidates) {
        const WaitingEvent* event = subject_.waiting.find(order);
        if (event != nullptr && ready(subject_, *event)) ready_.insert(order);
    }
}

void Turn::wake_overtakers() {
    if (!subject_.waiting.contested().empty()) wake(may_overtake(subject_));
}

void Turn::wake_all() {
    for (const WaitingEvent& event : subject_.waiting) {
        if (ready(subject_, event)) ready_.insert(event.order);
    }
}

void Turn::drain() {
    while (!ready_.empty() && !subject_.stopped()) {
        const ArrivalOrder order = *ready_.begin();
        ready_.erase(ready_.begin());
        const WaitingEvent* event = subject_.waiting.find(order);
        SLUICE_ASSERT(event != nullptr);
        // What let it overtake may have been released by another one meanwhile; nothing else undoes
        // ready.
        if (event->arrival.bound_by_channel() && !ready(subject_, *event)) continue;
        if (must_hold(*event)) {
            hold(HoldCause::kInvalid, event->arrival.invalid);
            return;
        }
        release(subject_.waiting.take(order), order != kept_);
    }
}

bool Turn::must_hold(const WaitingEvent& event) const {
    return options_.invalid == InvalidPolicy::kWait && !event.arrival.invalid.empty();
}

void Turn::hold(HoldCause cause, std::string detail) {
    subject_.hold = Hold{cause, now_, std::move(detail)};
}

void Turn::lift_hold() {
    subject_.hold.reset();
    if (!subject_.conflicts.empty()) {
        const WaitingEvent& newcomer = subject_.conflicts.front();
        hold(
            HoldCause::kConflict,
            std::get<Contradicts>(compare_in_line(subject_, newcomer.arrival)).detail
        );
        subject_.hold->since = newcomer.since;
    } else if (subject_.flood.has_value()) {
        hold(HoldCause::kFlooded, "too much waits; the rest went aside");
        subject_.hold->since = subject_.flood->since;
    }
}

Decisions Turn::done() && {
    if (kept_.has_value() && subject_.waiting.find(*kept_) != nullptr) {
        out_.insert(out_.begin(), Waits{});
    }
    auto& flood = subject_.flood;
    const bool came_again =
        flood.has_value() && flood->others == 0 &&
        std::all_of(flood->highest.begin(), flood->highest.end(), [&](const NeedNumber& aside) {
            return subject_.history.released(aside.source) >= aside.number;
        });
    if (came_again) {
        flood.reset();
        if (!subject_.stopped()) subject_.hold.reset();
    }
    if (subject_.settled()) subject_.arrivals = 0;
    return std::move(out_);
}

}  // namespace sluice::sequence
