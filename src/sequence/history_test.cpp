#include "sequence/history.hpp"

#include <gtest/gtest.h>

namespace sluice::sequence {
namespace {

OrderedFacts event(std::uint64_t position, std::string source, std::uint64_t number) {
    OrderedFacts facts;
    facts.subject = "s";
    facts.position = Position{position};
    facts.source = std::move(source);
    if (number != 0) facts.number = SourceNumber{number};
    facts.id_hash = position * 10;
    facts.content_hash = position * 100;
    return facts;
}

OrderedFacts gap(std::uint64_t position, std::uint64_t from, std::uint64_t to) {
    OrderedFacts facts = event(position, "/a", to);
    facts.kind = OrderedKind::kGap;
    facts.skipped_from = SourceNumber{from};
    return facts;
}

TEST(Apply, CountsPositionsAndNumbersPerSource) {
    SubjectHistory history;
    ASSERT_TRUE(apply(history, event(1, "/a", 1)).has_value());
    ASSERT_TRUE(apply(history, event(2, "/b", 1)).has_value());
    ASSERT_TRUE(apply(history, event(3, "/a", 2)).has_value());
    EXPECT_EQ(history.last, Position{3});
    EXPECT_EQ(history.released("/a"), SourceNumber{2});
    EXPECT_EQ(history.released("/b"), SourceNumber{1});
    EXPECT_EQ(history.released("/c"), SourceNumber{0});
}

TEST(Apply, RefusesWhatDoesNotFollowAndChangesNothing) {
    SubjectHistory history;
    ASSERT_TRUE(apply(history, event(1, "/a", 1)).has_value());
    const SubjectHistory before = history;
    for (const OrderedFacts& facts :
         {event(1, "/a", 2),  // position again
          event(3, "/a", 2),  // position left out
          event(2, "/a", 1),  // number again
          event(2, "/a", 3),  // number left out
          gap(2, 3, 4),       // gap not right behind
          gap(2, 2, 1)}) {    // backwards
        const Status status = apply(history, facts);
        ASSERT_FALSE(status.has_value());
        EXPECT_EQ(status.error().code, ErrorCode::kCorrupt);
        EXPECT_NE(status.error().message.find("subject s"), std::string::npos);
        EXPECT_EQ(history, before);
    }
}

TEST(Apply, GapMovesTheNumberOfItsSourceOnly) {
    SubjectHistory history;
    ASSERT_TRUE(apply(history, gap(1, 1, 3)).has_value());
    EXPECT_EQ(history.released("/a"), SourceNumber{3});
    EXPECT_TRUE(history.find("/a")->gave_up(SourceNumber{2}));
    EXPECT_FALSE(history.find("/a")->gave_up(SourceNumber{4}));
    OrderedFacts rule = event(2, "", 0);
    rule.kind = OrderedKind::kGap;
    ASSERT_TRUE(apply(history, rule).has_value());
    EXPECT_EQ(history.last, Position{2});
    EXPECT_EQ(history.sources.size(), 1U);
}

TEST(Apply, LateEventTakesAPositionAndIsRememberedButMovesNoNumber) {
    SubjectHistory history;
    ASSERT_TRUE(apply(history, gap(1, 1, 3)).has_value());
    OrderedFacts late = event(2, "/a", 2);
    late.kind = OrderedKind::kLate;
    ASSERT_TRUE(apply(history, late).has_value());
    EXPECT_EQ(history.released("/a"), SourceNumber{3});
    EXPECT_EQ(history.find("/a")->recent.back().number, SourceNumber{2});
}

TEST(Apply, RemembersWithinItsLimits) {
    SubjectHistory history;
    std::uint64_t position = 0;
    for (std::uint64_t n = 1; n <= 100; ++n) {
        ASSERT_TRUE(apply(history, event(++position, "/a", n)).has_value());
    }
    for (std::uint64_t n = 1; n <= 300; ++n) {
        ASSERT_TRUE(apply(history, event(++position, "/a", 0)).has_value());
    }
    EXPECT_EQ(history.find("/a")->recent.size(), kComparedNumbersMax);
    EXPECT_EQ(history.find("/a")->recent.front().number, SourceNumber{37});
    EXPECT_EQ(history.recent_ids.size(), kRememberedIdsMax);
    EXPECT_EQ(history.recent_ids.back().id_hash, 4'000U);
}

TEST(Apply, NeverForgetsThatANumberWasGivenUp) {
    SubjectHistory history;
    std::uint64_t position = 0;
    for (std::uint64_t n = 1; n <= 60; n += 3) {  // n and n+1 given up, n+2 released
        ASSERT_TRUE(apply(history, gap(++position, n, n + 1)).has_value());
        ASSERT_TRUE(apply(history, event(++position, "/a", n + 2)).has_value());
    }
    const SourceHistory* source = history.find("/a");
    EXPECT_EQ(source->skipped.size(), kSkippedRangesMax);
    for (std::uint64_t n = 1; n <= 60; n += 3) EXPECT_TRUE(source->gave_up(SourceNumber{n})) << n;
    EXPECT_FALSE(source->gave_up(SourceNumber{60}));
}

TEST(Apply, MarksAreASortedSet) {
    SubjectHistory history;
    OrderedFacts first = event(1, "/a", 1);
    first.marks = {30, 10};
    OrderedFacts second = event(2, "/a", 2);
    second.marks = {20, 10};
    ASSERT_TRUE(apply(history, first).has_value());
    ASSERT_TRUE(apply(history, second).has_value());
    EXPECT_EQ(history.marks, (std::vector<Mark>{10, 20, 30}));
    EXPECT_TRUE(history.knows(20));
    EXPECT_FALSE(history.knows(21));
}

TEST(Apply, ClosingEventClosesAndTheNextNumberReopens) {
    SubjectHistory history;
    OrderedFacts close = event(1, "/a", 1);
    close.closes = true;
    close.released_at = Instant{77};
    ASSERT_TRUE(apply(history, close).has_value());
    EXPECT_TRUE(history.closed);
    EXPECT_EQ(history.closed_at, Instant{77});
    ASSERT_TRUE(apply(history, event(2, "/a", 0)).has_value());
    EXPECT_TRUE(history.closed) << "an event that waited without a number does not reopen";
    ASSERT_TRUE(apply(history, event(3, "/a", 2)).has_value());
    EXPECT_FALSE(history.closed);
}

TEST(Marks, AreToldApartByTypePointerAndValue) {
    EXPECT_EQ(mark_of("a"), mark_of("a"));
    EXPECT_NE(mark_of("a"), mark_of("b"));
    EXPECT_NE(mark_of("a"), mark_of("a", "/p", ""));
    EXPECT_NE(mark_of("a", "/p", "1"), mark_of("a", "/p", "2"));
    EXPECT_NE(mark_of("a", "/p", "1"), mark_of("a", "/q", "1"));
}

}  // namespace
}  // namespace sluice::sequence
