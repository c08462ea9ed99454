#pragma once

#include "base/ids.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

namespace sluice::log::kafka {

/// Whom a restore tells. Views; the notice outlives it.
struct RestoreNews {
    std::string_view group;
    HomeId home;
    const std::function<void(std::string_view)>& notice;
};

/// How far a restore is: told every so often, if it takes long.
/// Threads: one.
class RestoreProgress {
public:
    static constexpr std::chrono::milliseconds kEvery{5'000};

    /// `what` is restored, `all` of it, in `unit`s: "of its snapshot", "MiB".
    RestoreProgress(
        const RestoreNews& news,
        std::uint64_t all,
        std::string_view unit,
        std::string_view what,
        std::chrono::milliseconds every = kEvery
    )
        : news_{news},
          all_{all},
          unit_{unit},
          what_{what},
          every_{every} {}

    void at(std::uint64_t done);

private:
    using Clock = std::chrono::steady_clock;

    const RestoreNews& news_;
    std::uint64_t all_;
    std::string_view unit_;
    std::string_view what_;
    std::chrono::milliseconds every_;
    Clock::time_point told_{Clock::now()};
};

}  // namespace sluice::log::kafka
