#include "sim/torture.hpp"

#include "sim/draw.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

namespace sluice::sim {

namespace {

constexpr std::size_t kShrinkPlaysMax = 2'000;

/// The seeds of a run, dealt to its threads.
class Run {
public:
    Run(const TortureOptions& options, const Watch& watch)
        : options_{options},
          watch_{watch},
          seeds_{(options.events + options.events_per_seed - 1) / options.events_per_seed} {}

    void work() {
        while (!done_) {
            const std::uint64_t index = next_++;
            if (index >= seeds_) return;
            const History history = draw(options_.seed + index, options_.events_per_seed);
            Played played = play(history);
            const std::lock_guard lock{mutex_};
            ++report_.seeds;
            report_.tally.add(played.tally);
            const bool fails = !played.violations.empty();
            if (fails && (!report_.failure || history.seed < report_.failure->history.seed)) {
                report_.failure = Failure{history, std::move(played.violations)};
            }
            const bool late = options_.time_max &&
                              std::chrono::steady_clock::now() - begun_ >= *options_.time_max;
            if (report_.failure || late || !watch_(report_)) done_ = true;
        }
    }

    [[nodiscard]] TortureReport take() && { return std::move(report_); }

private:
    const TortureOptions& options_;
    const Watch& watch_;
    std::uint64_t seeds_;
    std::chrono::steady_clock::time_point begun_{std::chrono::steady_clock::now()};
    std::atomic<std::uint64_t> next_{0};
    std::atomic<bool> done_{false};
    std::mutex mutex_;
    TortureReport report_;
};

}  // namespace

TortureReport torture(const TortureOptions& options, const Watch& watch) {
    Run run{options, watch};
    {
        std::vector<std::jthread> threads;
        for (std::uint32_t i = 0; i < options.threads; ++i) {
            threads.emplace_back([&run] { run.work(); });
        }
    }
    return std::move(run).take();
}

void shorten(Failure& failure, const ShrinkWatch& watch) {
    const auto fails = [&failure](const History& shorter) {
        std::vector<std::string> violations = play(shorter).violations;
        if (violations.empty()) return false;
        failure.violations = std::move(violations);
        return true;
    };
    failure.history = shrink(std::move(failure.history), fails, kShrinkPlaysMax, watch);
}

}  // namespace sluice::sim
