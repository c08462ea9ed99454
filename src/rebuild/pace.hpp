#pragma once

#include <sluice/time.hpp>

#include <cstdint>

namespace sluice::rebuild {

/// So many events a second and no more: a rebuild that may take its time leaves the rest to who
/// cannot wait. What is not used in a second is lost, but for a tenth of it, so that a pause is not
/// made up for by a burst. More may be taken than was allowed (a run of events stays whole): that
/// is a debt, and nothing is allowed until it is paid. Pure: no clock of its own; one that jumps
/// back allows nothing for it, and takes nothing.
/// Threads:  one at a time.
class Pace {
public:
    /// 0: no limit.
    explicit Pace(std::uint64_t events_per_second) : rate_{events_per_second} {}

    /// Another limit from now on.
    void limit(std::uint64_t events_per_second) { rate_ = events_per_second; }

    /// How many events may start now.
    [[nodiscard]] std::uint64_t allowed(Instant now);

    void took(std::uint64_t events);

    /// When something is allowed again; zero when it is now.
    [[nodiscard]] Milliseconds until_next(Instant now);

private:
    void fill(Instant now);

    std::uint64_t rate_;
    std::int64_t budget_{0};  ///< in thousandths of an event; a debt below zero
    Instant filled_at_{};
    bool begun_{false};
};

}  // namespace sluice::rebuild
