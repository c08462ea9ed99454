#include "trace/batcher.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace sluice::trace {
namespace {

SpanPtr span(std::uint64_t id) {
    auto made = std::make_unique<Span>();
    made->context.span = SpanId{id};
    return made;
}

TEST(BatcherTest, ABatchIsDueWhenItIsFullOrItsOldestSpanIsOldEnough) {
    Batcher batcher{{10, 2, Milliseconds{1'000}}};
    EXPECT_EQ(batcher.due(), std::nullopt);
    ASSERT_TRUE(batcher.push(span(1), Instant{100}));
    EXPECT_EQ(batcher.due(), Instant{1'100});
    ASSERT_TRUE(batcher.push(span(2), Instant{500}));
    EXPECT_EQ(batcher.due(), Instant{100}) << "full: at once";
    ASSERT_TRUE(batcher.push(span(3), Instant{600}));
    EXPECT_EQ(batcher.take().size(), 2U);
    EXPECT_EQ(batcher.due(), Instant{1'600}) << "the next one counts from its own oldest";
}

TEST(BatcherTest, AQueueShorterThanABatchGoesWhenItIsFull) {
    Batcher batcher{{1, 512, Milliseconds{60'000}}};
    ASSERT_TRUE(batcher.push(span(1), Instant{7}));
    EXPECT_EQ(batcher.due(), Instant{7});
    EXPECT_FALSE(batcher.push(span(2), Instant{8}));
}

/// Against a list: nothing is lost or doubled but what was refused, the order stays, the bound
/// holds.
TEST(BatcherTest, WhateverHappensTheQueueIsBoundedAndKeepsItsOrder) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 200; ++round) {
        const Batcher::Limits limits{
            1 + random() % 20, 1 + random() % 20, Milliseconds{random() % 50}};
        Batcher batcher{limits};
        std::deque<std::pair<std::uint64_t, Instant>> expected;
        Instant now{0};
        for (std::uint64_t id = 1; id <= 300; ++id) {
            now = now + Milliseconds{random() % 10};
            if (random() % 3 != 0) {
                const bool fits = expected.size() < limits.queue_max;
                ASSERT_EQ(batcher.push(span(id), now), fits);
                if (fits) expected.emplace_back(id, now);
            }
            ASSERT_EQ(batcher.size(), expected.size());
            ASSERT_LE(batcher.size(), limits.queue_max);
            ASSERT_EQ(batcher.due().has_value(), !expected.empty());
            if (expected.empty()) continue;
            const bool full = expected.size() >= std::min(limits.batch_max, limits.queue_max);
            const bool old = now - expected.front().second >= limits.age_max;
            ASSERT_EQ(*batcher.due() <= now, full || old);
            if (*batcher.due() > now) continue;
            const auto batch = batcher.take();
            ASSERT_EQ(batch.size(), std::min(expected.size(), limits.batch_max));
            for (const SpanPtr& taken : batch) {
                ASSERT_EQ(taken->context.span.value, expected.front().first);
                expected.pop_front();
            }
        }
    }
}

}  // namespace
}  // namespace sluice::trace
