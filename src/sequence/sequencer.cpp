#include "sequence/sequencer.hpp"

#include "base/assert.hpp"
#include "sequence/turn.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::sequence {

namespace {

constexpr std::size_t kWaitingEventsLimit = 1'000'000;
constexpr std::size_t kWaitingBytesLeast = std::size_t{64} << 10;
constexpr std::size_t kWaitingBytesLimit = std::size_t{1} << 30;
constexpr Milliseconds kGapWaitLimit = std::chrono::hours{24 * 365};

Status in_range(std::string_view field, std::size_t value, std::size_t least, std::size_t most) {
    if (least <= value && value <= most) return ok();
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("{} is {}; allowed are {} to {}", field, value, least, most)};
}

}  // namespace

Status SequencerOptions::validate() const {
    if (gap_wait < Milliseconds{0} || gap_wait > kGapWaitLimit) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "gap_wait is {} ms; allowed are 0 to {} ms", gap_wait.count(), kGapWaitLimit.count()
            )};
    }
    Status events = in_range("waiting_events_max", waiting_events_max, 1, kWaitingEventsLimit);
    if (!events.has_value()) return events;
    return in_range("waiting_bytes_max", waiting_bytes_max, kWaitingBytesLeast, kWaitingBytesLimit);
}

Sequencer::Sequencer(SequencerOptions options) : options_{std::move(options)} {
    SLUICE_ASSERT(options_.validate().has_value());
}

Decisions Sequencer::offer(
    Subject& subject, Arrival arrival, Instant now, SweepId next_sweep, SourceRoom room
) const {
    Turn turn{options_, subject, now, next_sweep};
    turn.arrive(std::move(arrival), room);
    return std::move(turn).done();
}

std::optional<Decisions> Sequencer::join(
    Subject& subject, Arrival& arrival, const InLine& in_line, Instant now, SourceRoom room
) const {
    Turn turn{options_, subject, now, SweepId{}};  // no gap opens
    if (!turn.join(arrival, in_line, room)) return std::nullopt;
    return std::move(turn).done();
}

Decisions Sequencer::sweep_ended(Subject& subject, SweepId ended, Instant now, SweepId next_sweep)
    const {
    Turn turn{options_, subject, now, next_sweep};
    turn.sweep_ended(ended);
    return std::move(turn).done();
}

bool Sequencer::sweep_may_act(const Subject& subject, SweepId ended) {
    return subject.gap.has_value() && subject.gap->act_after.has_value() &&
           ended >= *subject.gap->act_after;
}

void Sequencer::tick(Subject& subject, Instant now, SweepId next_sweep) const {
    Turn{options_, subject, now, next_sweep}.count_gap();
}

void Sequencer::restored(Subject& subject) {
    if (!subject.gap.has_value()) return;
    subject.gap->opened_before = SweepId{};  // the next call gives it one
    subject.gap->act_after.reset();
}

Decisions Sequencer::adopt(Subject& subject, Instant now) const {
    Turn turn{
        options_, subject, now, SweepId{}};  // a gap that opens learns its sweep from the next call
    turn.adopt();
    return std::move(turn).done();
}

Decisions Sequencer::choose(Subject& subject, Command command, Instant now, SweepId next_sweep)
    const {
    Turn turn{options_, subject, now, next_sweep};
    turn.choose(std::move(command));
    return std::move(turn).done();
}

}  // namespace sluice::sequence
