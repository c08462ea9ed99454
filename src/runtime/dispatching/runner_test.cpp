#include "event/kafka.hpp"
#include "runtime/dispatching/dispatch_fixture.hpp"

#include <gtest/gtest.h>

#include <latch>

namespace sluice::runtime {
namespace {

using dispatch::Failure;
using dispatch::FailureKind;
using test::event;
using test::fine;
using test::Seen;
using test::Shop;
using Ids = std::vector<std::string>;

class RunnerTest : public testing::Test {
protected:
    void subscribe(const std::string& name, Seen& seen, test::Judge judge) {
        auto sink = std::make_unique<test::JudgedSink>(seen, std::move(judge));
        Subscription subscription{name, std::move(sink), options_, breaker_};
        ASSERT_TRUE(shop_.engine().add_subscription("shop", std::move(subscription)).has_value());
    }

    const SubscriptionProbe& probe(std::size_t at = 0) {
        return shop_.engine().domains().front()->runner->entries().at(at)->probe;
    }

    template <class Holds>
    void wait_for(Holds holds) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (!holds() && std::chrono::steady_clock::now() < deadline) {
            shop_.log().wait_for_change(shop_.log().version(), Milliseconds{5});
        }
        ASSERT_TRUE(holds());
    }

    dispatch::DispatcherOptions options_;
    dispatch::BreakerOptions breaker_;
    Shop shop_;
};

TEST_F(RunnerTest, ASubscriptionThatStandsStillHoldsNoOther) {
    Seen slow;
    Seen quick;
    std::latch go{1};
    subscribe("slow", slow, [&](const std::string&, std::uint32_t) -> std::optional<Failure> {
        go.wait();
        return std::nullopt;
    });
    subscribe("quick", quick, fine);
    shop_.start();
    std::vector<Event> events;
    for (int s = 0; s < 3'000; ++s)
        events.push_back(event("a.made", fmt::format("s{}", s), "/a", 1));
    shop_.publish(events);
    wait_for([&] { return quick.total() == events.size(); });
    EXPECT_EQ(slow.total(), 0U);
    EXPECT_FALSE(shop_.engine().wait_until_idle(Milliseconds{1}));
    go.count_down();
    shop_.settle();
    EXPECT_EQ(slow.total(), events.size());
}

TEST_F(RunnerTest, AFailingEventIsTriedAgainInPlaceAndOthersPassIt) {
    options_.retry.first = Milliseconds{5};
    Seen seen;
    subscribe("model", seen, [](const std::string& id, std::uint32_t attempt) {
        const bool fails = id == "s1/a.1" && attempt < 4;
        return fails ? std::optional{Failure{FailureKind::kRetry, "not yet", {}}} : std::nullopt;
    });
    shop_.start();
    shop_.publish({
        event("a.made", "s1", "/a", 1),
        event("a.made", "s1", "/a", 2),
        event("a.made", "s2", "/a", 1),
    });
    shop_.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1", "s1/a.2"}));
    EXPECT_EQ(seen.of("s2"), (Ids{"s2/a.1"}));
    EXPECT_EQ(probe().retried, 3U);
    EXPECT_EQ(probe().parked_now, 0U);
}

TEST_F(RunnerTest, WhatWaitsLongGoesThroughTheBacklogInOrder) {
    options_.retry.first = Milliseconds{5};
    options_.retry.in_place_max = Milliseconds{0};
    breaker_.subjects_max = 0;  // all subjects fail at first, and not for the sink
    Seen seen;
    subscribe("model", seen, [](const std::string& id, std::uint32_t attempt) {
        const bool fails = id.ends_with("/a.1") && attempt < 3;
        return fails ? std::optional{Failure{FailureKind::kRetry, "not yet", {}}} : std::nullopt;
    });
    shop_.start();
    std::vector<Event> events;
    for (std::uint64_t n = 1; n <= 5; ++n) {
        for (int s = 0; s < 20; ++s)
            events.push_back(event("a.made", fmt::format("s{}", s), "/a", n));
    }
    shop_.publish(events);
    wait_for([&] { return seen.total() == events.size(); });
    shop_.settle();
    for (int s = 0; s < 20; ++s) {
        const auto ids = seen.of(fmt::format("s{}", s));
        ASSERT_EQ(ids.size(), 5U);
        EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end()));
    }
    EXPECT_EQ(seen.holes, 0U);
    wait_for([&] { return probe().backlog_events_now == 0; });
    shop_.restart();  // what is written by then says the same
    for (HomeId home{0}; home.value < 3; home = home.next()) {
        for (const log::Table in : {table::kLines, table::kBacklog, table::kBacklogIndex}) {
            EXPECT_TRUE(shop_.log().peek(runner_group("shop"), home, in, "", 9).value().empty());
        }
    }
}

TEST_F(RunnerTest, ABacklogIsThereAfterARestartAndLaterEventsQueueBehind) {
    Seen seen;
    const test::Judge poison = [](const std::string& id, std::uint32_t) {
        const bool dead = id == "s1/a.2";
        return dead ? std::optional{Failure{FailureKind::kDead, "poison", {}}} : std::nullopt;
    };
    subscribe("model", seen, poison);
    shop_.start();
    std::vector<Event> events;
    for (std::uint64_t n = 1; n <= 4; ++n) events.push_back(event("a.made", "s1", "/a", n));
    shop_.publish(events);
    shop_.settle();
    shop_.restart();
    subscribe("model", seen, poison);
    shop_.start();
    shop_.publish({event("a.made", "s1", "/a", 5), event("a.made", "s2", "/a", 1)});
    shop_.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1"}));
    EXPECT_EQ(seen.of("s2"), (Ids{"s2/a.1"}));
    EXPECT_EQ(seen.repeated, 0U);
    EXPECT_EQ(probe().parked_now, 1U);
    EXPECT_EQ(probe().backlog_events_now, 4U);
}

TEST_F(RunnerTest, AWaitingRetryGoesOnAfterARestart) {
    options_.retry.in_place_max = Milliseconds{0};
    Seen seen;
    subscribe("model", seen, [](const std::string& id, std::uint32_t) {
        const bool fails = id == "s1/a.1";
        return fails ? std::optional{Failure{FailureKind::kRetry, "not yet", Milliseconds{1'000}}}
                     : std::nullopt;
    });
    shop_.start();
    shop_.publish({event("a.made", "s1", "/a", 1), event("a.made", "s1", "/a", 2)});
    wait_for([&] { return probe().backlog_events_now == 2; });
    shop_.restart();
    subscribe("model", seen, fine);
    shop_.start();
    wait_for([&] { return seen.total() == 2; });
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1", "s1/a.2"}));
}

TEST_F(RunnerTest, AnInvalidEventIsDeadForWhoWantsItAndNoHoleForOthers) {
    DomainPlan plan = test::shop_plan();
    plan.channels[0].checking = Checking::kEnforce;
    plan.check = [](std::string_view, const Record& record) {
        return record.value == "bad" ? std::string{"data: bad"} : std::string{};
    };
    Shop shop{plan};
    Seen all;
    Seen some;
    shop.subscribe("all", all);
    shop.subscribe("some", some).types = {"a.cancelled"};
    Event bad = event("a.made", "s1", "/a", 1);
    bad.data = "bad";
    std::vector<log::Append> appends{
        {{"shop.a", PartitionId{0}}, {event::to_record(bad, "s1")}}};  // by a producer of its own
    ASSERT_TRUE(shop.log().publish(std::move(appends)).has_value());
    shop.start();
    shop.publish({event("a.cancelled", "s1", "/a", 2)});
    shop.settle();
    EXPECT_EQ(shop.count(&SequencingProbe::invalid), 1U);
    EXPECT_EQ(all.total(), 0U);
    EXPECT_EQ(some.of("s1"), (Ids{"s1/a.2"}));
    const auto& entries = shop.engine().domains().front()->runner->entries();
    EXPECT_EQ(entries[0]->probe.parked_now, 1U);
    EXPECT_EQ(entries[0]->probe.backlog_events_now, 2U);
    EXPECT_EQ(entries[1]->probe.parked_now, 0U);
}

TEST_F(RunnerTest, StoppingFinishesWhatIsInFlightAndWritesIt) {
    Seen seen;
    subscribe("model", seen, fine);
    shop_.start();
    std::vector<Event> events;
    for (int s = 0; s < 2'000; ++s)
        events.push_back(event("a.made", fmt::format("s{}", s), "/a", 1));
    for (int round = 0; round < 5; ++round) {
        for (Event& one : events) {
            one = event("a.made", one.subject, "/a", static_cast<std::uint64_t>(round) + 1);
        }
        shop_.publish(events);
        wait_for([&] { return seen.total() > static_cast<std::size_t>(round) * 2'000 + 100; });
        shop_.restart();  // in the middle of it
        subscribe("model", seen, fine);
        shop_.start();
        shop_.settle();
    }
    EXPECT_EQ(seen.total(), 10'000U);
    EXPECT_EQ(seen.repeated, 0U) << "handled, but not written down";
}

TEST_F(RunnerTest, ANewSubscriptionBeginsAtTheBeginning) {
    Seen first;
    subscribe("first", first, fine);
    shop_.start();
    shop_.publish({event("a.made", "s1", "/a", 1)});
    shop_.settle();
    shop_.restart();
    Seen second;
    subscribe("first", first, fine);
    subscribe("second", second, fine);
    shop_.start();
    shop_.settle();
    EXPECT_EQ(second.of("s1"), (Ids{"s1/a.1"}));
    EXPECT_EQ(first.repeated, 0U);
}

}  // namespace
}  // namespace sluice::runtime
