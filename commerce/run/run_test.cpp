#include "commerce/run/run.hpp"

#include "base/test_seed.hpp"
#include "commerce/run/counts.hpp"
#include "commerce/run/run_fixture.hpp"
#include "commerce/run/services.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce {
namespace {

class RunTest : public testing::Test {
protected:
    [[nodiscard]] RunOptions options() const {
        return test::small_run(seed_, folder_.file("state"));
    }

    std::uint64_t seed_{sluice::test::seed()};
    ::sluice::test::TempDir folder_;
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
};

TEST_F(RunTest, EveryRowEqualsTheOracle) {
    const Workspace workspace = test::open_workspace(options());
    const RunInput input = test::prepare(workspace);
    const auto ran = run_sluice(workspace, input, test::quiet());
    ASSERT_TRUE(ran.has_value()) << ran.error().message;
    const RunSummary& summary = ran.value();
    EXPECT_TRUE(summary.good()) << to_text(summary);
    EXPECT_GT(summary.sluice.waited, 0U);
    EXPECT_EQ(summary.sluice.released, summary.events);
    EXPECT_EQ(summary.sluice.duplicates, summary.deliveries - summary.events);
    EXPECT_EQ(summary.sluice.waiting_now, 0U);
    EXPECT_EQ(summary.sluice.late + summary.sluice.aside + summary.sluice.invalid, 0U);
    EXPECT_GT(summary.restarts, 0U);
    EXPECT_EQ(summary.input, input.summary);
    EXPECT_GT(summary.seconds, 0.0);
}

TEST_F(RunTest, WithoutChaosNothingIsDoubledAndNothingRestarts) {
    RunOptions asked = options();
    asked.chaos.reset();
    const Workspace workspace = test::open_workspace(asked);
    const auto ran = run_sluice(workspace, test::prepare(workspace), test::quiet());
    ASSERT_TRUE(ran.has_value()) << ran.error().message;
    EXPECT_TRUE(ran->good()) << to_text(ran.value());
    EXPECT_EQ(ran->deliveries, ran->events);
    EXPECT_EQ(ran->sluice.duplicates + ran->restarts, 0U);
    EXPECT_EQ(ran->early.early_cancellations + ran->early.early_deliveries, 0U);
}

/// Of a handful of cancellations none may come early: that is luck, and no reason to refuse the
/// run.
TEST_F(RunTest, FewOrdersAreNotAskedForTheirShareOfEarlyEvents) {
    const Workspace workspace =
        test::open_workspace(test::small_run(8068262516578432524ULL, folder_.file("few")));
    const auto ran = run_sluice(workspace, test::prepare(workspace), test::quiet());
    ASSERT_TRUE(ran.has_value()) << ran.error().message;
    EXPECT_FALSE(check_early(ran->early).has_value());
    EXPECT_TRUE(ran->good()) << to_text(ran.value());
}

TEST_F(RunTest, ARunThatWasInterruptedGoesOn) {
    const Workspace workspace = test::open_workspace(options());
    for (int part = 0;; ++part) {
        ASSERT_LT(part, 100);
        const RunInput input = test::prepare(workspace);
        RunControl control = test::quiet();
        int asked = 0;
        control.cancelled = [&asked, part] { return part < 3 && ++asked > 1; };
        const auto summary = run_sluice(workspace, input, control);
        if (!summary.has_value()) {
            ASSERT_EQ(summary.error().code, ErrorCode::kCancelled) << summary.error().message;
            continue;
        }
        EXPECT_GT(part, 0);
        EXPECT_EQ(summary.value().oracle->differences(), 0U) << to_text(summary.value());
        break;
    }
}

TEST_F(RunTest, AFinishedRunAskedForAgainIsCheckedAgainAndChangesNothing) {
    const Workspace workspace = test::open_workspace(options());
    const RunInput input = test::prepare(workspace);
    ASSERT_TRUE(run_sluice(workspace, input, test::quiet()).has_value());
    const auto again = run_sluice(workspace, input, test::quiet());
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_TRUE(again->good()) << to_text(again.value());
    EXPECT_EQ(again->sluice.released, 0U);
    EXPECT_EQ(again->sluice.delivered, 0U);
}

TEST_F(RunTest, PlainConsumersOfTheSameEventsGoWrong) {
    RunOptions asked = options();
    asked.orders = 300;
    const Workspace workspace = test::open_workspace(asked);
    const auto summary = run_plain(workspace, test::prepare(workspace), test::quiet());
    ASSERT_TRUE(summary.has_value()) << summary.error().message;
    EXPECT_FALSE(summary.value().good());
    EXPECT_GT(summary.value().plain.given_up, 0U);
    EXPECT_GT(summary.value().plain.duplicates, 0U);
}

/// They are no straw men: in order, each once, they have every row right.
TEST_F(RunTest, PlainConsumersOfAnOrderThatNothingDisturbedAreRight) {
    RunOptions asked = options();
    asked.chaos.reset();
    const Workspace workspace = test::open_workspace(asked);
    const RunInput input = test::prepare(workspace);
    for (int time = 0; time < 2; ++time) {  // a second run begins with empty tables
        const auto summary = run_plain(workspace, input, test::quiet());
        ASSERT_TRUE(summary.has_value()) << summary.error().message;
        EXPECT_TRUE(summary->good()) << to_text(summary.value());
        EXPECT_EQ(summary->plain.given_up + summary->plain.duplicates, 0U);
    }
}

TEST_F(RunTest, PlainConsumersAreInterruptedToo) {
    const Workspace workspace = test::open_workspace(options());
    RunControl control = test::quiet();
    control.cancelled = [] { return true; };
    const auto stopped = run_plain(workspace, test::prepare(workspace), control);
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

/// A person sees how far it is: the stages come one after another, and none goes back.
TEST_F(RunTest, ProgressNamesItsStagesAndNeverGoesBack) {
    std::vector<std::string> stages;
    std::map<std::string, std::uint64_t> furthest;
    RunControl control = test::quiet();
    control.progress = [&](std::string_view stage, std::uint64_t done, std::uint64_t all) {
        if (stages.empty() || stages.back() != stage) stages.emplace_back(stage);
        if (all == 0) return;
        EXPECT_LE(done, all) << stage;
        EXPECT_GE(done, furthest[std::string{stage}]) << stage;
        furthest[std::string{stage}] = done;
    };
    const Workspace workspace = test::open_workspace(options());
    const auto input = prepare_input(workspace, control.progress);
    ASSERT_TRUE(input.has_value());
    ASSERT_TRUE(run_sluice(workspace, input.value(), control).has_value());
    ASSERT_GE(stages.size(), 5U);
    EXPECT_EQ(stages[0], "generating orders");
    EXPECT_EQ(stages[1], "reading orders");
    EXPECT_EQ(stages[2], "applying the seed rule");
    EXPECT_EQ(stages[3], "publishing");
}

TEST(Services, AreNineOnDatabasesOfTheirOwnAndSettlementHasTwoParts) {
    std::map<std::string, std::vector<std::string_view>> domains;
    std::set<std::string> names;
    for (const ServicePart& part : all_services(Policy{})) {
        domains[part.database].push_back(part.domain);
        EXPECT_TRUE(names.insert(part.service.name()).second) << part.service.name();
        EXPECT_FALSE(part.service.handlers().empty());
    }
    EXPECT_EQ(domains.size(), 9U);
    for (const auto& [database, of] : domains) {
        const bool settlement = database == "settlement.sqlite";
        EXPECT_EQ(of.size(), settlement ? 2U : 1U) << database;
        EXPECT_EQ(of.front(), "order");
    }
    EXPECT_EQ(domains.at("settlement.sqlite").back(), "calendar");
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
