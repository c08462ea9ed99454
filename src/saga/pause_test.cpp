#include "saga/pause.hpp"

#include "saga/saga_fixture.hpp"

#include <set>

namespace sluice::saga::test {
namespace {

Milliseconds pause_of(std::uint32_t attempts, std::optional<Milliseconds> after = {}) {
    Instance instance;
    instance.id = "c-1";
    instance.attempts = attempts;
    return pause_before(instance, command("x"), after);
}

TEST(SagaPause, DoublesUpToItsLimitLessAQuarter) {
    const std::int64_t full[] = {100, 200, 400, 400, 400};
    for (std::uint32_t attempt = 1; attempt <= 5; ++attempt) {
        const std::int64_t wait = pause_of(attempt).count();
        EXPECT_LE(wait, full[attempt - 1]);
        EXPECT_GE(wait, full[attempt - 1] * 3 / 4);
    }
    EXPECT_LE(pause_of(1'000'000'000).count(), 400);
}

TEST(SagaPause, IsTheSameForTheSameAndNotForAll) {
    EXPECT_EQ(pause_of(3), pause_of(3));
    std::set<std::int64_t> waits;
    for (int i = 0; i < 50; ++i) {
        Instance instance;
        instance.id = std::to_string(i);
        instance.attempts = 3;
        waits.insert(pause_before(instance, command("x"), {}).count());
    }
    EXPECT_GT(waits.size(), 10U);
}

TEST(SagaPause, HeedsWhatTheServiceAsksForUpToTheLimit) {
    EXPECT_EQ(pause_of(1, Milliseconds{250}), Milliseconds{250});
    EXPECT_EQ(pause_of(1, Milliseconds{9'999}), Milliseconds{400});
    EXPECT_EQ(pause_of(2, Milliseconds{1}), pause_of(2));
    EXPECT_EQ(pause_of(2, Milliseconds{-5}), pause_of(2));
}

TEST(SagaPause, OfAMillisecondStaysOne) {
    Instance instance;
    instance.attempts = 1;
    CommandSpec quick = command("x");
    quick.wait_first = Milliseconds{1};
    EXPECT_EQ(pause_before(instance, quick, {}), Milliseconds{1});
}

}  // namespace
}  // namespace sluice::saga::test
