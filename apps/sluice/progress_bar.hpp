#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::app {

/// A line on stderr that is drawn over while something long goes on; nothing when stderr is no
/// terminal. Threads: one.
class ProgressBar {
public:
    ProgressBar();

    ~ProgressBar() { clear(); }

    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    /// `all` 0: not known. Drawn at most ten times a second.
    void show(std::string_view stage, std::uint64_t done, std::uint64_t all);

    void clear();

private:
    bool terminal_;
    bool drawn_{false};
    std::string stage_;
    std::chrono::steady_clock::time_point last_{};
};

}  // namespace sluice::app
