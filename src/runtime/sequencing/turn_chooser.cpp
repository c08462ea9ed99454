#include "runtime/sequencing/turn_chooser.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace sluice::runtime {

void TurnChooser::head(std::size_t partition, std::optional<Instant> time) {
    SLUICE_ASSERT(partition < heads_.size());
    Head& head = heads_[partition];
    if (time.has_value() && !head.time.has_value()) {
        ++with_data_;
        head.last_turn = turn_;
    }
    if (!time.has_value() && head.time.has_value()) --with_data_;
    head.time = time;
}

std::optional<std::size_t> TurnChooser::next(Instant now) {
    if (with_data_ == 0) return std::nullopt;
    std::optional<std::size_t> longest;
    std::optional<std::size_t> earliest;
    for (std::size_t i = 0; i < heads_.size(); ++i) {
        const Head& head = heads_[i];
        if (!head.time.has_value()) continue;
        if (!longest || head.last_turn < heads_[*longest].last_turn) longest = i;
        if (!earliest) {
            earliest = i;
            continue;
        }
        const Instant best = std::min(*heads_[*earliest].time, now);
        const Instant mine = std::min(*head.time, now);
        const bool waited_longer = head.last_turn < heads_[*earliest].last_turn;
        if (mine < best || (mine == best && waited_longer)) earliest = i;
    }
    // All others may be overdue as well and go first: so many turns are kept back.
    const std::uint64_t kept = std::min<std::uint64_t>(with_data_, kTurnsMax);
    ++turn_;
    const bool overdue = turn_ - heads_[*longest].last_turn > kTurnsMax - kept;
    const std::size_t chosen = overdue ? *longest : *earliest;
    heads_[chosen].last_turn = turn_;
    return chosen;
}

}  // namespace sluice::runtime
