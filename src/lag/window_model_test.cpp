// The window against a reference that keeps everything and reads the rules off a list.
#include "base/test_seed.hpp"
#include "lag/window.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace sluice::lag {
namespace {

/// Of all samples since the clock last jumped back; the last `options.samples` count.
Verdict expected_of(std::vector<Sample> all, const WindowOptions& options) {
    if (all.size() < options.samples) return Verdict::kOk;
    all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(options.samples));
    bool free = false;
    bool less = false;
    std::int64_t furthest = 0;
    std::int64_t least = all.front().done.value;
    for (std::size_t i = 0; i < all.size(); ++i) {
        free |= all[i].lag <= options.lag_allowed;
        less |= i > 0 && all[i].lag < all[i - 1].lag;
        furthest = std::max(furthest, all[i].done.value);
        least = std::min(least, all[i].done.value);
    }
    const Sample& newest = all.back();
    if (free) return Verdict::kOk;
    if (newest.alive_at.ms + (newest.taken_at.ms - all.front().taken_at.ms) < newest.taken_at.ms)
        return Verdict::kStopped;
    if (newest.done.value < furthest) return Verdict::kRewound;
    if (least == furthest) return Verdict::kStalled;
    return less ? Verdict::kOk : Verdict::kSlow;
}

TEST(LagWindowModel, AnyHistoryOfSamplesIsJudgedAsTheReferenceDoes) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto draw = [&random](std::int64_t least, std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>{least, most}(random);
    };
    std::map<Verdict, int> seen;
    for (int round = 0; round < 3'000; ++round) {
        const WindowOptions options{static_cast<std::size_t>(draw(2, 5)), draw(0, 2) / 2};
        Window window{options};
        std::vector<Sample> all;
        Sample now{Instant{1'000}, Instant{1'000}, Offset{draw(0, 3)}, draw(0, 9)};
        const std::int64_t silence = draw(0, 3);  // one in so many: no sign of life
        for (int step = 0; step < 20; ++step) {
            now.taken_at.ms += draw(0, 40) == 0 ? -draw(1, 20) : draw(0, 10);
            if (draw(0, 3) >= silence) now.alive_at = now.taken_at;
            now.done.value =
                std::max<std::int64_t>(0, now.done.value + (draw(0, 9) == 0 ? -1 : draw(0, 1)));
            now.lag = std::max<std::int64_t>(0, now.lag + draw(-1, 2));
            if (!all.empty() && now.taken_at < all.back().taken_at) all.clear();
            all.push_back(now);
            window.add(now);
            const Verdict expected = expected_of(all, options);
            ASSERT_EQ(window.verdict(), expected) << "round " << round << " step " << step;
            ++seen[expected];
        }
    }
    for (const Verdict one :
         {Verdict::kOk, Verdict::kSlow, Verdict::kStalled, Verdict::kRewound, Verdict::kStopped}) {
        EXPECT_GT(seen[one], 100) << to_string(one) << " was hardly tried";
    }
}

}  // namespace
}  // namespace sluice::lag
