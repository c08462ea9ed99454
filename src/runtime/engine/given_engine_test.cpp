#include "runtime/dispatching/given_event.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/given_fixture.hpp"
#include "runtime/inspect/inspect.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using contract::LostPolicy;
using contract::Positions;
using test::given_plan;
using test::moved;
using test::place_of;
using test::placed;
using test::plain_plan;
using test::Seen;
using test::Shop;
using test::write;
using Ids = std::vector<std::string>;

/// A daemon's engine over a topic that somebody else has put in order.
class GivenEngine : public testing::Test {
protected:
    void run(Seen& seen) {
        shop_.subscribe("model", seen);
        shop_.start();
    }

    void again(DomainPlan plan, Seen& seen) {
        shop_.set_plan(std::move(plan));
        shop_.restart();
        run(seen);
    }

    /// What makes the engine end.
    static std::string failure_of(Shop& shop) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (shop.engine().failure() && std::chrono::steady_clock::now() < deadline) {
            shop.log().wait_for_change(shop.log().version(), Milliseconds{5});
        }
        const Status failed = shop.engine().failure();
        return failed ? "none" : failed.error().message;
    }

    std::string failure() { return failure_of(shop_); }

    /// All is handled, and what became of it is written: so that it can be looked at.
    void settle_and_stop() {
        shop_.settle();
        const Status stopped = shop_.engine().stop();
        ASSERT_TRUE(stopped) << stopped.error().message;
    }

    /// The topic's own retention, which asks nobody: the group is said to have read all.
    void cut(PartitionId partition, Offset below) {
        const log::PartitionRef at{"stock.events", partition};
        auto lease = shop_.log().take(runner_group("shop"), {HomeId{partition.value}});
        ASSERT_TRUE(lease.has_value());
        log::Step step;
        step.homes = {HomeId{partition.value}};
        step.consumed.push_back({HomeId{partition.value}, at, below});
        ASSERT_TRUE(lease.value()->commit(std::move(step)).has_value());
        const Status trimmed = shop_.log().trim(at, below);
        ASSERT_TRUE(trimmed) << trimmed.error().message;
    }

    const SubscriptionProbe& probe() {
        return shop_.engine().domains().front()->runner->entries().front()->probe;
    }

    Shop shop_{given_plan()};
    Seen seen_;
};

TEST_F(GivenEngine, EachSubjectComesInTheOrderOfItsPartitionAndOnce) {
    for (const std::uint64_t n : {1U, 2U, 3U}) {
        for (const std::string subject : {"s1", "s2", "s3"}) {
            write(shop_.log(), subject, moved(subject, n));
        }
    }
    run(seen_);
    shop_.settle();
    shop_.restart();
    run(seen_);
    write(shop_.log(), "s1", moved("s1", 4));
    shop_.settle();
    EXPECT_EQ(seen_.of("s1"), (Ids{"s1/1", "s1/2", "s1/3", "s1/4"}));
    EXPECT_EQ(seen_.of("s3"), (Ids{"s3/1", "s3/2", "s3/3"}));
    EXPECT_EQ(seen_.repeated, 0U);
    EXPECT_GE(seen_.last_position["s1"], position_at(1, Offset{3}).value);
}

TEST_F(GivenEngine, NothingIsSequencedAndNoTopicOfASequencerIsMade) {
    run(seen_);
    shop_.settle();
    EXPECT_TRUE(shop_.engine().domains().front()->probes.empty());
    for (const std::string& name :
         {ordered_topic("shop"), repartition_topic("shop"), aside_topic("shop")}) {
        EXPECT_FALSE(shop_.log().topic(name).value().has_value()) << name;
    }
}

TEST_F(GivenEngine, PublishedEventsGoWhereTheirProducersWouldPutThem) {
    run(seen_);
    shop_.publish({test::event("stock.moved", "s1", "/stock", 0)});
    shop_.settle();
    EXPECT_EQ(seen_.of("s1").size(), 1U);
    again(plain_plan(contract::Encoding::kInt64), seen_);
    EXPECT_NE(failure().find("has been read from topic stock.events"), std::string::npos)
        << "where subjects lie is fixed when a domain is made: " << failure();
}

TEST_F(GivenEngine, KeysThatAreNumbersArePublishedAsNumbers) {
    Shop shop{plain_plan(contract::Encoding::kInt64)};
    shop.subscribe("model", seen_);
    shop.start();
    shop.publish({test::event("stock.moved", "17", "/stock", 0)});
    shop.settle();
    EXPECT_EQ(seen_.of("17").size(), 1U);
    const std::vector<Event> bad{test::event("stock.moved", "x", "/stock", 0)};
    const auto refused = shop.engine().publish(bad);
    ASSERT_FALSE(refused.front());
    EXPECT_NE(refused.front().error().message.find("no key of stock.events"), std::string::npos);
}

TEST_F(GivenEngine, APoisonEventParksItsSubjectAlone) {
    shop_.subscribe("model", seen_).poison = {"s1/2"};
    shop_.start();
    for (const std::uint64_t n : {1U, 2U, 3U}) {
        write(shop_.log(), "s1", moved("s1", n));
        write(shop_.log(), "s2", moved("s2", n));
    }
    settle_and_stop();
    EXPECT_EQ(seen_.of("s1"), (Ids{"s1/1"}));
    EXPECT_EQ(seen_.of("s2"), (Ids{"s2/1", "s2/2", "s2/3"}));
    const auto page = stuck(shop_.log(), std::nullopt, 10);
    ASSERT_TRUE(page) << page.error().message;
    ASSERT_EQ(page->items.size(), 1U);
    EXPECT_EQ(page->items[0].cause, "parked");
    EXPECT_EQ(page->items[0].type, "stock.moved");
    EXPECT_EQ(page->items[0].behind, 2U);
    const auto reasons = why(shop_.log(), "s1");
    ASSERT_TRUE(reasons && reasons->size() == 1);
    EXPECT_EQ(reasons->front().state, "parked");
}

TEST_F(GivenEngine, WhatTellsNoSubjectIsDeadAndHoldsNobody) {
    run(seen_);
    Record keyless;
    keyless.value = "?";
    const PartitionId place = place_of("s1");
    const Offset at = write(shop_.log(), place, keyless);
    write(shop_.log(), "s1", moved("s1", 1, "bad"));
    write(shop_.log(), "s1", moved("s1", 2));
    const std::string other = test::subject_in(PartitionId{place.value == 0 ? 1U : 0U});
    write(shop_.log(), place, moved(other, 1));
    write(shop_.log(), other, moved(other, 2));
    settle_and_stop();
    EXPECT_EQ(seen_.of("s1"), Ids{}) << "it breaks its contract: dead in its place";
    EXPECT_EQ(seen_.of(other), (Ids{other + "/2"}));
    EXPECT_EQ(probe().parked_now, 3U);
    EXPECT_EQ(probe().holes, 0U);
    const std::string stand_in = fmt::format("stock.events/{}/{}", place.value, at.value);
    const auto reasons = why(shop_.log(), stand_in);
    ASSERT_TRUE(reasons && reasons->size() == 1) << "a person finds it by its name";
    EXPECT_NE(reasons->front().text.find("no CloudEvents event"), std::string::npos);
}

TEST_F(GivenEngine, StatusAndWhyKnowOfNoSequencer) {
    write(shop_.log(), "s1", moved("s1", 1));
    run(seen_);
    settle_and_stop();
    const auto all = status(shop_.log());
    ASSERT_TRUE(all) << all.error().message;
    ASSERT_EQ(all->size(), 1U);
    const DomainStatus& domain = all->front();
    EXPECT_FALSE(domain.sequenced);
    EXPECT_TRUE(domain.channels.empty());
    EXPECT_EQ(domain.ordered.size(), 3U);
    EXPECT_EQ(domain.ordered.front().at.topic, "stock.events");
    ASSERT_EQ(domain.subscriptions.size(), 1U);
    EXPECT_EQ(domain.subscriptions.front().behind, 0);
    const auto reasons = why(shop_.log(), "s1");
    ASSERT_TRUE(reasons && reasons->size() == 1);
    EXPECT_EQ(reasons->front().state, "flowing");
    EXPECT_NE(reasons->front().text.find("of which 0 records are not done with"), std::string::npos)
        << reasons->front().text;
}

TEST_F(GivenEngine, WhatWasDeletedUnreadStopsItOrIsPassedOver) {
    const PartitionId place = place_of("s1");
    run(seen_);
    write(shop_.log(), "s1", moved("s1", 1));
    shop_.settle();
    ASSERT_TRUE(shop_.engine().stop());
    for (const std::uint64_t n : {2U, 3U, 4U}) write(shop_.log(), "s1", moved("s1", n));
    cut(place, Offset{3});
    again(given_plan(), seen_);
    EXPECT_NE(failure().find("was deleted before it was read"), std::string::npos) << failure();
    EXPECT_EQ(seen_.of("s1"), (Ids{"s1/1"})) << "it does not jump by itself";
    DomainPlan passing = given_plan();
    passing.given->order.lost = LostPolicy::kPass;
    static_cast<void>(shop_.engine().stop());
    shop_.set_plan(passing);
    shop_.make_engine();
    run(seen_);
    shop_.settle();
    EXPECT_EQ(seen_.of("s1"), (Ids{"s1/1", "s1/4"}));
}

TEST_F(GivenEngine, ANewEpochReadsTheTopicFromItsBeginningAboveAllThatWas) {
    run(seen_);
    write(shop_.log(), "s1", moved("s1", 1));
    shop_.settle();
    DomainPlan next = given_plan();
    next.given->order.epoch = 2;
    again(next, seen_);
    shop_.settle();
    EXPECT_EQ(seen_.of("s1"), (Ids{"s1/1", "s1/1"}))
        << "an event of another topic, for all we know";
    EXPECT_EQ(seen_.last_position["s1"], position_at(2, Offset{0}).value);
    shop_.restart();
    run(seen_);
    shop_.settle();
    EXPECT_EQ(seen_.of("s1").size(), 2U);
    again(given_plan(), seen_);
    EXPECT_NE(failure().find("epochs only rise"), std::string::npos) << failure();
}

/// Made anew, and longer than it was: the record that was read last is another.
TEST_F(GivenEngine, ATopicThatWasMadeAnewIsNoticedByItsRecords) {
    run(seen_);
    write(shop_.log(), "s1", moved("s1", 1));
    shop_.settle();
    shop_.restart();
    run(seen_);  // what is done by now is remembered
    shop_.settle();
    ASSERT_TRUE(shop_.engine().stop());
    const HomeId home{place_of("s1").value};
    const std::string key = subscription_key("model");
    auto lease = shop_.log().take(runner_group("shop"), {home});
    ASSERT_TRUE(lease.has_value());
    const auto stored = lease.value()->get(home, table::kEpochs, key);
    ASSERT_TRUE(stored && stored.value());
    EpochEntry entry = decode_epoch(*stored.value()).value();
    ASSERT_TRUE(entry.mark.has_value());
    EXPECT_EQ(entry.mark->offset, Offset{0});
    ++entry.mark->hash;
    log::Step step;
    step.homes = {home};
    step.changes = {{home, table::kEpochs, key, encode_epoch(entry)}};
    ASSERT_TRUE(lease.value()->commit(std::move(step)).has_value());
    lease.value().reset();
    shop_.make_engine();
    run(seen_);
    EXPECT_NE(failure().find("is another one now"), std::string::npos) << failure();
}

TEST_F(GivenEngine, AnotherCountOfPartitionsIsRefused) {
    DomainPlan larger = given_plan();
    larger.homes = 6;
    larger.given->places.partitions = 6;
    larger.name = "other";
    const Status added = shop_.engine().add_domain(larger);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::kConflict);
    EXPECT_NE(
        added.error().message.find("has 3 partitions, and the contract's homes are 6"),
        std::string::npos
    ) << added.error().message;
}

TEST_F(GivenEngine, ADomainThatWasSequencedKeepsItsName) {
    Shop shop;
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({test::event("a.made", "s1", "/a", 1)});
    shop.settle();
    ASSERT_TRUE(shop.engine().stop());
    shop.set_plan(given_plan());
    shop.make_engine();
    shop.start();
    EXPECT_NE(failure_of(shop).find("has been sequenced here"), std::string::npos);
    write(shop_.log(), "s1", moved("s1", 1));
    run(seen_);
    shop_.settle();
    shop_.set_plan(test::shop_plan());
    shop_.restart();
    shop_.start();
    EXPECT_NE(failure().find("has been read from topic stock.events"), std::string::npos);
}

/// The ordered topic of another Sluice, on this log: its positions are checked.
TEST(GivenOrdered, HolesInPositionsParkTheirSubject) {
    Shop shop{given_plan(Positions::kContiguous)};
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    for (const std::uint64_t n : {3U, 4U, 6U, 7U}) write(shop.log(), "s1", placed("s1", n));
    for (const std::uint64_t n : {1U, 2U}) write(shop.log(), "s2", placed("s2", n));
    shop.settle();
    ASSERT_TRUE(shop.engine().stop());
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/3", "s1/4"}));
    EXPECT_EQ(seen.of("s2"), (Ids{"s2/1", "s2/2"}));
    const auto page = stuck(shop.log(), std::nullopt, 10);
    ASSERT_TRUE(page && page->items.size() == 1);
    EXPECT_EQ(page->items[0].cause, "hole");
    EXPECT_NE(page->items[0].detail.find("position 6 came; 5 was expected"), std::string::npos);
}

/// What a subscription of another Sluice writes: some types only, and some events again.
TEST(GivenOrdered, WhereTheyRiseRepetitionsArePassedOver) {
    Shop shop{given_plan(Positions::kRising)};
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    for (const std::uint64_t n : {3U, 5U, 3U, 5U, 9U}) write(shop.log(), "s1", placed("s1", n));
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/3", "s1/5", "s1/9"}));
    EXPECT_EQ(seen.repeated, 0U);
    EXPECT_EQ(seen.last_position["s1"], 9U);
}

}  // namespace
}  // namespace sluice::runtime
