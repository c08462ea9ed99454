// History I4 of docs/architecture/histories.md: retention deletes what is old, never what somebody
// still needs.

#include "base/test_seed.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/sequencing/session_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sluice::runtime {
namespace {

using test::event;
using test::kHour;
using test::SessionRig;

constexpr Milliseconds kRound{11'000};  // one of retention's

DomainPlan keeping(RetentionRule ordered, RetentionRule aside = {}) {
    DomainPlan plan = test::shop_plan();
    plan.keep_ordered = ordered;
    plan.keep_aside = aside;
    return plan;
}

/// All events are of "s1": one home's partition holds them.
class KeepingShop {
public:
    explicit KeepingShop(DomainPlan plan) : rig_{std::move(plan)} { rig_.open(); }

    void release(std::uint64_t count) {
        for (std::uint64_t i = 0; i < count; ++i) {
            rig_.publish({event("a.made", "s1", "/a", ++published_)});
        }
        rig_.settle();
    }

    /// What all subscriptions have done, as their runner writes it.
    void handle(std::int64_t below) {
        auto lease = rig_.log().take(runner_group("shop"), {home_});
        ASSERT_TRUE(lease.has_value());
        log::Step step;
        step.homes = {home_};
        step.consumed.push_back({home_, ordered(), Offset{below}});
        ASSERT_TRUE(lease.value()->commit(std::move(step)).has_value());
    }

    void pass(Milliseconds time) {
        rig_.clock().advance(time);
        rig_.settle_for(kRound);
    }

    [[nodiscard]] std::int64_t first() const { return first_of(ordered()); }

    [[nodiscard]] std::int64_t first_aside() const {
        return first_of({aside_topic("shop"), PartitionId{home_.value}});
    }

    [[nodiscard]] std::uint64_t held() const { return rig_.probe().retention_held_now; }

    [[nodiscard]] SessionRig& rig() { return rig_; }

    [[nodiscard]] HomeId home() const { return home_; }

private:
    [[nodiscard]] log::PartitionRef ordered() const {
        return {ordered_topic("shop"), PartitionId{home_.value}};
    }

    [[nodiscard]] std::int64_t first_of(const log::PartitionRef& of) const {
        return rig_.log().ends(of).value().first.value;
    }

    mutable SessionRig rig_;
    HomeId home_{home_of("s1", 3)};
    std::uint64_t published_{0};
};

TEST(HistoryI4, WithoutARuleEverythingStays) {
    KeepingShop shop{keeping({})};
    shop.release(10);
    shop.handle(10);
    shop.pass(10'000 * kHour);
    EXPECT_EQ(shop.first(), 0);
}

TEST(HistoryI4, ASubscriptionThatIsDownForEightDaysLosesNothing) {
    KeepingShop shop{keeping({24 * 7 * kHour, {}})};
    shop.release(10);
    shop.handle(4);
    shop.pass(24 * 8 * kHour);
    EXPECT_EQ(shop.first(), 4) << "only what it has done goes";
    EXPECT_EQ(shop.held(), 6U) << "and it is told that more should";
    shop.handle(10);
    shop.pass(kRound);
    EXPECT_EQ(shop.first(), 10);
    EXPECT_EQ(shop.held(), 0U);
    EXPECT_EQ(shop.rig().probe().retention_deleted, 10U);
}

TEST(HistoryI4, OnlyWhatIsOldGoes) {
    KeepingShop shop{keeping({kHour, {}})};
    shop.release(5);
    shop.pass(kHour / 2);
    shop.release(5);
    shop.handle(10);
    shop.pass(kHour / 2 + kRound);
    EXPECT_EQ(shop.first(), 5);
    shop.release(1);
    EXPECT_EQ(shop.first(), 5);
}

TEST(HistoryI4, WhereNobodySubscribesItsAgeAloneCounts) {
    KeepingShop shop{keeping({kHour, {}})};
    shop.release(3);
    shop.pass(2 * kHour);
    EXPECT_EQ(shop.first(), 3);
}

TEST(HistoryI4, ACountIsSharedOutAmongTheHomes) {
    KeepingShop shop{keeping({{}, 12})};  // 4 for each of 3 homes
    shop.release(10);
    shop.handle(10);
    shop.pass(kRound);
    EXPECT_EQ(shop.first(), 6);
}

TEST(HistoryI4, BrokersThatCannotBeAskedKeepTheirRecordsAndStopNobody) {
    KeepingShop shop{keeping({kHour, {}})};
    shop.release(3);
    shop.rig().log().fail({test::Call::kTrim, {ErrorCode::kUnavailable, "a broker is dead"}});
    shop.pass(2 * kHour);
    EXPECT_GT(shop.rig().log().failed(), 0U);
    shop.release(1);
    EXPECT_EQ(shop.rig().ordered("s1").size(), 4U);
    EXPECT_EQ(shop.first(), 0);
    shop.rig().log().heal();
    shop.pass(2 * kHour);
    EXPECT_EQ(shop.first(), 4);
}

TEST(HistoryI4, TheSequencerGoesOnOverWhatWasDeleted) {
    KeepingShop shop{keeping({kHour, {}})};
    shop.release(5);
    shop.pass(2 * kHour);
    ASSERT_EQ(shop.first(), 5);
    shop.rig().restart_process();
    shop.release(1);
    const auto kept = shop.rig().records(ordered_topic("shop"), shop.home().value);
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].record.header("ce_subjectposition"), "6");
}

TEST(HistoryI4, WhatLiesAsideGoesByItsOwnRule) {
    KeepingShop shop{keeping({}, {kHour, {}})};
    SessionRig& rig = shop.rig();
    const auto odd = [&](Instant time) {
        rig.publish_to("shop.a", shop.home().value, {"s1", "hello", {}, time});
        rig.settle();
    };
    const Instant now = rig.clock().now();
    odd(now);
    odd(now + 1'000'000 * kHour);  // dated 2141
    odd(now);
    ASSERT_EQ(rig.records(aside_topic("shop"), shop.home().value).size(), 3U);
    shop.pass(2 * kHour);
    EXPECT_EQ(shop.first_aside(), 1) << "what is dated 2141 keeps what is behind it";
    EXPECT_EQ(shop.first(), 0);
}

TEST(HistoryI4, ACountHoldsForWhatLiesAsideToo) {
    KeepingShop shop{keeping({}, {{}, 6})};  // 2 for each of 3 homes
    for (int i = 0; i < 5; ++i) {
        shop.rig().publish_to("shop.a", shop.home().value, {"s1", "hello", {}, {}});
    }
    shop.rig().settle();
    shop.pass(kRound);
    EXPECT_EQ(shop.first_aside(), 3);
}

/// Whatever comes, is handled and grows old in whatever order: nothing goes that is young, or not
/// handled; and what is both goes in the next round.
TEST(HistoryI4Model, WhatGoesIsOldAndHandledAndAllOfIt) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    KeepingShop shop{keeping({kHour, {}})};
    std::vector<Instant> released;
    std::int64_t handled = 0;
    shop.handle(0);
    for (int step = 0; step < 60; ++step) {
        switch (random() % 3) {
            case 0: {
                const std::uint64_t count = 1 + random() % 5;
                released.insert(released.end(), count, shop.rig().clock().now());
                shop.release(count);
                break;
            }
            case 1: {
                const auto end = static_cast<std::int64_t>(released.size());
                const auto more = static_cast<std::uint64_t>(end - handled);
                handled += static_cast<std::int64_t>(random() % (more + 1));
                shop.handle(handled);
                break;
            }
            default: shop.pass(Milliseconds{static_cast<std::int64_t>(random() % 3'600'000)});
        }
        shop.pass(kRound);
        const Instant cutoff = shop.rig().clock().now() + -(kHour + 2 * kRound);
        const auto surely_old = std::lower_bound(released.begin(), released.end(), cutoff);
        const auto least = std::min<std::int64_t>(surely_old - released.begin(), handled);
        const auto maybe_old =
            std::lower_bound(released.begin(), released.end(), shop.rig().clock().now() + -kHour);
        const auto most = std::min<std::int64_t>(maybe_old - released.begin(), handled);
        ASSERT_GE(shop.first(), least);
        ASSERT_LE(shop.first(), most);
    }
}

}  // namespace
}  // namespace sluice::runtime
