// Orders of all six versions, from the oldest on, late, doubled and with restarts, through the
// sequencer to nine services that know today's only: not a row may differ from the oracle's.

#include <sluice/rebuild.hpp>

#include "base/test_seed.hpp"
#include "commerce/dataset/load.hpp"
#include "commerce/dataset/shared_data.hpp"
#include "commerce/dataset/write.hpp"
#include "commerce/history/replay_fixture.hpp"
#include "commerce/seedrule/files.hpp"
#include "commerce/seedrule/seed_rule.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace sluice::commerce {
namespace {

using Verb = RebuildWish::Verb;

class Replay : public testing::Test {
protected:
    /// The whole schedule; answers the platform of its last life, idle.
    std::unique_ptr<Instance> replay(
        const Workspace& workspace, const RunInput& input, bool asks = true
    ) {
        const Publications publications{input.raw, input.additions, Policy{}};
        const ChaosPlan plan{publications, seed_};
        const test::OrderHistory history{publications};
        EXPECT_EQ(history.versions().size(), kNewestPlaced);
        EXPECT_GT(plan.restarts(), 0U);
        std::unique_ptr<Instance> platform;
        for (std::size_t at = 0; at < plan.deliveries().size();) {
            if (platform) test::require(platform->stop());
            platform.reset();
            platform = test::open_versioned_platform(workspace, asks);
            do {
                at = test::publish_some(*platform, history, plan.deliveries(), at);
            } while (at < plan.deliveries().size() && !plan.deliveries()[at].restart);
        }
        EXPECT_TRUE(platform->wait_until_idle(Milliseconds{600'000}));
        return platform;
    }

    void expect_equals_oracle(const Workspace& workspace, const Instance& platform) {
        EXPECT_EQ(platform.counts().parked_now, 0U);
        EXPECT_EQ(platform.counts().waiting_now, 0U);
        const auto compared =
            check_models(workspace, workspace.read_models(), test::quiet().progress);
        ASSERT_TRUE(compared.has_value()) << compared.error().message;
        EXPECT_EQ(compared->differences(), 0U) << to_text(compared.value());
        EXPECT_GT(compared->rows(), 0U);
    }

    /// The ordered topic keeps each order as it was published; a rebuild reads them all again.
    static void expect_rebuild_equals(const Workspace& workspace) {
        auto models = ReadModels::open((workspace.read_models() / "order.sqlite").string()).value();
        const auto ask = [&](Verb verb) {
            RebuildWish wish;
            wish.verb = verb;
            wish.into = "again";
            wish.by = "alice";
            const auto number = models.ask(wish).value();
            const auto outcome = models.wait_for(number, Milliseconds{60'000}).value();
            EXPECT_EQ(outcome.state, RebuildOutcome::State::kDone) << outcome.text;
            return number;
        };
        ask(Verb::kBegin);
        for (int look = 0; look < 6'000 && models.all().value().back().phase != "ready"; ++look)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        const auto tables = models.comparison(ask(Verb::kCompare)).value();
        EXPECT_FALSE(tables.empty());
        for (const TableDifference& one : tables) {
            EXPECT_EQ(one.only_live + one.only_other, 0U) << one.table;
            EXPECT_EQ(one.rows_other, one.rows_live) << one.table;
        }
    }

    std::uint64_t seed_{sluice::test::seed()};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
    ::sluice::test::TempDir folder_;
};

RunOptions orders_of(std::uint64_t seed, std::uint64_t count, const std::string& state) {
    RunOptions asked = test::small_run(seed, state);
    asked.orders = count;
    return asked;
}

TEST_F(Replay, EveryRowEqualsTheOracleAndThatOfARebuild) {
    const Workspace workspace = test::open_workspace(orders_of(seed_, 120, folder_.file("state")));
    const auto platform = replay(workspace, test::prepare(workspace));
    expect_equals_oracle(workspace, *platform);
    expect_rebuild_equals(workspace);
}

/// What they are protected from: the test above could not fail, if this did not.
TEST_F(Replay, ServicesThatAskForNoneStumbleOverOldOrders) {
    const Workspace workspace = test::open_workspace(orders_of(seed_, 60, folder_.file("state")));
    const auto platform = replay(workspace, test::prepare(workspace), false);
    EXPECT_GT(platform->counts().parked_now, 0U);
    const auto compared = check_models(workspace, workspace.read_models(), test::quiet().progress);
    ASSERT_TRUE(compared.has_value()) << compared.error().message;
    EXPECT_GT(compared->differences(), 0U);
}

/// One of so many is taken; 1: all of them.
std::size_t real_orders_step() {
    const char* step = std::getenv("SLUICE_EVERY");  // NOLINT(concurrency-mt-unsafe): nobody writes
    return step == nullptr ? 120 : std::stoul(step);
}

TEST_F(Replay, OnRealOrders) {
    const auto real = test::real_data();
    if (!real) GTEST_SKIP() << "no real data here (SLUICE_SHARED)";
    const RawData all = load_raw(*real).value();
    RawData some;
    for (std::size_t at = 0; at < all.orders.size(); at += real_orders_step())
        some.orders.push_back(all.orders[at]);
    EXPECT_GT(some.orders.size(), 800U);
    test::require(write_raw(some, folder_.file("raw")));
    RunOptions asked = test::small_run(seed_, folder_.file("state"));
    asked.data = folder_.file("raw");
    const Workspace workspace = test::open_workspace(asked);
    RunInput input{load_raw(asked.data).value(), {}, {}};
    input.additions = make_additions(input.raw, asked.seed).value();
    test::require(write_additions(input.raw, input.additions, workspace.additions().string()));
    EXPECT_EQ(input.raw.orders.size(), some.orders.size());
    const auto platform = replay(workspace, input);
    expect_equals_oracle(workspace, *platform);
}

}  // namespace
}  // namespace sluice::commerce
