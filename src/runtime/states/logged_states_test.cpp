// What a subscription is delivered with its events.

#include "runtime/states/logged_states.hpp"

#include "runtime/states/states_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::runtime::test {
namespace {

class LoggedStatesTest : public StatesTest {
protected:
    using Asks = std::vector<deliver::StateSource::Ask>;

    [[nodiscard]] auto ask(const Asks& asks) { return states_.states(asks); }

    LoggedStates states_{log_, "shop", 1, Milliseconds{0}};
};

TEST_F(LoggedStatesTest, AnswersEachInItsPlace) {
    append({{"a", R"({"x":1})"}, {"b", R"({"y":1})"}, {"a", R"({"x":2})"}});
    fold();
    const auto answers = ask({{"a", Position{2}}, {"b", Position{1}}, {"a", Position{1}}});
    ASSERT_TRUE(answers);
    ASSERT_EQ(answers->size(), 3U);
    EXPECT_EQ((*answers)[0].value(), R"({"x":2})");
    EXPECT_EQ((*answers)[1].value(), R"({"y":1})");
    EXPECT_EQ((*answers)[2].value(), R"({"x":1})");
    EXPECT_TRUE(ask({})->empty());
}

TEST_F(LoggedStatesTest, WhatIsNotKnownFailsAloneWithTheReason) {
    append({{"a", R"({"x":1})"}, {"a", R"({"x":)"}, {"a", R"({"z":3})"}});
    fold();
    const auto answers = ask({{"a", Position{2}}, {"a", Position{3}}, {"a", Position{9}}});
    ASSERT_TRUE(answers);
    EXPECT_EQ((*answers)[0].error().code, ErrorCode::kInvalidEvent);
    EXPECT_TRUE(
        (*answers)[0].error().message.starts_with("the state at position 2 is not known: data: ")
    );
    EXPECT_EQ((*answers)[1].value(), R"({"x":1,"z":3})");
    EXPECT_EQ((*answers)[2].error().message, "'a' has no position 9: its last one is 3");
}

TEST_F(LoggedStatesTest, WhatRetentionHasTakenFailsAlone) {
    append({{"a", R"({"x":1})"}, {"a", R"({"x":2})"}});
    fold();
    trim(1);
    fold();
    const auto answers = ask({{"a", Position{1}}, {"a", Position{2}}});
    ASSERT_TRUE(answers);
    EXPECT_NE((*answers)[0].error().message.find("retention has taken"), std::string::npos);
    EXPECT_EQ((*answers)[1].value(), R"({"x":2})");
}

TEST_F(LoggedStatesTest, WhatIsNotFoldedYetIsToBeAskedForAgain) {
    append({{"a", R"({"x":1})"}});
    fold();
    append({{"a", R"({"x":2})"}});
    const auto answers = ask({{"a", Position{1}}, {"a", Position{2}}});
    ASSERT_FALSE(answers);
    EXPECT_EQ(answers.error().code, ErrorCode::kUnavailable);
    fold();
    EXPECT_TRUE(ask({{"a", Position{1}}, {"a", Position{2}}}));
}

}  // namespace
}  // namespace sluice::runtime::test
