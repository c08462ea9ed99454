// States over an ordered topic that a test writes by hand: what is kept, after a restart, behind
// retention, and when the reducer is another.

#include "runtime/states/states_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::runtime::test {
namespace {

using StateSessionTest = StatesTest;

TEST_F(StateSessionTest, KeepsTheStateOfEverySubjectAtEveryPosition) {
    append({{"a", R"({"x":1})"}, {"b", R"({"y":1})"}, {"a", R"({"x":null,"z":2})"}});
    append({{"a", R"({"x":3})"}});
    fold();
    EXPECT_EQ(look("a", "1"), R"({"x":1})");
    EXPECT_EQ(look("a", "2"), R"({"z":2})");
    EXPECT_EQ(look("a", "3"), R"({"z":2,"x":3})");
    EXPECT_EQ(look("b", "1"), R"({"y":1})");
    EXPECT_EQ(entries(), 4U);
}

TEST_F(StateSessionTest, GoesOnWhereItWasAndFoldsNothingTwice) {
    append({{"a", R"({"x":1})"}, {"b", "{}"}});
    fold();
    open();
    const auto idle = session_->step();
    ASSERT_TRUE(idle);
    EXPECT_FALSE(idle.value());
    append({{"a", R"({"y":2})"}});
    fold();
    open();
    fold();
    EXPECT_EQ(look("a", "2"), R"({"x":1,"y":2})");
    EXPECT_EQ(entries(), 3U);
}

TEST_F(StateSessionTest, ALongHistoryComesBackThroughRestarts) {
    for (int i = 1; i <= 100; ++i) {
        append({{"a", fmt::format(R"({{"n":{},"f{}":{}}})", i, i % 7, i)}});
        fold();
        if (i % 9 == 0) open();
    }
    for (int i = 1; i <= 100; ++i) {
        const std::string state = look("a", std::to_string(i));
        EXPECT_TRUE(state.starts_with(fmt::format(R"({{"n":{},)", i))) << state;
    }
}

TEST_F(StateSessionTest, AStepThatFailedIsMadeAgain) {
    append({{"a", R"({"x":1})"}});
    log_.fail({.call = Call::kWrite, .error = {ErrorCode::kUnavailable, "no answer"}, .times = 1});
    EXPECT_FALSE(session_->step());
    log_.heal();
    open();
    fold();
    EXPECT_EQ(look("a", "1"), R"({"x":1})");
}

TEST_F(StateSessionTest, TwoOwnersFenceEachOther) {
    append({{"a", "{}"}});
    const auto other = log_.take(state_group("shop"), {kHome});
    ASSERT_TRUE(other);
    EXPECT_EQ(session_->step().error().code, ErrorCode::kFenced);
}

TEST_F(StateSessionTest, GapsHaveAPositionAndChangeNothing) {
    append({{"a", R"({"x":1})"}});
    append({{.subject = "a", .data = R"({"wanted":"/orders 2"})", .type = "sluice.gap"}});
    fold();
    EXPECT_EQ(look("a", "2"), R"({"x":1})");
}

TEST_F(StateSessionTest, WhatCannotBeFoldedIsNotKnownAndOthersGoOn) {
    append({{"a", R"({"x":1})"}, {"a", R"({"x":)"}, {"b", R"({"y":1})"}, {"a", R"({"z":3})"}});
    fold();
    EXPECT_TRUE(look("a", "2").starts_with("unknown: data: ")) << look("a", "2");
    EXPECT_EQ(look("a", "3"), R"({"x":1,"z":3})");
    EXPECT_EQ(answer("a", "3")->view->missing, 1U);
    EXPECT_EQ(answer("a", "3")->view->missing_last, Position{2});
    EXPECT_EQ(look("b", "1"), R"({"y":1})");
}

TEST_F(StateSessionTest, RetentionTakesThePositionsOfItsEvents) {
    append({{"a", R"({"n":1})"}, {"a", R"({"m":2})"}, {"b", R"({"y":1})"}, {"a", R"({"n":3})"}});
    append({{"a", R"({"n":4})"}});
    fold();
    trim(3);
    fold();
    EXPECT_TRUE(look("a", "1").starts_with("gone: ")) << look("a", "1");
    EXPECT_TRUE(look("a", "2").starts_with("gone: "));
    EXPECT_EQ(look("a", "3"), R"({"n":3,"m":2})") << "made whole";
    EXPECT_EQ(look("a", "4"), R"({"n":4,"m":2})");
    EXPECT_EQ(look("b", "1"), R"({"y":1})") << "the newest of an open subject stays";
    EXPECT_EQ(entries(), 3U);
    append({{"b", R"({"x":2})"}, {"a", "{}"}});
    open();
    fold();
    EXPECT_EQ(look("b", "2"), R"({"y":1,"x":2})");
    EXPECT_EQ(answer("b", "2")->view->missing, 0U);
    trim(6);
    fold();
    EXPECT_TRUE(look("b", "1").starts_with("gone: "));
    EXPECT_EQ(look("b", "2"), R"({"y":1,"x":2})");
    EXPECT_EQ(look("a", "5"), R"({"n":4,"m":2})");
}

TEST_F(StateSessionTest, AClosedSubjectGoesWithItsLastEvent) {
    append({{"a", R"({"n":1})"}, {.subject = "a", .data = R"({"m":2})", .closes = true}});
    append({{"b", "{}"}});
    fold();
    EXPECT_EQ(look("a", "2"), R"({"n":1,"m":2})");
    trim(1);
    fold();
    EXPECT_EQ(look("a", "2"), R"({"n":1,"m":2})");
    trim(2);
    fold();
    EXPECT_TRUE(look("a", "2").starts_with("none: ")) << look("a", "2");
    append({{"a", R"({"back":1})"}});
    fold();
    EXPECT_EQ(look("a", "3"), R"({"back":1})");
    EXPECT_EQ(answer("a", "3")->view->missing, 2U) << "it says that it is not whole";
}

TEST_F(StateSessionTest, WhatWasTakenBeforeItWasFoldedIsMissing) {
    append({{"a", R"({"n":1})"}, {"a", R"({"m":2})"}, {"a", R"({"o":3})"}});
    trim(2);
    fold();
    EXPECT_EQ(look("a", "3"), R"({"o":3})");
    EXPECT_EQ(answer("a", "3")->view->missing, 2U);
    EXPECT_EQ(answer("a", "3")->view->missing_last, Position{2});
    EXPECT_TRUE(look("a", "1").starts_with("gone: "));
}

TEST_F(StateSessionTest, AnotherReducerFoldsAnew) {
    append({{"a", R"({"n":1})"}, {"a", R"({"n":2})"}, {"b", R"({"n":7})"}});
    fold();
    use("{jq: '[.state[]?, .event.data.n]'}");
    fold();
    EXPECT_EQ(look("a", "1"), "[1]");
    EXPECT_EQ(look("a", "2"), "[1,2]");
    EXPECT_EQ(look("b", "1"), "[7]");
    EXPECT_EQ(entries(), 3U);
}

TEST_F(StateSessionTest, AMendedReducerKnowsWhatTheOldOneDidNot) {
    append({{"a", R"({"n":1})"}, {"a", R"({"n":2})"}});
    use(R"({jq: 'if .event.data.n == 1 then error("no") else .event.data.n end'})");
    fold();
    EXPECT_EQ(look("a", "1"), "unknown: reducer: no");
    EXPECT_EQ(answer("a", "2")->view->missing, 1U);
    use("{jq: .event.data.n}");
    fold();
    EXPECT_EQ(look("a", "1"), "1");
    EXPECT_EQ(answer("a", "2")->view->missing, 0U);
}

TEST_F(StateSessionTest, AnotherReducerBeginsWhereRetentionHasCut) {
    append({{"a", R"({"n":1})"}, {"a", R"({"n":2})"}, {"b", R"({"n":5})"}, {"a", R"({"n":3})"}});
    fold();
    trim(1);
    fold();
    use("{jq: '.state + {last: .event.data.n}'}");
    fold();
    EXPECT_EQ(look("a", "2"), R"({"n":2})") << "the oldest that is kept is the base";
    EXPECT_EQ(look("a", "3"), R"({"n":2,"last":3})");
    EXPECT_EQ(look("b", "1"), R"({"last":5})");
}

TEST_F(StateSessionTest, AnotherReducerLosesNothingThatCannotBeMadeAgain) {
    append({{"a", R"({"n":1})"}, {"b", R"({"n":2})"}});
    fold();
    trim(1);
    fold();
    use("{jq: '.state + {last: .event.data.n}'}");
    append({{"a", R"({"n":3})"}});
    fold();
    EXPECT_EQ(look("a", "2"), R"({"n":1,"last":3})") << "its only event was gone";
    EXPECT_EQ(answer("a", "2")->view->missing, 0U);
    EXPECT_EQ(look("b", "1"), R"({"last":2})");
}

TEST_F(StateSessionTest, AnotherReducerAtOnceBehindRetentionBeginsAtWhatIsGone) {
    append({{"a", R"({"n":1})"}, {"a", R"({"n":2})"}, {"a", R"({"m":3})"}, {"a", R"({"n":4})"}});
    fold();
    trim(2);
    use("{jq: '.state + {last: .event.data}'}");
    fold();
    EXPECT_EQ(look("a", "3"), R"({"n":2,"last":{"m":3}})");
    EXPECT_EQ(look("a", "4"), R"({"n":2,"last":{"n":4}})");
    EXPECT_EQ(answer("a", "4")->view->missing, 0U);
}

TEST_F(StateSessionTest, AMendedReducerBeginsAnewWhereNothingCameBefore) {
    append({{"a", R"({"n":1})"}, {"a", R"({"n":2})"}, {"a", R"({"n":3})"}});
    trim(1);
    use(R"({jq: 'if .event.data.n == 2 then error("no") else .event.data.n end'})");
    fold();
    EXPECT_EQ(look("a", "2"), "unknown: reducer: no");
    use("{jq: .event.data.n}");
    fold();
    EXPECT_EQ(look("a", "2"), "2");
    EXPECT_EQ(answer("a", "3")->view->missing, 1U);
}

TEST_F(StateSessionTest, ARenewalThatIsCutShortBeginsAnew) {
    std::vector<Next> events;
    for (int i = 0; i < 1'500; ++i) events.push_back({fmt::format("s{}", i), R"({"n":1})"});
    append(events);
    append(events);
    fold();
    use("{jq: .event.data.n}");
    const auto page = session_->step();
    ASSERT_TRUE(page);
    EXPECT_TRUE(look("s1", "1").starts_with("behind: its states are made anew")) << look("s1", "1");
    open();
    fold();
    for (const char* subject : {"s0", "s700", "s1499"}) {
        EXPECT_EQ(look(subject, "1"), "1");
        EXPECT_EQ(look(subject, "2"), "1");
    }
    EXPECT_EQ(entries(), 3'000U);
}

TEST_F(StateSessionTest, EverythingIsWalkedOverPageByPage) {
    std::vector<Next> events;
    for (int i = 0; i < 700; ++i) events.push_back({fmt::format("s{}", i % 350), "{}"});
    for (int i = 0; i < 3'000; ++i) events.push_back({"long", fmt::format(R"({{"n":{}}})", i)});
    append(events);
    fold();
    ASSERT_EQ(entries(), 3'700U);
    trim(2'700);
    fold();
    EXPECT_EQ(entries(), 350U + 1'000U) << "the newest of each, and what is there of the long one";
    EXPECT_EQ(look("long", "2001"), R"({"n":2000})");
    EXPECT_TRUE(look("long", "2000").starts_with("gone: "));
    EXPECT_EQ(look("s7", "2"), "{}");
}

}  // namespace
}  // namespace sluice::runtime::test
