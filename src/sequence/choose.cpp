#include "base/assert.hpp"
#include "base/match.hpp"
#include "sequence/compare.hpp"
#include "sequence/dependencies.hpp"
#include "sequence/turn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// What an operator chose, carried out. Each `choose` answers why it does not fit; empty: done.

namespace sluice::sequence {

namespace {

std::string name_of(const EventRef& event) {
    return fmt::format("{} id {}", event.source, event.id);
}

/// What one need asks for, whatever else waits.
std::string plain_text_of(const Need& need) {
    if (const auto* marks = std::get_if<NeedMark>(&need)) return marks->wanted;
    const auto& [source, number] = std::get<NeedNumber>(need);
    return fmt::format("{} {}", source, number.value);
}

bool is_next(const Subject& subject, const Arrival& arrival) {
    return arrival.number == subject.history.released(arrival.source).next();
}

const WaitingEvent* find_waiting(const Subject& subject, const EventRef& event) {
    for (const WaitingEvent& one : subject.waiting) {
        if (ref_of(one.arrival) == event) return &one;
    }
    return nullptr;
}

/// Waits under the number or the id of the arrival.
const WaitingEvent* clashing(const WaitingRoom& waiting, const Arrival& arrival) {
    const WaitingEvent* same_number =
        arrival.number.has_value() ? waiting.numbered(arrival.source, *arrival.number) : nullptr;
    return same_number != nullptr ? same_number : waiting.with_id(id_hash(arrival));
}

}  // namespace

EventRef ref_of(const Arrival& arrival) {
    return EventRef{arrival.source, arrival.id, arrival.content_hash};
}

void Turn::choose(Command command) {
    chosen_ = fmt::format("{} {}: {}", command.id, command.by, command.why);
    std::string refused = std::visit(
        Match{
            [&](const SkipMissing& choice) { return skip_missing(choice); },
            [&](const ReleaseNow& choice) { return release_now(choice); },
            [&](const DropWaiting& choice) { return drop_waiting(choice); },
            [&](const SettleConflict& choice) { return settle(choice); },
            [&](TakeBack& choice) { return take_back(std::move(choice.event)); },
            [&](const AdoptSubject&) { return adopt_now(); },
            [&](const ClearFlood&) { return clear_flood(); },
            [&](Repair& choice) { return repair(std::move(choice)); },
        },
        command.choice
    );
    if (!refused.empty()) {
        SLUICE_ASSERT(out_.empty());
        out_.emplace_back(Refused{std::move(refused)});
        return;
    }
    resume();
    out_.insert(out_.begin(), Chosen{});
}

bool Turn::holds(HoldCause cause) const {
    return subject_.hold.has_value() && subject_.hold->cause == cause;
}

std::string Turn::stands() const {
    if (!subject_.stopped() || subject_.hold->cause == HoldCause::kGap) return {};
    return fmt::format("the subject stands: {}; choose about that first", subject_.hold->detail);
}

std::string Turn::skip_missing(const SkipMissing& choice) {
    if (std::string why = stands(); !why.empty()) return why;
    std::vector<Need> found;
    for (const WaitingEvent& event : subject_.waiting) {
        for (Need& missing : missing_of(subject_, event)) {
            const bool is_it = text_of(subject_, missing) == choice.wanted;
            const bool known = std::find(found.begin(), found.end(), missing) != found.end();
            if (is_it && !known) found.push_back(std::move(missing));
        }
    }
    if (found.empty()) return fmt::format("nothing waits for {} (any more)", choice.wanted);
    if (!can_be_given_up(subject_, found.front())) {
        const std::string& source = std::get<NeedNumber>(found.front()).source;
        return fmt::format(
            "{} is not next: {} {} comes first",
            choice.wanted,
            source,
            subject_.history.released(source).next().value
        );
    }
    for (const Need& missing : found) give_up(missing);
    return {};
}

std::string Turn::release_now(const ReleaseNow& choice) {
    const WaitingEvent* event = find_waiting(subject_, choice.event);
    if (event == nullptr) return name_of(choice.event) + " does not wait (any more)";
    const bool is_held = holds(HoldCause::kInvalid) && must_hold(*event) && ready(subject_, *event);
    if (std::string why = stands(); !why.empty() && !is_held) return why;
    if (event->arrival.number.has_value() && !is_next(subject_, event->arrival)) {
        return fmt::format(
            "{} {} is not next: {} {} comes first",
            event->arrival.source,
            event->arrival.number->value,
            event->arrival.source,
            subject_.history.released(event->arrival.source).next().value
        );
    }
    WaitingEvent taken = subject_.waiting.take(event->order);
    for (const Need& need : taken.arrival.needs) {
        if (met(subject_, need, taken.order)) continue;
        OrderedFacts gap;
        gap.subject = taken.arrival.subject;
        gap.wanted = plain_text_of(need);
        release_gap(std::move(gap));
    }
    release(std::move(taken), /*waited=*/true);
    std::get<Release>(out_.back()).chosen = chosen_;
    compare_conflicts_again();
    if (is_held) lift_hold();
    return {};
}

std::string Turn::drop_waiting(const DropWaiting& choice) {
    if (holds(HoldCause::kConflict)) return stands();
    const WaitingEvent* event = find_waiting(subject_, choice.event);
    if (event == nullptr) return name_of(choice.event) + " does not wait (any more)";
    Arrival dropped = std::move(subject_.waiting.take(event->order).arrival);
    if (dropped.number.has_value() && is_next(subject_, dropped)) {
        OrderedFacts gap;
        gap.subject = dropped.subject;
        gap.source = dropped.source;
        gap.number = dropped.number;
        gap.skipped_from = dropped.number;
        gap.wanted = fmt::format("{} {}", dropped.source, dropped.number->value);
        release_gap(std::move(gap));
    }
    out_.emplace_back(Aside{AsideReason::kDropped, std::move(dropped)});
    compare_conflicts_again();
    if (holds(HoldCause::kInvalid)) lift_hold();
    return {};
}

std::string Turn::settle(const SettleConflict& choice) {
    auto& conflicts = subject_.conflicts;
    const auto found = std::find_if(conflicts.begin(), conflicts.end(), [&](const auto& one) {
        return ref_of(one.arrival) == choice.newcomer;
    });
    if (found == conflicts.end()) {
        return fmt::format("no conflict over {} (any more)", name_of(choice.newcomer));
    }
    WaitingEvent newcomer = std::move(*found);
    conflicts.erase(found);
    switch (choice.winner) {
        case Winner::kFirst:
            out_.emplace_back(Aside{AsideReason::kDropped, std::move(newcomer.arrival)});
            break;
        case Winner::kNewcomer: take_over(std::move(newcomer)); break;
    }
    compare_conflicts_again();
    return {};
}

void Turn::take_over(WaitingEvent newcomer) {
    const Arrival& arrival = newcomer.arrival;
    while (const WaitingEvent* other = clashing(subject_.waiting, arrival)) {
        Arrival dropped = std::move(subject_.waiting.take(other->order).arrival);
        out_.emplace_back(Aside{AsideReason::kDropped, std::move(dropped)});
    }
    const bool has_place =
        arrival.number.has_value()
            ? *arrival.number > subject_.history.released(arrival.source)
            : !subject_.history.closed &&
                  std::holds_alternative<IsNew>(compare_in_line(subject_, arrival));
    if (has_place) {
        subject_.waiting.add(std::move(newcomer));
    } else {
        release_late(std::move(newcomer));
    }
}

/// What was in conflict with an event that is gone is in conflict no more.
void Turn::compare_conflicts_again() {
    for (WaitingEvent& one : std::exchange(subject_.conflicts, {})) {
        const Verdict verdict = compare_in_line(subject_, one.arrival);
        if (std::holds_alternative<IsNew>(verdict)) {
            subject_.waiting.add(std::move(one));
        } else if (const auto* duplicate = std::get_if<IsDuplicate>(&verdict)) {
            out_.emplace_back(Duplicate{duplicate->compared});
        } else if (std::holds_alternative<IsLate>(verdict)) {
            out_.emplace_back(Aside{AsideReason::kLateNumber, std::move(one.arrival)});
        } else {
            subject_.conflicts.push_back(std::move(one));
        }
    }
    if (holds(HoldCause::kConflict)) lift_hold();
}

std::string Turn::take_back(Arrival arrival) {
    SLUICE_ASSERT(!arrival.number.has_value() || arrival.number->value >= 1);
    if (std::string why = stands(); !why.empty()) return why;
    check_stamps(options_, arrival);
    const Verdict verdict = compare(subject_, arrival);
    if (const auto* duplicate = std::get_if<IsDuplicate>(&verdict)) {
        if (duplicate->compared == Compared::kSame) return name_of(ref_of(arrival)) + " is here";
        return fmt::format(
            "{} {} is past and cannot be compared any more: publish it as a new event",
            arrival.source,
            arrival.number->value
        );
    }
    if (const auto* contradiction = std::get_if<Contradicts>(&verdict))
        return contradiction->detail;
    const bool closed = subject_.history.closed && !arrival.number.has_value();
    const bool is_late = closed || std::holds_alternative<IsLate>(verdict);
    WaitingEvent event{std::move(arrival), now_, subject_.arrivals};
    const bool goes =
        is_late || (ready(subject_, event) && (unparks(event.arrival) || !subject_.stopped()));
    if (!goes && too_much(event.arrival).has_value()) {  // it would go aside once more
        const std::size_t waiting = subject_.waiting.size();
        return fmt::format(
            "there is no room for {}: {} {}; what is waited for comes first",
            name_of(ref_of(event.arrival)),
            waiting,
            waiting == 1 ? "waits" : "wait"
        );
    }
    ++subject_.arrivals;
    if (is_late) {
        release_late(std::move(event));
    } else {
        take_in(std::move(event));
    }
    return {};
}

std::string Turn::adopt_now() {
    if (std::string why = stands(); !why.empty()) return why;
    adopt();
    return out_.empty() ? "nothing that is waited for lies before a beginning" : std::string{};
}

std::string Turn::clear_flood() {
    if (!subject_.flood.has_value()) return "the subject is not flooded";
    subject_.flood.reset();
    if (!subject_.stopped()) subject_.hold.reset();
    return {};
}

std::string Turn::repair(Repair choice) {
    if (holds(HoldCause::kConflict)) return stands();
    const WaitingEvent* event = find_waiting(subject_, choice.event);
    if (event == nullptr) return name_of(choice.event) + " does not wait (any more)";
    const Arrival& place = event->arrival;
    Arrival& copy = choice.copy;
    if (copy.source != place.source || copy.id != place.id || copy.number != place.number) {
        return "the copy has another source, id or number than " + name_of(choice.event);
    }
    copy.content_hash = place.content_hash;
    copy.origin = place.origin;
    check_stamps(options_, copy);
    WaitingEvent repaired{std::move(copy), event->since, event->order};
    Arrival original = std::move(subject_.waiting.take(repaired.order).arrival);
    out_.emplace_back(Aside{AsideReason::kRepaired, std::move(original)});
    subject_.waiting.add(std::move(repaired));
    if (holds(HoldCause::kInvalid)) lift_hold();
    return {};
}

void Turn::resume() {
    const auto asks = [&](const WaitingEvent& event) {
        const std::vector<Need> missing = missing_of(subject_, event);
        return std::find(missing.begin(), missing.end(), subject_.gap->missing) != missing.end();
    };
    const WaitingRoom& waiting = subject_.waiting;
    if (subject_.gap.has_value() && std::none_of(waiting.begin(), waiting.end(), asks)) {
        subject_.gap.reset();
        if (holds(HoldCause::kGap)) lift_hold();
    }
    wake_all();
    drain();
    look_at_all_ = true;
    refresh_gap();
}

}  // namespace sluice::sequence
