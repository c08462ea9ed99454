#include "http/byte_budget.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <thread>
#include <vector>

namespace sluice::http {
namespace {

TEST(ByteBudget, GivesUpToItsLimitAndNotOneMore) {
    ByteBudget budget{10};
    auto first = budget.take(6);
    ASSERT_TRUE(first);
    EXPECT_FALSE(budget.take(5));
    const auto second = budget.take(4);
    EXPECT_TRUE(second);
    EXPECT_FALSE(budget.take(1));
    EXPECT_TRUE(budget.take(0));
    first.reset();
    EXPECT_TRUE(budget.take(6));
}

TEST(ByteBudget, WhatIsLargerThanAllIsGivenAlone) {
    ByteBudget budget{10};
    {
        const auto alone = budget.take(11);
        ASSERT_TRUE(alone);
        EXPECT_FALSE(budget.take(1));
    }
    const auto small = budget.take(1);
    EXPECT_FALSE(budget.take(11));
    EXPECT_FALSE(budget.take(std::numeric_limits<std::size_t>::max()));
}

TEST(ByteBudget, AHoldThatMovesIsGivenBackOnce) {
    ByteBudget budget{10};
    {
        auto hold = budget.take(10);
        const ByteBudget::Hold moved{std::move(*hold)};
        hold.reset();
        EXPECT_FALSE(budget.take(1));
    }
    EXPECT_TRUE(budget.take(10));
}

/// Random takes and givings back. Reference: a sum.
TEST(ByteBudget, AgreesWithASum) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    constexpr std::size_t kMax = 100;
    ByteBudget budget{kMax};
    std::map<int, std::pair<std::size_t, ByteBudget::Hold>> held;
    for (int step = 0; step < 5'000; ++step) {
        if (random() % 3 == 0 && !held.empty()) {
            held.erase(held.begin());
            continue;
        }
        std::size_t sum = 0;
        for (const auto& [at, one] : held) sum += one.first;
        const std::size_t bytes = random() % 130;
        auto hold = budget.take(bytes);
        ASSERT_EQ(hold.has_value(), sum + bytes <= kMax || sum == 0) << sum << " + " << bytes;
        if (hold) held.emplace(step, std::pair{bytes, std::move(*hold)});
    }
}

TEST(ByteBudget, IsNeverOverdrawnByManyThreads) {
    ByteBudget budget{8};
    std::atomic<int> held{0};
    std::atomic<int> most{0};
    {
        std::vector<std::jthread> threads;
        threads.reserve(4);
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&] {
                for (int round = 0; round < 5'000; ++round) {
                    const auto hold = budget.take(3);
                    if (!hold) continue;
                    const int now = held.fetch_add(1) + 1;
                    int seen = most.load();
                    while (seen < now && !most.compare_exchange_weak(seen, now)) {
                    }
                    held.fetch_sub(1);
                }
            });
        }
    }
    EXPECT_GE(most.load(), 1);
    EXPECT_LE(most.load(), 2);
    EXPECT_TRUE(budget.take(8));
}

}  // namespace
}  // namespace sluice::http
