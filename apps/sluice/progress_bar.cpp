#include "apps/sluice/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace sluice::app {

namespace {

constexpr std::uint64_t kWidth = 30;
constexpr auto kInterval = std::chrono::milliseconds{100};

}  // namespace

ProgressBar::ProgressBar() : terminal_{::isatty(STDERR_FILENO) == 1} {}

void ProgressBar::show(std::string_view stage, std::uint64_t done, std::uint64_t all) {
    if (!terminal_) return;
    const auto now = std::chrono::steady_clock::now();
    if (drawn_ && stage == stage_ && now - last_ < kInterval) return;
    stage_ = stage;
    last_ = now;
    drawn_ = true;
    if (all == 0) {
        fmt::print(
            stderr,
            "\r\033[K{:<24} {}",
            stage,
            done == 0 ? std::string{"…"} : fmt::format("{}", done)
        );
    } else {
        const std::uint64_t filled = std::min(done, all) * kWidth / all;
        fmt::print(
            stderr,
            "\r\033[K{:<24} [{:#<{}}{:.<{}}] {} of {}",
            stage,
            "",
            filled,
            "",
            kWidth - filled,
            done,
            all
        );
    }
    static_cast<void>(std::fflush(stderr));
}

void ProgressBar::clear() {
    if (!drawn_) return;
    drawn_ = false;
    fmt::print(stderr, "\r\033[K");
    static_cast<void>(std::fflush(stderr));
}

}  // namespace sluice::app
