#pragma once

#include <sluice/time.hpp>

#include <cstddef>
#include <limits>

namespace sluice::deliver::push {

struct PaceOptions {
    Milliseconds pause_first{250};
    Milliseconds pause_max{
        10'000};            ///< each trial that reaches nobody doubles the pause, up to this
    std::size_t trials{4};  ///< requests at once that look whether it is back
};

/// When a target is left alone: nobody could be reached there, or it said that it is busy. What
/// was not sent for it was no attempt of any event, so nothing is parked however long it is away.
/// Pure: `now` is of a clock that only goes forward.
/// Threads:  one at a time.
class Pace {
public:
    explicit Pace(PaceOptions options = {}) : options_{options} {}

    /// How many more requests may be sent, while so many are under way.
    [[nodiscard]] std::size_t allowed(Instant now, std::size_t under_way) const;

    /// What is left of the pause.
    [[nodiscard]] Milliseconds pause_left(Instant now) const;

    /// Nobody was reached. True: that is news.
    bool unreachable(Instant now);

    /// It answered, whatever. True: it was away before.
    bool answered();

    /// It asks to be left alone for so long.
    void busy(Instant now, Milliseconds after);

private:
    PaceOptions options_;
    bool away_{false};
    Milliseconds pause_{0};  ///< the last one for being away
    Instant until_{std::numeric_limits<std::int64_t>::min()};
};

}  // namespace sluice::deliver::push
