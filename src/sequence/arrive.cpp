#include "base/assert.hpp"
#include "sequence/compare.hpp"
#include "sequence/dependencies.hpp"
#include "sequence/turn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::sequence {

void Turn::arrive(Arrival arrival, SourceRoom room) {
    room_ = room;
    SLUICE_ASSERT(!arrival.number.has_value() || arrival.number->value >= 1);
    check_stamps(options_, arrival);
    Verdict verdict = compare(subject_, arrival);
    if (const auto* duplicate = std::get_if<IsDuplicate>(&verdict)) {
        out_.emplace_back(Duplicate{duplicate->compared});
    } else if (std::holds_alternative<IsLate>(verdict)) {
        out_.emplace_back(Aside{AsideReason::kLateNumber, std::move(arrival)});
    } else if (auto* contradiction = std::get_if<Contradicts>(&verdict)) {
        if (contradiction->same_event && options_.changed == ChangedPolicy::kDrop) {
            out_.emplace_back(Duplicate{Compared::kChanged});
            return;
        }
        contradict(std::move(arrival), std::move(contradiction->detail));
    } else if (subject_.history.closed && !arrival.number.has_value()) {
        out_.emplace_back(Aside{AsideReason::kLateClosed, std::move(arrival)});
    } else {
        take_in(WaitingEvent{std::move(arrival), now_, subject_.arrivals++});
        refresh_gap();
    }
}

bool Turn::unparks(const Arrival& arrival) const {
    return holds(HoldCause::kGap) && subject_.gap.has_value() &&
           fills(arrival, subject_.gap->missing);
}

void Turn::take_in(WaitingEvent event) {
    const bool is_ready = ready(subject_, event);
    const bool unparks = this->unparks(event.arrival);
    const bool may_go = is_ready && (unparks || !subject_.stopped());
    const auto why_not = may_go ? std::nullopt : too_much(event.arrival);
    if (why_not.has_value()) {
        flood(std::move(event.arrival), *why_not);
        return;
    }
    const bool alone = !unparks && subject_.waiting.contested().empty();  // nothing goes before it
    if (may_go && alone && !must_hold(event)) {
        release(std::move(event), /*waited=*/false);
    } else {
        kept_ = event.order;
        subject_.waiting.add(std::move(event));
        if (unparks) {
            lift_hold();
            wake_all();
        } else {
            if (is_ready) ready_.insert(*kept_);
            const WaitingEvent* kept = subject_.waiting.find(*kept_);
            if (has_dependents(subject_, *kept))
                wake_overtakers();  // they may wait for such through it
        }
    }
    drain();
}

void Turn::contradict(Arrival arrival, std::string detail) {
    if (const auto why_not = too_much(arrival); why_not.has_value()) {
        flood(std::move(arrival), *why_not);
    } else {
        out_.emplace_back(Conflict{detail, arrival.subject, arrival.origin});
        subject_.conflicts.push_back(WaitingEvent{std::move(arrival), now_, subject_.arrivals++});
    }
    const bool already = subject_.stopped() && subject_.hold->cause != HoldCause::kGap;
    if (!already) hold(HoldCause::kConflict, std::move(detail));
}

void Turn::flood(Arrival arrival, AsideReason why) {
    // Of a subject of which nothing else is known, not even that it was flooded is kept: else a
    // source that names subjects at random would fill the store with that.
    if (subject_.settled() && subject_.history.last == Position{}) {
        out_.emplace_back(Aside{why, std::move(arrival)});
        return;
    }
    if (!subject_.flood.has_value()) subject_.flood = Flood{now_, {}, 0};
    auto& highest = subject_.flood->highest;
    auto known = std::find_if(highest.begin(), highest.end(), [&](const NeedNumber& one) {
        return one.source == arrival.source;
    });
    if (arrival.number.has_value() && known != highest.end()) {
        known->number = std::max(known->number, *arrival.number);
    } else if (arrival.number.has_value() && highest.size() < kFloodedSourcesMax) {
        highest.push_back(NeedNumber{arrival.source, *arrival.number});
    } else {
        ++subject_.flood->others;
    }
    if (!subject_.hold.has_value()) lift_hold();  // marks it
    out_.emplace_back(Aside{why, std::move(arrival)});
}

std::optional<AsideReason> Turn::too_much(const Arrival& arrival) const {
    const SourceLoads& loads = subject_.waiting.loads();
    std::size_t bytes = loads.bytes() + arrival.size_bytes();
    for (const WaitingEvent& one : subject_.conflicts) bytes += one.arrival.size_bytes();
    const std::size_t events = loads.events() + subject_.conflicts.size();
    const bool too_many_sources =
        loads.by_source().size() >= kWaitingSourcesMax && !loads.has(arrival.source);
    if (events >= options_.waiting_events_max || bytes > options_.waiting_bytes_max ||
        too_many_sources) {
        return AsideReason::kFlooded;
    }
    if (room_ == SourceRoom::kNone) return AsideReason::kFloodedSource;
    return std::nullopt;
}

}  // namespace sluice::sequence
