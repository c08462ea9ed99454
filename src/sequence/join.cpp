#include "base/assert.hpp"
#include "sequence/compare.hpp"
#include "sequence/dependencies.hpp"
#include "sequence/turn.hpp"

#include <utility>

// An arrival of a subject whose waiting room is unread. It may join only where the room, whatever
// lies in it, would have made no difference:
//   - it is no duplicate and no conflict: by the history, by the names that wait, by what joined;
//   - it cannot go: what it asks for has not been released;
//   - it makes nobody else go: only an event bound by its channel can go because another comes to
//     wait (dependencies.hpp), and none is bound;
//   - the gap stays as it is.
// Then `arrive` would have put it into the room, or aside where too much waits, and done nothing
// else. The model test (join_model_test.cpp) does both and compares.

namespace sluice::sequence {

namespace {

/// With what has joined already; as it would have to be compared.
InLine with_joined(InLine in_line, const WaitingRoom& room, const Arrival& arrival) {
    for (const WaitingEvent& one : room.joined()) {
        if (one.arrival.source != arrival.source) continue;
        in_line.id = in_line.id || one.arrival.id == arrival.id;
        if (!arrival.number.has_value() || !one.arrival.number.has_value()) continue;
        in_line.number = in_line.number || one.arrival.number == arrival.number;
        in_line.before = in_line.before || one.arrival.number->next() == arrival.number;
    }
    return in_line;
}

}  // namespace

bool Turn::join(Arrival& arrival, const InLine& stored, SourceRoom room) {
    WaitingRoom& line = subject_.waiting;
    SLUICE_ASSERT(!line.is_read() && subject_.conflicts.empty());
    room_ = room;
    check_stamps(options_, arrival);
    const InLine in_line = with_joined(stored, line, arrival);
    const bool is_new =
        !in_line.id && !in_line.number &&
        std::holds_alternative<IsNew>(compare_with_history(subject_.history, arrival));
    const bool late = subject_.history.closed && !arrival.number.has_value();
    const bool by_channel = line.has_bound() || arrival.bound_by_channel();
    const bool busy = line.joined().size() >= kJoinedMax;
    if (!is_new || late || by_channel || busy || !must_wait(subject_.history, arrival) ||
        !opens_no_gap(arrival, in_line)) {
        return false;
    }
    const ArrivalOrder order = subject_.arrivals++;
    if (const auto why_not = too_much(arrival); why_not.has_value()) {
        flood(std::move(arrival), *why_not);
    } else {
        line.join(WaitingEvent{std::move(arrival), now_, order});
        out_.emplace_back(Waits{});
    }
    return true;
}

/// And closes none.
bool Turn::opens_no_gap(const Arrival& arrival, const InLine& in_line) const {
    if (subject_.gap.has_value()) return !fills(arrival, subject_.gap->missing);
    return arrival.needs.empty() && in_line.before;
}

}  // namespace sluice::sequence
