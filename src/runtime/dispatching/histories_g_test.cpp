// The histories of the dispatcher that need a log: owners, retention, subscriptions side by side.
// Those of the core alone are in src/dispatch/histories_g_test.cpp. What each is about:
// docs/architecture/histories.md.

#include "runtime/dispatching/dispatch_fixture.hpp"
#include "runtime/inspect/inspect.hpp"

#include <gtest/gtest.h>

#include <latch>

namespace sluice::runtime {
namespace {

using test::dead;
using test::poison;
using test::RunnerRig;
using test::Seen;
using Ids = std::vector<std::string>;
using Positions = std::vector<std::uint64_t>;

/// The old owner stands still in its sink; the new one handles the event and goes on; the old one
/// wakes and wants to park the subject.
TEST(HistoryG, G1AnOwnerThatWakesLateParksNothing) {
    RunnerRig rig;
    Seen seen;
    std::latch in_sink{1};
    std::latch wake{1};
    std::atomic<int> calls{0};
    rig.subscribe("model", seen, [&](const std::string&, std::uint32_t) {
        if (++calls == 1) {
            in_sink.count_down();
            wake.wait();
            return std::optional{dead("from the old owner")};
        }
        return std::optional<dispatch::Failure>{};
    });
    rig.append("a", 1, 1);
    rig.start();
    in_sink.wait();
    rig.write_progress("model", 1);  // the new owner: it is done
    wake.count_down();
    rig.append("a", 2, 2);
    rig.settle();
    EXPECT_FALSE(rig.line("model", "a").has_value());
    EXPECT_TRUE(rig.backlog("model", "a").empty());
    EXPECT_EQ(rig.progress("model"), (dispatch::Progress{Offset{2}, {}}));
    EXPECT_EQ(seen.of("a"), (Ids{"a/2"}))
        << "the event that the new owner has handled stays handled";
    EXPECT_EQ(rig.probe().parked_now, 0U);
}

TEST(HistoryG, G1AParkIsWrittenWithTheOffsetThatPassesItOrNotAtAll) {
    for (const bool answer_only : {false, true}) {
        RunnerRig rig;
        Seen seen;
        rig.log().fail(
            {.call = test::Call::kWrite,
             .error = {ErrorCode::kUnavailable, "no answer"},
             .times = 3,
             .done_all_the_same = answer_only}
        );
        rig.subscribe("model", seen, poison({"a/1"}));
        rig.append("a", 1, 3);
        rig.append("b", 1, 1);
        rig.start();
        rig.settle();
        EXPECT_GT(rig.log().failed(), 0U);
        EXPECT_EQ(rig.backlog("model", "a"), (Positions{1, 2, 3}));
        EXPECT_EQ(rig.line("model", "a")->events, 3U);
        EXPECT_EQ(rig.line("model", "a")->attempts, 1U);
        EXPECT_EQ(seen.of("b"), (Ids{"b/1"}));
    }
}

TEST(HistoryG, G2WhatWaitsForEightDaysOutlivesItsTopic) {
    RunnerRig rig;
    Seen seen;
    std::atomic<bool> works{false};
    const test::Judge away = [&](const std::string& id, std::uint32_t) {
        const bool fails = id.starts_with("a/") && !works;
        return fails ? std::optional{test::retry("away", std::chrono::hours{8 * 24})}
                     : std::nullopt;
    };
    rig.subscribe("model", seen, away);
    rig.append("a", 1, 2);
    rig.append("b", 1, 100);
    rig.start();
    rig.settle();
    EXPECT_EQ(rig.progress("model"), (dispatch::Progress{Offset{102}, {}}));
    rig.restart();
    ASSERT_TRUE(rig.log().trim(RunnerRig::ordered_at(HomeId{0}), Offset{102}).has_value());
    works = true;
    rig.subscribe("model", seen, away);
    rig.start();
    rig.append("a", 3, 3);  // queues behind what lies in the backlog
    rig.settle();
    EXPECT_EQ(rig.backlog("model", "a"), (Positions{1, 2, 3}));
    rig.clock().advance(std::chrono::hours{8 * 24});
    rig.wait_for([&] { return seen.of("a").size() == 3; });
    EXPECT_EQ(seen.of("a"), (Ids{"a/1", "a/2", "a/3"}));
    rig.wait_for([&] { return rig.backlog("model", "a").empty(); });
    EXPECT_FALSE(rig.line("model", "a").has_value());
    EXPECT_EQ(seen.of("b").size(), 100U);
}

TEST(HistoryG, G3OnePoisonedSubjectDoesNotStopOthers) {
    RunnerRig rig;
    Seen seen;
    rig.subscribe("model", seen, poison({"a/1"}));
    rig.start();
    for (std::uint64_t at = 1; at <= 300; ++at) {
        rig.append("a", at, at);
        rig.append("b", at, at);
    }
    rig.settle();
    EXPECT_EQ(seen.of("b").size(), 300U);
    EXPECT_TRUE(seen.of("a").empty());
    EXPECT_EQ(rig.line("model", "a")->events, 300U);
    EXPECT_EQ(rig.probe().full_now, 0U);
}

TEST(HistoryG, G3AtItsBoundASubscriptionStopsAndTheOthersGoOn) {
    RunnerRig rig;
    Seen stopped;
    Seen others;
    dispatch::DispatcherOptions options;
    options.backlog_bytes_max = 2'000;
    rig.subscribe("stopped", stopped, poison({"a/1"}), options);
    rig.subscribe("others", others);
    rig.start();
    for (std::uint64_t at = 1; rig.probe().backlog_alarm_now == 0; ++at) {
        rig.append("a", at, at);
        rig.wait_for([&] { return rig.probe().backlog_events_now == at; });
    }
    EXPECT_GE(rig.probe().backlog_bytes_now, 1'600U);
    EXPECT_EQ(rig.probe().full_now, 0U) << "the alarm comes before the stop";
    const std::uint64_t alarmed_at = rig.probe().backlog_events_now;
    rig.append("a", alarmed_at + 1, alarmed_at + 20);
    rig.append("b", 1, 5);
    rig.wait_for([&] { return rig.probe().full_now == 1 && others.of("b").size() == 5; });
    EXPECT_TRUE(stopped.of("b").empty()) << "this one stands still";
    const auto kept = rig.backlog("stopped", "a");
    EXPECT_EQ(kept.front(), 1U) << "nothing is trimmed";
    EXPECT_LT(kept.size(), alarmed_at + 20);
    EXPECT_EQ(others.of("a").size(), alarmed_at + 20);
    rig.restart();  // and with a wider bound it goes on, from where it stood
    options.backlog_bytes_max = 1'000'000;
    rig.subscribe("stopped", stopped, poison({"a/1"}), options);
    rig.subscribe("others", others);
    rig.start();
    rig.settle();
    EXPECT_EQ(stopped.of("b").size(), 5U);
    EXPECT_EQ(rig.backlog("stopped", "a").size(), alarmed_at + 20);
}

TEST(HistoryG, G3TheBoundIsOneForAllHomes) {
    RunnerRig rig{4};
    Seen seen;
    dispatch::DispatcherOptions options;
    options.backlog_bytes_max = 3'000;  // no home alone comes near it
    std::set<std::string> first_events;
    for (int s = 0; s < 40; ++s) first_events.insert(fmt::format("s{}/1", s));
    rig.subscribe("model", seen, poison(first_events), options, {.subjects_max = 0});
    for (int s = 0; s < 40; ++s) rig.append(fmt::format("s{}", s), 1, 1);
    rig.start();
    rig.wait_for([&] { return rig.probe().full_now == 4; });
    rig.append("fine", 1, 1);
    rig.append("s0", 2, 2);
    for (HomeId home{0}; home.value < 4; home = home.next()) {
        std::uint64_t bytes = 0;
        for (const auto& [key, value] : rig.entries(table::kLines, home)) {
            bytes += dispatch::decode_line(value)->bytes;
        }
        EXPECT_LT(bytes, options.backlog_bytes_max);
    }
    EXPECT_EQ(seen.total(), 0U);
}

TEST(HistoryG, G4AHoleParksItsSubjectWithThatCauseAndRaisesAnAlarm) {
    RunnerRig rig;
    Seen seen;
    rig.subscribe("model", seen);
    rig.append("a", 1, 2);
    rig.append("a", 4, 5);
    rig.append("b", 1, 3);
    rig.start();
    rig.settle();
    EXPECT_EQ(seen.of("a"), (Ids{"a/1", "a/2"}));
    EXPECT_EQ(seen.of("b").size(), 3U);
    EXPECT_EQ(rig.probe().holes, 1U);
    const auto page = stuck(rig.log(), std::nullopt, 10);
    ASSERT_TRUE(page.has_value()) << page.error().message;
    ASSERT_EQ(page->items.size(), 1U);
    EXPECT_EQ(page->items[0].cause, "hole");
    EXPECT_EQ(page->items[0].behind, 2U);
    EXPECT_EQ(
        page->items[0].detail, "position 4, 0 attempts: hole: position 4 came; 3 was expected"
    );
    EXPECT_EQ(why(rig.log(), "a").value().at(0).state, "hole");
}

TEST(HistoryG, G5ABusyDatabaseIsNoAttemptAlsoOverARestart) {
    RunnerRig rig;
    Seen seen;
    dispatch::DispatcherOptions options;
    options.retry.attempts_max = 1;
    options.not_tried_wait = Milliseconds{1};
    std::atomic<int> calls{0};
    const test::Judge busy = [&](const std::string&, std::uint32_t attempt) {
        EXPECT_EQ(attempt, 1U);
        const bool locked = ++calls < 20;
        return locked ? std::optional{dispatch::Failure{
                            dispatch::FailureKind::kNotTried, "database is locked", {}}}
                      : std::nullopt;
    };
    rig.append("a", 1, 1);
    for (int run = 0; run < 2; ++run) {
        rig.restart();
        rig.subscribe("model", seen, busy, options);
        rig.start();
        const int before = calls;
        rig.wait_for([&] {
            rig.clock().advance(Milliseconds{1});
            return calls >= std::min(before + 5, 20);
        });
    }
    rig.wait_for([&] {
        rig.clock().advance(Milliseconds{1});
        return seen.total() == 1;
    });
    rig.settle();
    EXPECT_TRUE(rig.entries(table::kLines).empty());
}

TEST(HistoryG, G6ManySubscriptionsAreOneGroupAndOneLease) {
    RunnerRig rig{2};
    constexpr std::size_t kSubscriptions = 60;
    std::vector<Seen> seen(kSubscriptions);
    for (std::size_t at = 0; at < kSubscriptions; ++at) {
        rig.subscribe(fmt::format("s{}", at), seen[at]);
    }
    // A second lease would be refused: the first is the only call that goes well.
    rig.log().fail(
        {.call = test::Call::kTake, .error = {ErrorCode::kIo, "a second lease"}, .passing = 1}
    );
    for (int subject = 0; subject < 10; ++subject) rig.append(fmt::format("a{}", subject), 1, 3);
    rig.start();
    rig.settle();
    for (Seen& one : seen) EXPECT_EQ(one.total(), 30U);
    for (HomeId home{0}; home.value < 2; home = home.next()) {
        EXPECT_EQ(rig.entries(table::kProgress, home).size(), kSubscriptions);
    }
    EXPECT_TRUE(rig.stop().has_value());
}

}  // namespace
}  // namespace sluice::runtime
