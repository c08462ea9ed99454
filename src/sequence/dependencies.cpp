#include "sequence/dependencies.hpp"

#include <algorithm>
#include <limits>

namespace sluice::sequence {

namespace {

constexpr ArrivalOrder kNobody = std::numeric_limits<ArrivalOrder>::max();

bool known(const SubjectHistory& history, const NeedMark& need) {
    return need.any_of.empty() ||
           std::any_of(need.any_of.begin(), need.any_of.end(), [&](Mark mark) {
               return history.knows(mark);
           });
}

bool here(const Subject& subject, const NeedMark& need, ArrivalOrder asker) {
    return std::any_of(need.any_of.begin(), need.any_of.end(), [&](Mark mark) {
        return subject.waiting.carried(mark, asker);
    });
}

bool wants(const WaitingEvent& event, const Subject& subject, Mark mark) {
    return std::any_of(
        event.arrival.needs.begin(),
        event.arrival.needs.end(),
        [&](const Need& need) {
            const auto* marks = std::get_if<NeedMark>(&need);
            return marks != nullptr && !known(subject.history, *marks) &&
                   std::find(marks->any_of.begin(), marks->any_of.end(), mark) !=
                       marks->any_of.end();
        }
    );
}

/// Those with an unmet need that the event would meet by its marks.
void add_wanters(const Subject& subject, const WaitingEvent& event, WaitingRoom::Orders& out) {
    for (const Mark mark : event.arrival.marks) {
        if (subject.history.knows(mark)) continue;
        for (const ArrivalOrder order : subject.waiting.wanting(mark)) {
            if (order != event.order && wants(*subject.waiting.find(order), subject, mark)) {
                out.push_back(order);
            }
        }
    }
}

/// Who waits for the event without another waiting event of the same source or channel in between;
/// those behind it are found through it.
WaitingRoom::Orders direct_dependents(const Subject& subject, const WaitingEvent& event) {
    const Arrival& arrival = event.arrival;
    WaitingRoom::Orders out;
    if (arrival.number.has_value()) {
        const WaitingEvent* later = subject.waiting.above(arrival.source, *arrival.number);
        const SourceNumber to =
            later == nullptr ? kHighestNumber : SourceNumber{later->arrival.number->value - 1};
        out = subject.waiting.wanting(arrival.source, *arrival.number, to);
    } else if (const auto* lane = subject.waiting.lane(arrival.origin); lane != nullptr) {
        const auto behind = lane->bound.upper_bound(event.order);
        if (behind != lane->bound.end()) out.push_back(*behind);
    }
    add_wanters(subject, event, out);
    return out;
}

bool held_by_channel(const Subject& subject, const WaitingEvent& event) {
    if (!event.arrival.bound_by_channel()) return false;
    const auto* lane = subject.waiting.lane(event.arrival.origin);
    if (lane == nullptr || *lane->all.begin() >= event.order) return false;
    WaitingRoom::Orders wanters;
    add_wanters(subject, event, wanters);
    if (wanters.empty()) return true;
    const auto wait_for_it = with_dependents(subject, std::move(wanters));
    for (const ArrivalOrder before : lane->all) {
        if (before >= event.order) break;
        if (!wait_for_it.contains(before)) return true;
    }
    return false;
}

/// The first number of the source up to `to` behind which nothing of it waits before `to`.
std::optional<Need> missing_number(
    const Subject& subject, const std::string& source, SourceNumber to
) {
    const SourceNumber released = subject.history.released(source);
    if (released >= to) return std::nullopt;
    const WaitingEvent* before = subject.waiting.at_or_below(source, to);
    SourceNumber here = released;
    if (before != nullptr) here = std::max(here, *before->arrival.number);
    if (here == to) return std::nullopt;
    return NeedNumber{source, here.next()};
}

}  // namespace

bool met(const Subject& subject, const Need& need, ArrivalOrder asker) {
    if (const auto* number = std::get_if<NeedNumber>(&need)) {
        return subject.history.released(number->source) >= number->number;
    }
    const auto& marks = std::get<NeedMark>(need);
    return known(subject.history, marks) || (marks.if_seen && !here(subject, marks, asker));
}

bool ready(const Subject& subject, const WaitingEvent& event) {
    const Arrival& arrival = event.arrival;
    if (arrival.number.has_value() &&
        subject.history.released(arrival.source).next() != *arrival.number) {
        return false;
    }
    const bool all_met =
        std::all_of(arrival.needs.begin(), arrival.needs.end(), [&](const Need& need) {
            return met(subject, need, event.order);
        });
    return all_met && !held_by_channel(subject, event);
}

bool must_wait(const SubjectHistory& history, const Arrival& arrival) {
    if (arrival.number.has_value() && history.released(arrival.source).next() != *arrival.number) {
        return true;
    }
    return std::any_of(arrival.needs.begin(), arrival.needs.end(), [&](const Need& need) {
        if (const auto* number = std::get_if<NeedNumber>(&need)) {
            return history.released(number->source) < number->number;
        }
        const auto& marks = std::get<NeedMark>(need);
        return !marks.if_seen && !known(history, marks);
    });
}

std::vector<Need> missing_of(const Subject& subject, const WaitingEvent& event) {
    const Arrival& arrival = event.arrival;
    std::vector<Need> missing;
    auto add_number = [&](const std::string& source, SourceNumber to) {
        if (auto number = missing_number(subject, source, to))
            missing.push_back(*std::move(number));
    };
    if (arrival.number.has_value()) {
        add_number(arrival.source, SourceNumber{arrival.number->value - 1});
    }
    for (const Need& need : arrival.needs) {
        if (const auto* number = std::get_if<NeedNumber>(&need)) {
            add_number(number->source, number->number);
            continue;
        }
        // An event that carries what it wants waits for itself: a circle, nothing is missing.
        if (!met(subject, need, event.order) && is_missing(subject, need)) missing.push_back(need);
    }
    return missing;
}

bool is_missing(const Subject& subject, const Need& need) {
    if (const auto* number = std::get_if<NeedNumber>(&need)) {
        return subject.history.released(number->source) < number->number &&
               subject.waiting.numbered(number->source, number->number) == nullptr;
    }
    const auto& marks = std::get<NeedMark>(need);
    return !known(subject.history, marks) && !here(subject, marks, kNobody);
}

bool fills(const Arrival& arrival, const Need& need) {
    if (const auto* number = std::get_if<NeedNumber>(&need)) {
        return arrival.source == number->source && arrival.number == number->number;
    }
    const auto& wanted = std::get<NeedMark>(need).any_of;
    return std::any_of(arrival.marks.begin(), arrival.marks.end(), [&](Mark mark) {
        return std::find(wanted.begin(), wanted.end(), mark) != wanted.end();
    });
}

bool can_be_given_up(const Subject& subject, const Need& missing) {
    const auto* number = std::get_if<NeedNumber>(&missing);
    return number == nullptr || subject.history.released(number->source).next() == number->number;
}

WaitingRoom::Orders may_overtake(const Subject& subject) {
    WaitingRoom::Orders wanters;
    for (const Mark mark : subject.waiting.contested()) {
        if (subject.history.knows(mark)) continue;
        const WaitingRoom::Orders more = subject.waiting.wanting(mark);
        wanters.insert(wanters.end(), more.begin(), more.end());
    }
    if (wanters.empty()) return {};
    const auto waits = with_dependents(subject, std::move(wanters));
    WaitingRoom::Orders out;
    for (const auto& [channel, lane] : subject.waiting.lanes()) {
        for (const ArrivalOrder order : lane.all) {  // up to the first that nothing may overtake
            if (lane.bound.contains(order)) out.push_back(order);
            if (!waits.contains(order)) break;
        }
    }
    return out;
}

bool has_dependents(const Subject& subject, const WaitingEvent& event) {
    return !direct_dependents(subject, event).empty();
}

std::unordered_set<ArrivalOrder> with_dependents(const Subject& subject, WaitingRoom::Orders of) {
    std::unordered_set<ArrivalOrder> found{of.begin(), of.end()};
    while (!of.empty()) {
        const ArrivalOrder next = of.back();
        of.pop_back();
        for (const ArrivalOrder order : direct_dependents(subject, *subject.waiting.find(next))) {
            if (found.insert(order).second) of.push_back(order);
        }
    }
    return found;
}

}  // namespace sluice::sequence
