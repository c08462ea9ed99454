#include "deliver/pull/lease_desk.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sluice::deliver::pull {
namespace {

using dispatch::FailureKind;

constexpr Milliseconds kLease{1'000};

Instant at(std::int64_t ms) {
    return Instant{ms};
}

Offered run(
    std::uint64_t ticket, const std::string& subject, std::uint64_t first, std::uint64_t count
) {
    Offered offered{RunTicket{ticket}, subject, {}, 3};
    for (std::uint64_t p = first; p < first + count; ++p) offered.positions.push_back(Position{p});
    return offered;
}

/// One that must end: its outcome.
dispatch::RunOutcome only_end(LeaseDesk& desk) {
    const auto ended = desk.ended();
    EXPECT_EQ(ended.size(), 1U);
    return ended.empty() ? dispatch::RunOutcome{} : ended.front().outcome;
}

TEST(LeaseDesk, LeasesWhatWaitsLongestAsMuchAsIsAskedFor) {
    LeaseDesk desk;
    desk.offer(run(1, "a", 5, 3));
    desk.offer(run(2, "b", 1, 2));
    desk.offer(run(3, "c", 1, 1));
    const auto leased = desk.lease({4, kLease}, at(0));
    ASSERT_EQ(leased.size(), 2U);
    EXPECT_EQ(leased[0].subject, "a");
    EXPECT_EQ(leased[0].count, 3U);
    EXPECT_EQ(leased[0].attempt, 3U);
    EXPECT_EQ(leased[0].until, at(1'000));
    EXPECT_EQ(leased[1].count, 1U) << "a part of b";
    EXPECT_EQ(desk.waiting(), 1U);
    EXPECT_NE(leased[0].lease, leased[1].lease);
}

TEST(LeaseDesk, ARunEndsWhenAllOfItIsDone) {
    LeaseDesk desk;
    desk.offer(run(1, "a", 5, 2));
    const LeaseId lease = desk.lease({10, kLease}, at(0)).at(0).lease;
    EXPECT_TRUE(desk.settle({lease, Position{5}}, at(1)));
    EXPECT_FALSE(desk.has_ended());
    EXPECT_TRUE(desk.settle({lease, Position{6}}, at(2)));
    const auto outcome = only_end(desk);
    EXPECT_EQ(outcome.handled, 2U);
    EXPECT_FALSE(outcome.failure);
    EXPECT_EQ(desk.runs(), 0U);
}

TEST(LeaseDesk, WhatIsLeftOfARunWaitsAgain) {
    LeaseDesk desk;
    desk.offer(run(1, "a", 1, 3));
    const auto first = desk.lease({2, kLease}, at(0)).at(0);
    EXPECT_TRUE(desk.lease({2, kLease}, at(0)).empty()) << "one lease of a subject at a time";
    EXPECT_TRUE(desk.settle({first.lease, Position{1}}, at(0)));
    EXPECT_TRUE(desk.settle({first.lease, Position{2}}, at(0)));
    const auto rest = desk.lease({2, kLease}, at(0)).at(0);
    EXPECT_EQ(rest.first, 2U);
    EXPECT_EQ(rest.count, 1U);
    EXPECT_EQ(rest.attempt, 1U);
    EXPECT_FALSE(desk.settle({first.lease, Position{3}}, at(0))) << "the first one is over";
    EXPECT_TRUE(desk.settle({rest.lease, Position{3}}, at(0)));
    EXPECT_EQ(only_end(desk).handled, 3U);
}

TEST(LeaseDesk, BytesAreCountedBehindTheFirstEvent) {
    LeaseDesk desk;
    Offered large = run(1, "a", 1, 3);
    large.bytes = {70, 20, 20};
    Offered small = run(2, "b", 1, 1);
    small.bytes = {5};
    desk.offer(large);
    desk.offer(small);
    const auto one = desk.lease({10, kLease, 50}, at(0));
    ASSERT_EQ(one.size(), 1U) << "the first goes, however large, and nothing with it";
    EXPECT_EQ(one[0].count, 1U);
    EXPECT_TRUE(desk.settle({one[0].lease, Position{1}}, at(0)));
    const auto rest = desk.lease({10, kLease, 50}, at(0));
    ASSERT_EQ(rest.size(), 2U);
    EXPECT_EQ(rest[0].subject, "b");
    EXPECT_EQ(rest[1].count, 2U) << "5 and 20 and 20";
}

TEST(LeaseDesk, WhatIsReturnedIsTheNextOnesAndNoAttempt) {
    LeaseDesk desk;
    desk.offer(run(1, "a", 1, 2));
    desk.offer(run(2, "b", 1, 1));
    const LeaseId lease = desk.lease({2, kLease}, at(0)).at(0).lease;
    EXPECT_FALSE(desk.settle({lease, Position{2}, Word::kReturn}, at(0))) << "in their order, too";
    EXPECT_TRUE(desk.settle({lease, Position{1}}, at(0)));
    EXPECT_TRUE(desk.settle({lease, Position{2}, Word::kReturn}, at(0)));
    EXPECT_FALSE(desk.has_ended());
    EXPECT_FALSE(desk.settle({lease, Position{2}}, at(0))) << "it is not the client's any more";
    EXPECT_EQ(desk.next_due(), std::nullopt);
    const auto again = desk.lease({10, kLease}, at(0));
    ASSERT_EQ(again.size(), 2U);
    EXPECT_EQ(again[0].subject, "a") << "before those that came later";
    EXPECT_EQ(again[0].first, 1U);
    EXPECT_TRUE(desk.settle({again[0].lease, Position{2}}, at(0)));
    EXPECT_EQ(only_end(desk).handled, 2U);
}

TEST(LeaseDesk, RetryAndDeadEndTheRunThere) {
    LeaseDesk desk;
    desk.offer(run(1, "a", 1, 3));
    desk.offer(run(2, "b", 1, 3));
    const auto leased = desk.lease({10, kLease}, at(0));
    EXPECT_TRUE(desk.settle({leased[0].lease, Position{1}}, at(0)));
    EXPECT_TRUE(
        desk.settle({leased[0].lease, Position{2}, Word::kRetry, "busy", Milliseconds{7}}, at(0))
    );
    const auto retried = only_end(desk);
    EXPECT_EQ(retried.handled, 1U);
    EXPECT_EQ(retried.failure->kind, FailureKind::kRetry);
    EXPECT_EQ(retried.failure->after, Milliseconds{7});
    EXPECT_EQ(retried.failure->error_class, "asked");
    EXPECT_FALSE(desk.settle({leased[0].lease, Position{3}}, at(0)));
    EXPECT_TRUE(desk.settle({leased[1].lease, Position{1}, Word::kDead, "never"}, at(0)));
    const auto dead = only_end(desk);
    EXPECT_EQ(dead.failure->kind, FailureKind::kDead);
    EXPECT_EQ(dead.failure->reason, "never");
}

TEST(LeaseDesk, EventsAreAnsweredInTheirOrderEachOnce) {
    LeaseDesk desk;
    desk.offer(run(1, "a", 1, 3));
    const LeaseId lease = desk.lease({10, kLease}, at(0)).at(0).lease;
    const Status early = desk.settle({lease, Position{2}}, at(0));
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, ErrorCode::kConflict);
    EXPECT_NE(early.error().message.find("which is 1"), std::string::npos);
    EXPECT_TRUE(desk.settle({lease, Position{1}}, at(0)));
    EXPECT_FALSE(desk.settle({lease, Position{1}}, at(0)));
    EXPECT_FALSE(desk.settle({lease, Position{3}, Word::kDead}, at(0)));
    EXPECT_FALSE(desk.settle({LeaseId{99}, Position{2}}, at(0)));
    EXPECT_FALSE(desk.settle({LeaseId{}, Position{2}}, at(0)));
    EXPECT_TRUE(desk.settle({lease, Position{2}}, at(0)));
}

TEST(LeaseDesk, ALeaseThatIsOverIsAnAttemptAndIsFenced) {
    LeaseDesk desk;
    desk.offer(run(1, "a", 1, 2));
    const LeaseId lease = desk.lease({10, kLease}, at(0)).at(0).lease;
    EXPECT_EQ(desk.next_due(), at(1'000));
    EXPECT_TRUE(desk.settle({lease, Position{1}}, at(999)));
    EXPECT_FALSE(desk.settle({lease, Position{2}}, at(1'000)));
    const auto outcome = only_end(desk);
    EXPECT_EQ(outcome.handled, 1U);
    EXPECT_EQ(outcome.failure->kind, FailureKind::kRetry);
    EXPECT_EQ(outcome.failure->error_class, "no-answer");
    desk.offer(run(2, "a", 2, 1));
    const LeaseId later = desk.lease({10, kLease}, at(1'000)).at(0).lease;
    EXPECT_FALSE(desk.settle({lease, Position{2}}, at(1'001)));
    EXPECT_TRUE(desk.settle({later, Position{2}}, at(1'001)));
}

TEST(LeaseDesk, ALeaseMayBeExtendedWhileItLasts) {
    LeaseDesk desk;
    desk.offer(run(1, "a", 1, 1));
    const LeaseId lease = desk.lease({10, kLease}, at(0)).at(0).lease;
    EXPECT_TRUE(desk.extend(lease, kLease, at(900)));
    EXPECT_EQ(desk.next_due(), at(1'900));
    EXPECT_FALSE(desk.extend(lease, kLease, at(1'900)));
    EXPECT_EQ(only_end(desk).handled, 0U);
    EXPECT_FALSE(desk.extend(LeaseId{7}, kLease, at(0)));
}

TEST(LeaseDesk, WhatHappensIsCounted) {
    LeaseDesk desk;
    for (std::uint64_t n = 1; n <= 5; ++n)
        desk.offer(run(n, std::string(1, static_cast<char>('a' + n)), 1, 1));
    const auto leased = desk.lease({5, kLease}, at(0));
    EXPECT_EQ(desk.leased(), 5U);
    const std::array words{Word::kDone, Word::kRetry, Word::kDead, Word::kReturn};
    for (std::size_t n = 0; n < words.size(); ++n) {
        EXPECT_TRUE(desk.settle({leased[n].lease, Position{1}, words.at(n)}, at(0)));
        EXPECT_FALSE(desk.settle({leased[n].lease, Position{1}, words.at(n)}, at(0)));
    }
    desk.expire(at(1'000));
    EXPECT_EQ(desk.counts(), (LeaseCounts{5, 1, 1, 1, 1, 4, 1}));
    EXPECT_EQ(desk.leased(), 0U);
    EXPECT_EQ(desk.waiting(), 1U) << "what was returned";
}

TEST(LeaseDesk, WhatNobodyHasCanBeTakenBackAlone) {
    LeaseDesk desk;
    desk.offer(run(1, "a", 1, 1));
    desk.offer(run(2, "b", 1, 1));
    const LeaseId lease = desk.lease({1, kLease}, at(0)).at(0).lease;
    desk.drain();
    const auto ended = desk.ended();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].ticket, RunTicket{2});
    EXPECT_EQ(ended[0].outcome.failure->kind, FailureKind::kNotTried);
    EXPECT_TRUE(desk.settle({lease, Position{1}}, at(0)));
}

TEST(LeaseDesk, WhatIsTakenBackIsNotTried) {
    LeaseDesk desk;
    desk.offer(run(1, "a", 1, 2));
    desk.offer(run(2, "b", 1, 1));
    const LeaseId lease = desk.lease({2, kLease}, at(0)).at(0).lease;
    EXPECT_TRUE(desk.settle({lease, Position{1}}, at(0)));
    desk.abandon();
    const auto ended = desk.ended();
    ASSERT_EQ(ended.size(), 2U);
    EXPECT_EQ(ended[0].outcome.handled, 1U);
    for (const RunEnded& one : ended) EXPECT_EQ(one.outcome.failure->kind, FailureKind::kNotTried);
    EXPECT_FALSE(desk.settle({lease, Position{2}}, at(0)));
    EXPECT_TRUE(desk.lease({5, kLease}, at(0)).empty());
    EXPECT_EQ(desk.next_due(), std::nullopt);
}

}  // namespace
}  // namespace sluice::deliver::pull
