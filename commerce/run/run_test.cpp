#include "commerce/run/run.hpp"

#include "base/test_seed.hpp"
#include "commerce/run/counts.hpp"
#include "store/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace sluice::commerce {
namespace {

class RunTest : public testing::Test {
protected:
    static RunControl quiet() {
        return RunControl{
            [](std::string_view, std::uint64_t, std::uint64_t) {}, [] { return false; }};
    }

    /// A small run with chaos, kept in the test's folder.
    RunOptions options() const {
        RunOptions asked;
        asked.orders = 60;
        asked.seed = seed_ % 1'000;
        asked.chaos = seed_ % 97;
        asked.state = folder_.file("state");
        return asked;
    }

    std::uint64_t seed_{sluice::test::seed()};
    ::sluice::test::TempDir folder_;
};

TEST_F(RunTest, EveryRowEqualsTheOracle) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    const auto workspace = Workspace::open(options());
    ASSERT_TRUE(workspace.has_value()) << workspace.error().message;
    const auto input = prepare_input(workspace.value(), quiet().progress);
    ASSERT_TRUE(input.has_value()) << input.error().message;
    const auto summary = run_sluice(workspace.value(), input.value(), quiet());
    ASSERT_TRUE(summary.has_value()) << summary.error().message;
    EXPECT_TRUE(summary.value().good()) << to_text(summary.value());
    EXPECT_GT(summary.value().sluice.waited, 0U);
    EXPECT_EQ(summary.value().sluice.released, summary.value().events);
}

TEST_F(RunTest, ARunThatWasInterruptedGoesOn) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    const auto workspace = Workspace::open(options());
    ASSERT_TRUE(workspace.has_value()) << workspace.error().message;
    for (int part = 0;; ++part) {
        ASSERT_LT(part, 100);
        const auto input = prepare_input(workspace.value(), quiet().progress);
        ASSERT_TRUE(input.has_value()) << input.error().message;
        RunControl control = quiet();
        int asked = 0;
        control.cancelled = [&asked, part] { return part < 3 && ++asked > 1; };
        const auto summary = run_sluice(workspace.value(), input.value(), control);
        if (!summary.has_value()) {
            ASSERT_EQ(summary.error().code, ErrorCode::kCancelled) << summary.error().message;
            continue;
        }
        EXPECT_GT(part, 0);
        EXPECT_EQ(summary.value().oracle->differences(), 0U) << to_text(summary.value());
        break;
    }
}

TEST_F(RunTest, PlainConsumersOfTheSameEventsGoWrong) {
    SCOPED_TRACE(sluice::test::rerun(seed_));
    RunOptions asked = options();
    asked.orders = 300;
    const auto workspace = Workspace::open(asked);
    ASSERT_TRUE(workspace.has_value()) << workspace.error().message;
    const auto input = prepare_input(workspace.value(), quiet().progress);
    ASSERT_TRUE(input.has_value()) << input.error().message;
    const auto summary = run_plain(workspace.value(), input.value(), quiet());
    ASSERT_TRUE(summary.has_value()) << summary.error().message;
    EXPECT_FALSE(summary.value().good());
    EXPECT_GT(summary.value().plain.given_up, 0U);
}

TEST(Counts, AddUpOverLives) {
    InstanceCounts first;
    first.released = 3;
    first.waiting_max = 9;
    first.waiting_now = 5;
    InstanceCounts second;
    second.released = 4;
    second.waiting_max = 2;
    const InstanceCounts sum = sum_of(first, second);
    EXPECT_EQ(sum.released, 7U);
    EXPECT_EQ(sum.waiting_max, 9U);
    EXPECT_EQ(sum.waiting_now, 0U);
}

}  // namespace
}  // namespace sluice::commerce
