// Subscriptions that are replaced and deleted while an engine runs, and names that are given away
// again.

#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/runtime_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace sluice::runtime {
namespace {

using test::RecordingSink;
using test::Seen;
using test::Shop;

struct Life {
    std::optional<std::uint64_t> number;
    bool stands{false};
    BeginAt begin{};
    std::set<std::string> poison{};
};

Subscription named(const std::string& name, Seen& seen, const Life& life) {
    auto sink = std::make_unique<RecordingSink>(seen);
    sink->poison = life.poison;
    Subscription made;
    made.name = name;
    made.sink = std::move(sink);
    made.life = life.number;
    made.keeps_begin = life.begin != nullptr;
    made.begin = life.begin;
    made.stands = life.stands;
    return made;
}

void add_life(Shop& shop, Seen& seen, const Life& life) {
    const Status added = shop.engine().add_subscription("shop", named("one", seen, life));
    ASSERT_TRUE(added) << added.error().message;
}

template <class Holds>
void wait_for(const Holds& holds) {
    for (int look = 0; look < 2'000 && !holds(); ++look)
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    EXPECT_TRUE(holds());
}

/// And until it is served in the other's place.
void replace_it(Shop& shop, Seen& seen, const Life& life) {
    const Status done = shop.engine().replace_subscription("shop", named("one", seen, life));
    ASSERT_TRUE(done) << done.error().message;
    const auto entry = shop.engine().domains().front()->runner->entries().back();
    wait_for([&entry] {
        return std::any_of(entry->settled.begin(), entry->settled.end(), [](const auto& offset) {
            return offset > 0;
        });
    });
}

std::vector<Event> made_of(std::uint64_t first, std::uint64_t last) {
    std::vector<Event> events;
    for (std::uint64_t number = first; number <= last; ++number) {
        for (const char* subject : {"s1", "s2", "s3", "s4"})
            events.push_back(test::event("a.made", subject, "/a", number));
    }
    return events;
}

std::size_t rows_of(Shop& shop, const std::string& name) {
    std::size_t rows = 0;
    const std::string prefix = subscription_key(name);
    for (HomeId home{0}; home.value < test::shop_plan().homes; home = home.next()) {
        for (const log::Table table : table::kOfSubscriptions) {
            const auto found =
                shop.log().peek(runner_group("shop"), home, table, prefix, 1'000).value();
            for (const auto& [key, value] : found) rows += key.starts_with(prefix) ? 1 : 0;
        }
    }
    return rows;
}

TEST(EngineLives, OneThatIsReplacedGoesOnWhereItWas) {
    Seen before;
    Seen after;
    Shop shop;
    add_life(shop, before, {1});
    shop.start();
    shop.publish(made_of(1, 4));
    shop.settle();
    replace_it(shop, after, {1});
    shop.publish(made_of(5, 6));
    shop.settle();
    EXPECT_EQ(before.total(), 16U);
    EXPECT_EQ(after.holes, 4U);  // each subject begins there at 5
    EXPECT_EQ(after.total(), 8U);
    EXPECT_EQ(after.repeated, 0U);
    Seen nobody;
    EXPECT_EQ(
        shop.engine().replace_subscription("shop", named("none", nobody, {})).error().code,
        ErrorCode::kNotFound
    );
}

TEST(EngineLives, WhenItIsCarriedNobodyElseGetsAnything) {
    Seen before;
    Seen after;
    Shop shop;
    add_life(shop, before, {1});
    EXPECT_FALSE(shop.engine().wait_until_carried("shop", Milliseconds{10}));  // nothing runs
    shop.start();
    EXPECT_TRUE(shop.engine().wait_until_carried("shop", Milliseconds{20'000}));
    EXPECT_FALSE(shop.engine().wait_until_carried("nowhere", Milliseconds{10}));
    for (std::uint64_t number = 1; number <= 6; number += 2) {
        shop.publish(made_of(number, number));
        shop.settle();
        ASSERT_TRUE(shop.engine().replace_subscription("shop", named("one", after, {1})));
        ASSERT_TRUE(shop.engine().wait_until_carried("shop", Milliseconds{20'000}));
        shop.publish(made_of(number + 1, number + 1));
        shop.settle();
        ASSERT_EQ(after.total(), 4U * (number + 1) / 2);
        ASSERT_TRUE(shop.engine().replace_subscription("shop", named("one", before, {1})));
        ASSERT_TRUE(shop.engine().wait_until_carried("shop", Milliseconds{20'000}));
    }
    EXPECT_EQ(before.total(), 12U);
}

TEST(EngineLives, WhatIsParkedStaysWithTheOneThatReplaces) {
    Seen seen;
    Shop shop;
    add_life(shop, seen, {1, false, {}, {"s1/a.2"}});
    shop.start();
    shop.publish(made_of(1, 4));
    shop.settle();
    replace_it(shop, seen, {1});
    shop.settle();
    wait_for([&] { return shop.engine().domains()[0]->runner->entries()[0]->probe.parked_now == 1; }
    );
    EXPECT_EQ(seen.total(), 13U);
}

TEST(EngineLives, OfARetiredOneNothingIsLeftAndItsNameBeginsAnew) {
    Seen first;
    Seen second;
    Shop shop;
    add_life(shop, first, {1, false, {}, {"s1/a.2"}});
    shop.start();
    shop.publish(made_of(1, 4));
    shop.settle();
    ASSERT_TRUE(shop.engine().retire_subscription("shop", "one", 1));
    wait_for([&] { return rows_of(shop, "one") == 0; });
    add_life(shop, second, {2});
    shop.publish(made_of(5, 5));
    shop.settle();
    EXPECT_EQ(first.total(), 13U);
    EXPECT_EQ(second.total(), 20U);
    EXPECT_EQ(second.holes + second.repeated, 0U);
}

TEST(EngineLives, WhatAnotherProcessHasNotTakenAwayGoesWithTheNextOpening) {
    Seen first;
    Seen second;
    Shop shop;
    add_life(shop, first, {1});
    shop.start();
    shop.publish(made_of(1, 2));
    shop.settle();
    shop.restart();
    ASSERT_GT(rows_of(shop, "one"), 4U);
    ASSERT_TRUE(shop.engine().retire_subscription("shop", "one", 1));
    shop.start();
    wait_for([&] { return rows_of(shop, "one") == 0; });
    shop.restart();
    add_life(shop, first, {3});
    shop.start();
    shop.publish(made_of(3, 3));
    shop.settle();
    shop.restart();
    add_life(shop, second, {7});  // nobody said that life 3 has ended
    shop.start();
    shop.settle();
    EXPECT_EQ(second.total(), 12U);
    EXPECT_EQ(second.holes, 0U);
}

TEST(EngineLives, TheSameLifeGoesOnAfterARestart) {
    Seen seen;
    Shop shop;
    add_life(shop, seen, {4});
    shop.start();
    shop.publish(made_of(1, 2));
    shop.settle();
    shop.restart();
    add_life(shop, seen, {4});
    shop.start();
    shop.publish(made_of(3, 3));
    shop.settle();
    EXPECT_EQ(seen.total(), 12U);
    EXPECT_EQ(seen.repeated, 0U);
}

TEST(EngineLives, OneWithoutLivesGoesOnWhereANamesakeWasAndIsNotRetired) {
    Seen first;
    Seen second;
    Shop shop;
    add_life(shop, first, {1});
    shop.start();
    shop.publish(made_of(1, 2));
    shop.settle();
    shop.restart();
    add_life(shop, second, {});
    ASSERT_TRUE(shop.engine().retire_subscription("shop", "one", 1));
    shop.start();
    shop.publish(made_of(3, 3));
    shop.settle();
    EXPECT_EQ(second.total(), 4U);
    shop.restart();
    add_life(shop, second, {});
    ASSERT_TRUE(shop.engine().retire_subscription("shop", "one", 1));
    shop.start();
    shop.publish(made_of(4, 4));
    shop.settle();
    EXPECT_EQ(second.total(), 8U);
    EXPECT_EQ(second.repeated, 0U);
}

TEST(EngineLives, WhereOneBeginsIsKeptFromTheFirstOpening) {
    const BeginAt now = [](HomeId, const log::Ends& ends) {
        return Result<Offset>{ends.committed};
    };
    Seen seen;
    Shop shop;
    shop.publish(made_of(1, 2));
    shop.start();
    shop.settle();
    add_life(shop, seen, {1, false, now});
    wait_for([&] { return rows_of(shop, "one") >= 4; });
    shop.restart();
    shop.publish(made_of(3, 3));  // while nobody serves it
    shop.start();
    shop.settle();
    shop.restart();
    add_life(shop, seen, {1, false, now});
    shop.start();
    shop.settle();
    EXPECT_EQ(seen.total(), 4U);
}

TEST(EngineLives, OneThatStandsReadsNothingKeepsItsPlaceAndHoldsNobody) {
    Seen stands;
    Seen goes;
    Shop shop;
    shop.subscribe("other", goes);
    add_life(shop, stands, {1});
    shop.start();
    shop.publish(made_of(1, 2));
    shop.settle();
    replace_it(shop, stands, {1, true});
    shop.publish(made_of(3, 4));
    wait_for([&] { return goes.total() == 16U; });
    EXPECT_EQ(stands.total(), 8U);
    replace_it(shop, stands, {1});
    shop.settle();
    EXPECT_EQ(stands.total(), 16U);
    EXPECT_EQ(stands.holes + stands.repeated + goes.repeated, 0U);
}

}  // namespace
}  // namespace sluice::runtime
