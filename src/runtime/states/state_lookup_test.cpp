// Asking for a state by position, time and event, and what is said where there is none.

#include "runtime/states/states_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::runtime::test {
namespace {

class StateLookupTest : public StatesTest {
protected:
    void three() {
        append({{"a", R"({"n":1})", 1'000}, {"a", R"({"n":2})", 5'000}, {"a", R"({"n":3})", 9'000}}
        );
        fold();
    }
};

TEST_F(StateLookupTest, ByPositionOrTheLast) {
    three();
    EXPECT_EQ(look("a", "2"), R"({"n":2})");
    EXPECT_EQ(look("a", ""), R"({"n":3})");
    EXPECT_EQ(answer("a", "")->view->position, Position{3});
    EXPECT_EQ(look("a", "4"), "none: 'a' has no position 4: its last one is 3");
    EXPECT_EQ(look("b", "1"), "none: nothing is known of 'b'");
}

TEST_F(StateLookupTest, ByTimeItIsBeforeTheFirstThatHappenedLater) {
    three();
    EXPECT_EQ(look("a", "1970-01-01T00:00:01Z"), R"({"n":1})");
    EXPECT_EQ(look("a", "1970-01-01T00:00:04.999Z"), R"({"n":1})");
    EXPECT_EQ(look("a", "1970-01-01T00:00:05Z"), R"({"n":2})");
    EXPECT_EQ(look("a", "2026-01-01T00:00:00Z"), R"({"n":3})");
    EXPECT_EQ(
        look("a", "1970-01-01T00:00:00.5Z"),
        "none: nothing had happened to 'a' by 1970-01-01T00:00:00.500Z: its first event was at "
        "1970-01-01T00:00:01Z"
    );
}

TEST_F(StateLookupTest, ByTimeAmongManyPositions) {
    std::vector<Next> events;
    for (int i = 1; i <= 500; ++i)
        events.push_back({"a", fmt::format(R"({{"n":{}}})", i), i * 10LL});
    append(events);
    fold();
    for (int i = 1; i <= 500; ++i) {
        const std::string at = to_rfc3339(Instant{i * 10LL + i % 10});
        ASSERT_EQ(look("a", at), fmt::format(R"({{"n":{}}})", i)) << at;
    }
}

TEST_F(StateLookupTest, ByEvent) {
    three();
    append(
        {{.subject = "a", .data = "{}", .id = "77"}, {.subject = "a", .data = "{}", .id = "twice"}}
    );
    append({{.subject = "a", .data = "{}", .id = "twice"}});
    fold();
    EXPECT_EQ(answer("a", "a-2")->view->position, Position{2});
    EXPECT_EQ(answer("a", "id:77")->view->position, Position{4});
    EXPECT_EQ(look("a", "a-9"), "none: no event 'a-9' of 'a' is kept");
    EXPECT_EQ(
        look("a", "twice"),
        "!two events of 'a' have the id 'twice', at the positions 5 and 6: ask for one of these"
    );
}

TEST_F(StateLookupTest, WhatIsNotFoldedYetSaysHowFarItIs) {
    three();
    append({{"a", R"({"n":4})", 10'000}, {"b", "{}"}});
    EXPECT_EQ(
        look("a", "4"),
        "behind: not folded that far yet: shop is folded up to offset 3 of 5 in home 0, 'a' up to "
        "position 3"
    );
    EXPECT_TRUE(look("a", "").starts_with("behind: ")) << "another may be the last";
    EXPECT_TRUE(look("a", "1970-01-01T00:00:10Z").starts_with("behind: "));
    EXPECT_EQ(look("a", "1970-01-01T00:00:08Z"), R"({"n":2})") << "nothing can come between";
    EXPECT_TRUE(look("a", "a-4").starts_with("behind: "));
    EXPECT_EQ(
        look("b", "1"),
        "behind: not folded that far yet: shop is folded up to offset 3 of 5 in home 0"
    );
    EXPECT_EQ(look("a", "3"), R"({"n":3})");
    fold();
    EXPECT_EQ(look("a", "4"), R"({"n":4})");
}

TEST_F(StateLookupTest, WhereNothingWasEverFolded) {
    append({{"a", "{}"}});
    EXPECT_EQ(
        look("a", "1"),
        "behind: not folded that far yet: shop is folded up to offset 0 of 1 in home 0"
    );
}

TEST_F(StateLookupTest, WhatRetentionHasTakenIsGone) {
    three();
    trim(2);
    fold();
    EXPECT_EQ(
        look("a", "1"),
        "gone: the state of 'a' at position 1 is kept no more: retention has taken its event"
    );
    EXPECT_EQ(
        look("a", "1970-01-01T00:00:06Z"),
        "gone: what was known of 'a' at 1970-01-01T00:00:06Z is kept no more: retention has taken "
        "its events"
    );
    EXPECT_EQ(look("a", "1970-01-01T00:00:09Z"), R"({"n":3})");
}

TEST_F(StateLookupTest, ASubjectIsNotOneThatBeginsAsItDoes) {
    append({{"ab", R"({"n":1})"}, {"a", R"({"n":2})"}});
    fold();
    EXPECT_EQ(look("a", ""), R"({"n":2})");
    EXPECT_EQ(look("ab", ""), R"({"n":1})");
    EXPECT_EQ(look("", ""), "none: nothing is known of ''");
}

}  // namespace
}  // namespace sluice::runtime::test
