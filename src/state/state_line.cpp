#include "state/state_line.hpp"

#include "base/assert.hpp"
#include "state/delta.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::state {

namespace {

void miss(StateHead& head, std::uint64_t count, Position last) {
    if (count == 0) return;
    head.missing += count;
    head.missing_last = last;
}

Folded within_limits(Folded folded) {
    if (!folded || !folded.value() || folded.value()->size() <= kStateBytesMax) return folded;
    return Error{
        ErrorCode::kTooLarge,
        fmt::format(
            "a state of {} bytes; at most {} are kept", folded.value()->size(), kStateBytesMax
        )};
}

}  // namespace

StateEntry advance(StateHead& head, const Passed& event, Folded folded) {
    SLUICE_ASSERT(head.position < event.position);
    const Folded made = within_limits(std::move(folded));
    const bool is_first = head.position.value == 0;
    miss(head, event.position.value - head.position.value - 1, Position{event.position.value - 1});
    if (!made) miss(head, 1, event.position);
    const Instant happened = std::min(event.happened, event.released);
    head.time = is_first ? happened : std::max(head.time, happened);
    head.position = event.position;
    StateEntry entry;
    entry.closes = event.closes;
    entry.offset = event.offset;
    entry.time = head.time;
    entry.id_hash = event.id_hash;
    entry.missing = head.missing;
    entry.missing_last = head.missing_last;
    if (!made) entry.unknown = made.error().message;
    const std::string& after = made && made.value() ? *made.value() : head.state;
    entry.whole = is_first || head.since_whole + 1 >= kWholeEvery;
    if (!entry.whole && made) {
        entry.body = delta_between(head.state, after);
        entry.whole = entry.body.size() >= after.size();
    }
    if (entry.whole) entry.body = after;
    head.since_whole = entry.whole ? 0 : head.since_whole + 1;
    if (made && made.value()) head.state = *made.value();
    return entry;
}

Result<StateHead> head_of(Position position, std::span<const StateEntry> newest_first) {
    auto state = state_behind(newest_first);
    if (!state) return state.error();
    const StateEntry& newest = newest_first.front();
    const auto since = static_cast<std::uint32_t>(
        std::find_if(
            newest_first.begin(), newest_first.end(), [](const auto& one) { return one.whole; }
        ) -
        newest_first.begin()
    );
    return StateHead{
        position,
        newest.time,
        newest.missing,
        newest.missing_last,
        since,
        std::move(state).value()};
}

}  // namespace sluice::state
