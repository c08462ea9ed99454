// Histories A1 to A5 of docs/architecture/histories.md: holes, conflicts, closing, cut topics,
// circles.

#include "sequence/state_codec.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

SequencerOptions invalid_waits() {
    SequencerOptions options;
    options.invalid = InvalidPolicy::kWait;
    return options;
}

TEST(HistoryA, A1InvalidAtAnyPlaceAndInAnyOrderOfArrivalHoldsNobody) {
    for (std::uint64_t bad = 1; bad <= 4; ++bad) {
        std::array<std::uint64_t, 4> order{1, 2, 3, 4};
        do {
            World world;
            for (const std::uint64_t n : order) {
                world.come({n == bad ? invalid(numbered("/o", n)) : numbered("/o", n)});
            }
            ASSERT_EQ(world.order, (Names{"/o-1", "/o-2", "/o-3", "/o-4"})) << "bad: " << bad;
            for (const Release& release : world.releases) {
                ASSERT_EQ(release.invalid.empty(), release.facts.number != SourceNumber{bad});
            }
        } while (std::next_permutation(order.begin(), order.end()));
    }
}

TEST(HistoryA, A1ByPolicyWaitItHoldsTheSubjectWhenItsTurnComes) {
    World world{invalid_waits()};
    world.come({invalid(numbered("/o", 2))});
    EXPECT_FALSE(world.subject.hold.has_value()) << "it waits for 1 as any other";
    world.come({numbered("/o", 3), numbered("/o", 1), numbered("/other", 1)});
    EXPECT_EQ(world.order, Names{"/o-1"});
    ASSERT_TRUE(world.subject.hold.has_value());
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kInvalid);
    EXPECT_EQ(world.subject.hold->detail, "field `amount` is missing");
    EXPECT_EQ(world.subject.waiting.size(), 3U);
}

TEST(HistoryA, A1APersonLetsTheInvalidEventGoOrDropsIt) {
    World released{invalid_waits()};
    released.come({numbered("/o", 1), invalid(numbered("/o", 2)), numbered("/o", 3)});
    World dropped = released;
    const EventRef bad = ref_of(numbered("/o", 2));
    EXPECT_EQ(refusal(released.choose(ReleaseNow{bad})), "");
    EXPECT_EQ(released.order, (Names{"/o-1", "/o-2", "/o-3"}));
    EXPECT_FALSE(released.releases[1].invalid.empty()) << "dead for each who wants its type";
    EXPECT_EQ(refusal(dropped.choose(DropWaiting{bad})), "");
    EXPECT_EQ(dropped.order, (Names{"/o-1", "gap(/o 2)", "/o-3"}));
    EXPECT_EQ(dropped.aside_ids, Names{"/o-2"});
    EXPECT_TRUE(released.subject.settled() && dropped.subject.settled());
}

TEST(HistoryA, A1UnreadableRecordLeavesAGapThatIsNamed) {
    World world;  // 2 could not be read: it never comes this far
    world.come({numbered("/o", 1), numbered("/o", 3), numbered("/o", 4)});
    EXPECT_EQ(world.wanted(), Names{"/o 2"});
}

TEST(HistoryA, A2ConflictHoldsTheSubject) {
    World world;  // the producer's database is restored: 8 to 10 again, under new ids
    world.come(numbers("/a", 1, 10));
    for (std::uint64_t n = 8; n <= 10; ++n) {
        EXPECT_TRUE(is<Conflict>(world.offer(renamed(numbered("/a", n), fmt::format("new-{}", n))))
        );
    }
    EXPECT_TRUE(is<Waits>(world.offer(numbered("/a", 11)))) << "10 and 11 never happened together";
    EXPECT_EQ(world.order.size(), 10U);
    EXPECT_EQ(world.subject.hold->cause, HoldCause::kConflict);
    EXPECT_NE(world.subject.hold->detail.find("/a 8"), std::string::npos);
    EXPECT_EQ(world.subject.conflicts.size(), 3U);
    for (int round = 0; round < 3; ++round) {
        world.pass(std::chrono::hours{24});
        static_cast<void>(world.sweep());
    }
    EXPECT_EQ(world.order.size(), 10U) << "neither time nor proof chooses";
}

TEST(HistoryA, A2WhatIsChosenDecidesWhetherTheNewcomersFollowOrGoAside) {
    for (const Winner winner : {Winner::kFirst, Winner::kNewcomer}) {
        World world;
        world.come(numbers("/a", 1, 3));
        const std::vector<Arrival> again{
            renamed(numbered("/a", 2), "new-2"), renamed(numbered("/a", 3), "new-3")};
        world.come(again);
        world.come({numbered("/a", 4)});
        EXPECT_EQ(refusal(world.choose(SettleConflict{ref_of(again[0]), winner})), "");
        EXPECT_TRUE(world.subject.stopped()) << "one more is to be settled";
        EXPECT_NE(world.subject.hold->detail.find("new-3"), std::string::npos);
        EXPECT_EQ(refusal(world.choose(SettleConflict{ref_of(again[1]), winner})), "");
        EXPECT_TRUE(world.subject.settled());
        const bool first = winner == Winner::kFirst;
        EXPECT_EQ(world.aside_ids, first ? (Names{"new-2", "new-3"}) : Names{});
        const Names kept{"/a-1", "/a-2", "/a-3", "/a-4"};
        const Names both{"/a-1", "/a-2", "/a-3", "new-2", "new-3", "/a-4"};
        EXPECT_EQ(world.order, first ? kept : both);
    }
}

TEST(HistoryA, A2IdsMadeFromTheNumberHideNothing) {
    World world;
    world.come({numbered("/a", 1)});
    EXPECT_TRUE(is<Conflict>(world.offer(changed(numbered("/a", 1)))));
}

TEST(HistoryA, A2TwoInstancesThatCountInMemoryAreFoundAtTheFirstNumber) {
    World world;
    for (std::uint64_t n = 1; n <= 3; ++n) {
        world.come({numbered("/a", n), renamed(numbered("/a", n), fmt::format("twin-{}", n))});
    }
    EXPECT_EQ(world.order, Names{"/a-1"}) << "what follows follows both, or neither";
    EXPECT_EQ(world.conflicts, 3U);
}

TEST(HistoryA, A2RestoredProducerThatChangesItsSourceGoesOnAtOnce) {
    World world;
    world.come(numbers("/a", 1, 10));
    world.come(numbers("/a;2", 1, 3));
    EXPECT_EQ(world.order.size(), 13U);
    EXPECT_EQ(world.conflicts, 0U);
}

TEST(HistoryA, A2Compares64NumbersBackAndCountsWhatIsOlderApart) {
    World world;
    world.come(numbers("/a", 1, 100));
    const auto older = world.offer(changed(numbered("/a", 36)));
    ASSERT_TRUE(is<Duplicate>(older));
    EXPECT_EQ(std::get<Duplicate>(older.front()).compared, Compared::kNotCompared);
    EXPECT_TRUE(is<Conflict>(world.offer(changed(numbered("/a", 37)))));
}

TEST(HistoryA, A2ByPolicyARelayMayRenderAnewWhatItSendsTwice) {
    SequencerOptions options;
    options.changed = ChangedPolicy::kDrop;
    World world{options};
    world.come({numbered("/a", 1), numbered("/a", 3), unnumbered("/u", "u1")});
    for (const Arrival& again : {numbered("/a", 1), numbered("/a", 3), unnumbered("/u", "u1")}) {
        const auto decisions = world.offer(changed(again));
        ASSERT_TRUE(is<Duplicate>(decisions)) << again.id;
        EXPECT_EQ(std::get<Duplicate>(decisions.front()).compared, Compared::kChanged);
    }
    EXPECT_TRUE(is<Conflict>(world.offer(renamed(numbered("/a", 1), "other"))))
        << "another id under the number is no second rendering";
}

TEST(HistoryA, A3ClosedSubjectsKnowTheirDuplicatesAndGoOnCounting) {
    World world;
    world.come(numbers("/a", 1, 4));
    world.come({closing(numbered("/a", 5))});
    ASSERT_TRUE(world.subject.history.closed);
    const Tombstone tombstone = Sequencer::entomb(world.subject);
    world.subject = Sequencer::reopen(tombstone, "/a");
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 3))));
    EXPECT_TRUE(is<Duplicate>(world.offer(numbered("/a", 1))));
    world.come({unnumbered("/a", "thanks")});
    EXPECT_EQ(world.aside, std::vector{AsideReason::kLateClosed});
    EXPECT_TRUE(world.subject.history.closed);
    EXPECT_TRUE(is<Release>(world.offer(numbered("/a", 6)))) << "a late refund";
    EXPECT_EQ(world.releases.back().facts.position, Position{6});
    EXPECT_FALSE(world.subject.history.closed);
}

TEST(HistoryA, A3NoPositionIsGivenTwiceHoweverOftenASubjectIsBuried) {
    World world;
    for (std::uint64_t n = 1; n <= 30; ++n) {
        world.come({closing(numbered(n % 3 == 0 ? "/a" : "/b", n % 3 == 0 ? n / 3 : n - n / 3))});
        ASSERT_EQ(world.releases.back().facts.position, Position{n});
        const std::string stored = encode_tombstone(Sequencer::entomb(world.subject));
        const bool next_is_a = (n + 1) % 3 == 0;
        world.subject =
            Sequencer::reopen(decode_tombstone(stored).value(), next_is_a ? "/a" : "/b");
    }
}

TEST(HistoryA, A4FirstStartOnTruncatedTopicsStartsWhereTheSubjectIs) {
    World world;
    world.come(
        {numbered("/a", 5),
         numbered("/a", 7),
         after(unnumbered("/r", "review"), "delivered"),
         with_stamp(numbered("/d", 1), "/o", 3)}
    );
    static_cast<void>(world.adopt());
    EXPECT_EQ(
        world.order,
        (Names{"gap(delivered)", "gap(/a 1 to 4)", "gap(/o 1)", "/a-5", "review", "/d-1"})
    );
    EXPECT_EQ(world.subject.waiting.size(), 1U) << "6 is a gap like any other";
    EXPECT_EQ(world.subject.gap->opened_before, SweepId{});
    world.pass(Milliseconds{1});
    EXPECT_EQ(world.subject.gap->opened_before, world.next_sweep);
}

TEST(HistoryA, A4WhatIsWholeIsNotAdopted) {
    World world;
    world.come({numbered("/a", 1), numbered("/a", 3)});
    EXPECT_TRUE(world.adopt().empty());
    EXPECT_EQ(world.order, Names{"/a-1"});
}

TEST(HistoryA, A4AChannelAddedLaterIsAdoptedSubjectBySubjectByAPerson) {
    World world;
    world.come({numbered("/a", 1), numbered("/added", 40)});
    EXPECT_EQ(refusal(world.choose(AdoptSubject{})), "");
    EXPECT_EQ(world.order, (Names{"/a-1", "gap(/added 1 to 39)", "/added-40"}));
    EXPECT_EQ(
        refusal(world.choose(AdoptSubject{})), "nothing that is waited for lies before a beginning"
    );
}

TEST(HistoryA, A5StampsInACircleAreShownAndRunNoClock) {
    World world;  // /a 3 depends on /b 2, and /b 2 on /a 3
    world.come(numbers("/a", 1, 2));
    world.come(
        {numbered("/b", 1),
         with_stamp(numbered("/a", 3), "/b", 2),
         with_stamp(numbered("/b", 2), "/a", 3),
         numbered("/a", 4)}
    );
    EXPECT_EQ(world.order.size(), 3U);
    EXPECT_FALSE(world.subject.gap.has_value()) << "nothing is missing";
    const auto missing = world.sequencer.missing(world.subject);
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_EQ(missing[0], (Missing{"one another: /a 3, /b 2, /a 4", 3, /*cycle=*/true}));
}

TEST(HistoryA, A5APersonBreaksTheCircleAndTheHistorySaysSo) {
    World world;
    world.come({with_stamp(numbered("/a", 1), "/b", 1), with_stamp(numbered("/b", 1), "/a", 1)});
    EXPECT_EQ(refusal(world.choose(ReleaseNow{ref_of(numbered("/a", 1))})), "");
    EXPECT_EQ(world.order, (Names{"gap(/b 1)", "/a-1", "/b-1"}));
    EXPECT_TRUE(world.subject.settled());
}

TEST(HistoryA, A5ChannelOrderNeverClosesACircleWithARule) {
    World world;  // one partition carries x, then y; the rule says x after y
    world.come(
        {after(carrying(unnumbered("/c", "x"), "x"), "y"), carrying(unnumbered("/c", "y"), "y")}
    );
    EXPECT_EQ(world.order, (Names{"y", "x"}));
}

TEST(HistoryA, A5ChannelOrderYieldsToARuleThroughOthers) {
    World world;  // first waits for /a 1, which waits by rule for what came behind first
    world.come({with_stamp(unnumbered("/c", "first"), "/a", 1), unnumbered("/c", "between")});
    EXPECT_TRUE(is<Waits>(world.offer(carrying(unnumbered("/c", "y"), "y"))));
    world.come({after(numbered("/a", 1), "y")});
    EXPECT_EQ(world.order, (Names{"y", "/a-1", "first", "between"}));
}

}  // namespace
}  // namespace sluice::sequence
