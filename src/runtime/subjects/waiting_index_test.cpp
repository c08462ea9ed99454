#include "runtime/subjects/waiting_index.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

namespace sluice::runtime {
namespace {

Standing gap_since(std::int64_t ms, std::size_t waiting = 1) {
    return {waiting, Instant{ms}, /*wants_sweep=*/true, {}};
}

TEST(WaitingIndex, WhatWaitsIsKnownWithoutItsName) {
    WaitingIndex index;
    EXPECT_FALSE(index.may_wait("s1"));
    index.moved("s1", {}, gap_since(5, 3));
    EXPECT_TRUE(index.may_wait("s1"));
    EXPECT_FALSE(index.may_wait("s2"));
    EXPECT_FALSE(index.from_before("s1"));
    EXPECT_EQ(index.waiting_events(), 3U);
    index.moved("s1", gap_since(5, 3), {});
    EXPECT_FALSE(index.may_wait("s1"));
    EXPECT_EQ(index.subjects(), 0U);
    index.moved("s1", {}, {});
    EXPECT_FALSE(index.may_wait("s1")) << "it was settled and is";
}

TEST(WaitingIndex, SweepsOfAnotherProcessCountUntilTheSubjectIsWritten) {
    WaitingIndex index;
    index.loaded("s1", gap_since(5));
    EXPECT_TRUE(index.from_before("s1"));
    index.moved("s1", gap_since(5), gap_since(5, 2));
    EXPECT_FALSE(index.from_before("s1"));
}

/// The sums, against standings that are added up each time.
TEST(WaitingIndexModel, SumsAreTheSumOfTheStandings) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    WaitingIndex index;
    std::map<std::string, Standing> all;
    for (int round = 0; round < 3'000; ++round) {
        const std::string name = "s" + std::to_string(random() % 30);
        const auto found = all.find(name);
        Boxed<Standing> before;
        if (found != all.end()) before = found->second;
        Boxed<Standing> now;
        if (random() % 3 != 0) {
            now = Standing{1 + random() % 9, std::nullopt, random() % 2 == 0, {}};
            now->share.loads = {{"/a", now->waiting, 7}};
            if (random() % 3 != 0)
                now->gap_since = Instant{static_cast<std::int64_t>(random() % 5)};
        }
        index.moved(name, before, now);
        now ? void(all[name] = *now) : void(all.erase(name));
        std::size_t events = 0;
        std::size_t gaps = 0;
        bool wants = false;
        std::optional<Instant> oldest;
        for (const auto& [subject, one] : all) {
            events += one.waiting;
            wants = wants || one.wants_sweep;
            if (!one.gap_since) continue;
            ++gaps;
            oldest = oldest ? std::min(*oldest, *one.gap_since) : *one.gap_since;
        }
        ASSERT_EQ(index.waiting_events(), events);
        ASSERT_TRUE(index.census().is_full("/a", 0, {events, 7'000}));
        ASSERT_FALSE(index.census().is_full("/a", 0, {events + 1, 7'000}));
        ASSERT_EQ(index.gaps(), gaps);
        ASSERT_EQ(index.wants_sweep(), wants);
        ASSERT_EQ(index.oldest_gap(), oldest);
        ASSERT_EQ(index.subjects(), all.size());
        ASSERT_EQ(index.may_wait(name), all.contains(name));
    }
}

}  // namespace
}  // namespace sluice::runtime
