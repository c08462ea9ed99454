#include "base/assert.hpp"
#include "sequence/dependencies.hpp"
#include "sequence/turn.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace sluice::sequence {

namespace {

/// The same thing is asked for: of a stamp, the source's number is not released; of a rule, the
/// marks.
bool asks_for(const Need& need, const Need& given_up) {
    if (const auto* number = std::get_if<NeedNumber>(&given_up)) {
        const auto* asked = std::get_if<NeedNumber>(&need);
        return asked != nullptr && asked->source == number->source &&
               asked->number >= number->number;
    }
    const auto* asked = std::get_if<NeedMark>(&need);
    return asked != nullptr && !asked->if_seen &&
           asked->any_of == std::get<NeedMark>(given_up).any_of;
}

/// Tells missing things apart.
std::string key_of(const Need& missing) {
    if (const auto* number = std::get_if<NeedNumber>(&missing))
        return "number of " + number->source;
    return fmt::format("marks {}", fmt::join(std::get<NeedMark>(missing).any_of, " "));
}

/// On the first start: what may lie before the beginning of a channel.
bool may_be_older(const Subject& subject, const Need& missing) {
    const auto* number = std::get_if<NeedNumber>(&missing);
    return number == nullptr ||
           (subject.history.released(number->source).value == 0 && number->number.value == 1);
}

}  // namespace

std::string text_of(const Subject& subject, const Need& missing) {
    if (const auto* marks = std::get_if<NeedMark>(&missing)) return marks->wanted;
    const auto& [source, number] = std::get<NeedNumber>(missing);
    const WaitingEvent* next = subject.waiting.above(source, number);
    if (next == nullptr || *next->arrival.number == number.next()) {
        return fmt::format("{} {}", source, number.value);
    }
    return fmt::format("{} {} to {}", source, number.value, next->arrival.number->value - 1);
}

void Turn::refresh_gap() {
    auto& gap = subject_.gap;
    if (gap.has_value() && is_missing(subject_, gap->missing)) return;
    if (!gap.has_value() && !look_at_all_) {  // nothing was missing: only what is new can be
        if (next_.has_value()) {
            open_gap(*std::move(next_));
        } else if (const auto* kept = kept_.has_value() ? subject_.waiting.find(*kept_) : nullptr) {
            open_gap_of(*kept);
        }
        return;
    }
    gap.reset();
    if (subject_.hold.has_value() && subject_.hold->cause == HoldCause::kGap) lift_hold();
    for (const WaitingEvent& event : subject_.waiting) {
        open_gap_of(event);
        if (gap.has_value()) return;
    }
}

void Turn::open_gap_of(const WaitingEvent& asker) {
    for (Need& missing : missing_of(subject_, asker)) {
        if (!can_be_given_up(subject_, missing)) continue;
        open_gap(std::move(missing));
        return;
    }
}

void Turn::open_gap(Need missing) {
    Gap gap;
    gap.missing = std::move(missing);
    gap.opened_at = now_;
    gap.opened_before = next_sweep_;
    subject_.gap = std::move(gap);
}

void Turn::count_gap() {
    if (!subject_.gap.has_value()) return;
    Gap& gap = *subject_.gap;
    if (gap.opened_before == SweepId{}) gap.opened_before = next_sweep_;
    if (!gap.proven_at.has_value()) return;
    if (now_ > gap.counted_until) gap.proven_for += now_ - gap.counted_until;
    gap.counted_until = now_;
    const bool due = gap.proven_for >= options_.gap_wait && options_.gap_action != GapAction::kWait;
    if (due && !gap.act_after.has_value() && !subject_.stopped()) gap.act_after = next_sweep_;
}

void Turn::sweep_ended(SweepId ended) {
    if (!subject_.gap.has_value()) return;
    Gap& gap = *subject_.gap;
    const bool began_after_it = gap.opened_before != SweepId{} && ended >= gap.opened_before;
    if (!gap.proven_at.has_value() && began_after_it) {
        gap.proven_at = now_;
        gap.counted_until = now_;
    } else if (Sequencer::sweep_may_act(subject_, ended)) {
        act_on_gap();
        return;
    }
    count_gap();
}

void Turn::act_on_gap() {
    subject_.gap->act_after.reset();
    if (subject_.stopped()) return;  // a person is to choose first
    switch (options_.gap_action) {
        case GapAction::kWait: return;
        case GapAction::kPark: {
            hold(HoldCause::kGap, text_of(subject_, subject_.gap->missing) + " has not come");
            const WaitingRoom& waiting = subject_.waiting;
            const std::string subject =
                waiting.begin() == waiting.end() ? "" : waiting.begin()->arrival.subject;
            out_.emplace_back(Parked{subject, subject_.hold->detail});
            return;
        }
        case GapAction::kSkip: {
            const Need missing = subject_.gap->missing;
            give_up(missing);
            drain();
            refresh_gap();
            return;
        }
    }
    SLUICE_UNREACHABLE();
}

void Turn::give_up(const Need& missing) {
    OrderedFacts gap;
    gap.wanted = text_of(subject_, missing);
    const auto* number = std::get_if<NeedNumber>(&missing);
    const WaitingEvent* next =
        number == nullptr ? nullptr : subject_.waiting.above(number->source, number->number);
    if (next != nullptr) {
        gap.source = number->source;
        gap.skipped_from = number->number;
        gap.number = SourceNumber{next->arrival.number->value - 1};
        const auto askers = subject_.waiting.wanting(number->source, number->number, *gap.number);
        release_gap(std::move(gap));
        wake(askers);
    } else {  // the source itself may still come: only who asked for it goes on without it
        const auto askers =
            number == nullptr
                ? subject_.waiting.wanting(std::get<NeedMark>(missing).any_of.front())
                : subject_.waiting.wanting(number->source, number->number, kHighestNumber);
        release_gap(std::move(gap));
        forget_needs(missing, askers);
    }
    if (!subject_.gap.has_value() || subject_.gap->missing != missing) return;
    subject_.gap.reset();
    look_at_all_ = true;
    if (subject_.hold.has_value() && subject_.hold->cause == HoldCause::kGap) {
        lift_hold();
        wake_all();
    }
}

void Turn::forget_needs(const Need& given_up, const WaitingRoom::Orders& askers) {
    for (const ArrivalOrder order : askers) {
        WaitingEvent event = subject_.waiting.take(order);
        std::erase_if(event.arrival.needs, [&](const Need& need) {
            return asks_for(need, given_up);
        });
        subject_.waiting.add(std::move(event));
    }
    wake(askers);
}

void Turn::adopt() {
    std::map<std::string, Need> older;  // by what it is called: one thing may be asked for by many
    for (const WaitingEvent& event : subject_.waiting) {
        for (Need& missing : missing_of(subject_, event)) {
            if (!may_be_older(subject_, missing)) continue;
            older.try_emplace(key_of(missing), std::move(missing));
        }
    }
    for (const auto& [key, missing] : older) give_up(missing);
    drain();
    refresh_gap();
}

void Turn::give_up_everything() {
    subject_.hold.reset();
    wake_all();
    drain();
    look_at_all_ = true;
    refresh_gap();
    while (subject_.gap.has_value()) {  // ends: each round fills or forgets what is missing
        const Need missing = subject_.gap->missing;
        give_up(missing);
        drain();
        refresh_gap();
    }
}

}  // namespace sluice::sequence
