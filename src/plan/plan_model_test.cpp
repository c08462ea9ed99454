#include "base/test_seed.hpp"
#include "plan/plan.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace sluice::plan {
namespace {

Load any_load(std::mt19937_64& random) {
    const auto between = [&](double least, double most) {
        return std::exp(std::uniform_real_distribution<double>{
            std::log(least), std::log(most)}(random));
    };
    Load load;
    load.events_per_second = between(0.01, 1e7);
    load.peak_factor = between(1, 100);
    load.hottest_per_second = random() % 2 == 0 ? 0 : load.events_per_second * between(1e-6, 1);
    load.event_bytes = static_cast<std::uint64_t>(between(1, 1e6));
    load.handler = std::chrono::microseconds{static_cast<std::int64_t>(between(1, 1e7))};
    load.subscriptions = static_cast<std::uint32_t>(between(1, 1'000));
    load.outage = Milliseconds{static_cast<std::int64_t>(between(1, 1e8))};
    load.recovery = Milliseconds{static_cast<std::int64_t>(between(1'000, 1e8))};
    load.detour = std::uniform_real_distribution<double>{0, 1}(random);
    return load;
}

// A plan carries what it is for, with one instance down, and more load never needs less.
TEST(PlanModel, CarriesItsLoadAndGrowsWithIt) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const Capacity at;
    for (int round = 0; round < 3'000; ++round) {
        const Load load = any_load(random);
        const auto plan = make_plan(load, at);
        ASSERT_TRUE(plan) << plan.error().message;
        const double rate = load.events_per_second;
        const std::chrono::duration<double> outage = load.outage;
        const std::chrono::duration<double> recovery = load.recovery;
        const std::chrono::duration<double> handler = load.handler;
        const double needed = std::max(rate * load.peak_factor, rate * (1 + outage / recovery));
        const double working = static_cast<double>(plan.value().instances) - 1;
        const double cores = needed * (1 + load.detour) / at.sequenced_per_core +
                             needed * load.subscriptions / at.dispatched_per_core;
        ASSERT_GE(working * at.cores * at.share * (1 + 1e-6), cores);
        ASSERT_GE(
            working * at.handlers * at.share * (1 + 1e-6),
            needed * handler.count() * load.subscriptions
        );
        ASSERT_GE(plan.value().brokers, load.replication);
        ASSERT_LE(plan.value().homes, 4'096U);
        ASSERT_TRUE(plan.value().homes == 4'096 || plan.value().homes >= plan.value().instances);
        for (const Line& line : plan.value().lines) {
            ASSERT_TRUE(std::isfinite(line.value)) << line.name;
            ASSERT_FALSE(line.arithmetic.empty() || line.unit.empty()) << line.name;
        }

        Load more = load;
        more.events_per_second *= 2;
        more.hottest_per_second *= 2;
        const auto larger = make_plan(more, at);
        ASSERT_TRUE(larger);
        ASSERT_GE(larger.value().instances, plan.value().instances);
        ASSERT_GE(larger.value().homes, plan.value().homes);
        ASSERT_GE(larger.value().brokers, plan.value().brokers);
        ASSERT_GE(larger.value().wrong.size(), plan.value().wrong.size());
    }
}

}  // namespace
}  // namespace sluice::plan
