// Subscriptions that come and go while the engine runs, and the fence that brings two to rest.

#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/runtime_fixture.hpp"
#include "runtime/rebuild/fence.hpp"

#include <gtest/gtest.h>

#include <stop_token>
#include <thread>

namespace sluice::runtime {
namespace {

using test::Seen;
using test::Shop;

std::vector<Event> some_made(std::uint64_t first, std::uint64_t last) {
    std::vector<Event> events;
    for (std::uint64_t number = first; number <= last; ++number) {
        for (const char* subject : {"s1", "s2", "s3", "s4"})
            events.push_back(test::event("a.made", subject, "/a", number));
    }
    return events;
}

std::size_t kept_of(Shop& shop, const std::string& subscription) {
    std::size_t kept = 0;
    const std::string prefix = subscription_key(subscription);
    for (HomeId home{0}; home.value < test::shop_plan().homes; home = home.next()) {
        for (const log::Table table : table::kOfSubscriptions) {
            const auto found =
                shop.log().peek(runner_group("shop"), home, table, prefix, 1'000).value();
            for (const auto& [key, value] : found) kept += key.starts_with(prefix) ? 1 : 0;
        }
    }
    return kept;
}

TEST(EngineChange, OneThatIsAddedWhileItRunsGetsAllFromTheBeginning) {
    Seen first;
    Seen second;
    Shop shop;  // goes first: its sinks write there
    shop.subscribe("first", first);
    shop.start();
    shop.publish(some_made(1, 5));
    shop.settle();
    shop.subscribe("second", second);
    shop.publish(some_made(6, 8));
    shop.settle();
    EXPECT_EQ(second.total(), 32U);
    EXPECT_EQ(second.of("s1"), first.of("s1"));
    EXPECT_EQ(first.repeated + first.holes + second.holes, 0U);
}

TEST(EngineChange, OfOneThatIsRemovedNothingIsLeftAndTheOthersGoOn) {
    Seen stays;
    Seen goes;
    Shop shop;
    shop.subscribe("stays", stays);
    shop.subscribe("goes", goes).poison = {"s1/a.2", "s3/a.1"};
    shop.start();
    shop.publish(some_made(1, 4));
    shop.settle();
    const auto wait_for = [&](auto holds) {
        for (int look = 0; look < 2'000 && !holds(); ++look)
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
        EXPECT_TRUE(holds()) << kept_of(shop, "goes");
    };
    wait_for([&] { return kept_of(shop, "goes") > 8; });  // progress, lines and backlogs
    ASSERT_TRUE(shop.engine().remove_subscription("shop", "goes"));
    shop.publish(some_made(5, 6));
    shop.settle();
    wait_for([&] { return kept_of(shop, "goes") == 0; });
    EXPECT_EQ(stays.total(), 24U);
    EXPECT_EQ(stays.repeated, 0U);
    EXPECT_EQ(shop.engine().domains().front()->runner->entries().size(), 1U);
    EXPECT_FALSE(shop.engine().remove_subscription("nowhere", "goes"));
    EXPECT_TRUE(shop.engine().remove_subscription("shop", "never-was"));
}

TEST(EngineChange, AtAFenceBothHaveHandledTheSameAndGoOnWhenItFalls) {
    Seen a;
    Seen b;
    Shop shop;
    shop.subscribe("a", a);
    shop.subscribe("b", b);
    shop.start();
    std::jthread load{[&] {
        for (std::uint64_t number = 1; number <= 60; ++number)
            for (const auto& answer : shop.engine().publish(some_made(number, number)))
                ASSERT_TRUE(answer.has_value());
    }};
    const auto entries = shop.engine().domains().front()->runner->entries();
    for (int round = 0; round < 5; ++round) {
        auto fence = Fence::raise(
            shop.log(), "shop", {entries[0], entries[1]}, Milliseconds{20'000}, std::stop_token{}
        );
        ASSERT_TRUE(fence.has_value()) << fence.error().message;
        for (const char* subject : {"s1", "s2", "s3", "s4"})
            EXPECT_EQ(a.of(subject), b.of(subject)) << round;
    }
    load.join();
    shop.settle();
    EXPECT_EQ(a.total(), 240U);
    EXPECT_EQ(b.total(), 240U);
}

TEST(EngineChange, AFenceThatOneDoesNotReachIsTakenDownAndSaysWho) {
    Seen a;
    Seen b;
    Shop shop;
    shop.subscribe("a", a);
    shop.subscribe("b", b);
    const auto entries = shop.engine().domains().front()->runner->entries();
    shop.publish(some_made(1, 1));
    shop.start();
    shop.settle();
    ASSERT_TRUE(shop.engine().stop());
    entries[1]->settled[0] = -1;
    const auto fence = Fence::raise(
        shop.log(), "shop", {entries[0], entries[1]}, Milliseconds{30}, std::stop_token{}
    );
    ASSERT_FALSE(fence.has_value());
    EXPECT_EQ(fence.error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(fence.error().message.starts_with("b does not come to rest"));
    for (const auto& entry : entries) {
        for (const auto& offset : entry->fence) EXPECT_EQ(offset, SubscriptionEntry::kNoFence);
    }
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = Fence::raise(
        shop.log(), "shop", {entries[0], entries[1]}, Milliseconds{30'000}, stop.get_token()
    );
    ASSERT_FALSE(stopped.has_value());
    EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace sluice::runtime
