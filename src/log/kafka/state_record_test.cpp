#include "log/kafka/state_record.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace sluice::log::kafka {
namespace {

TEST(StateRecord, KeysComeBackAndSortByHomeAndTable) {
    const std::string zero{"\0\xFF", 2};
    const std::vector<StateKey> keys{
        {HomeId{0}, 1, ""},
        {HomeId{0}, 1, zero},
        {HomeId{0}, 2, "a"},
        {HomeId{1}, 0, kStepKey},
        {HomeId{256}, 255, "z"},
        {HomeId{0xFFFF'FFFF}, 1, "a"}};
    std::string before;
    for (const StateKey& key : keys) {
        const std::string bytes = encode_state_key(key);
        EXPECT_LT(before, bytes);
        EXPECT_EQ(decode_state_key(bytes).value(), key);
        before = bytes;
    }
}

TEST(StateRecord, AShortKeyIsDamage) {
    for (const char* bytes : {"", "1", "1234"}) {
        const auto refused = decode_state_key(bytes);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
    }
}

TEST(StateRecord, EveryGroupHasATopicOfItsOwn) {
    EXPECT_EQ(state_topic("sequencer.order"), "sequencer.order.state");
    EXPECT_EQ(group_of_state("sequencer.order.state"), "sequencer.order");
    const std::string odd = state_topic("down for eight days");
    EXPECT_EQ(group_of_state(odd), "") << "nobody can tell whose";
    EXPECT_FALSE(group_of_state("order.ordered"));
    EXPECT_EQ(group_of_state("a.state.state"), "a.state");
    EXPECT_EQ(group_of_state("a.0123456789abcde.state"), "a.0123456789abcde") << "no hash";
    EXPECT_TRUE(odd.starts_with("down-for-eight-days.")) << odd;
    EXPECT_NE(odd, state_topic("down/for/eight/days"));
    const std::string long_one(249, 'x');
    EXPECT_LE(state_topic(long_one).size(), 230U);
    EXPECT_NE(state_topic(long_one), state_topic(long_one.substr(1) + "y"));
}

TEST(StateRecord, StepsComeBack) {
    for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{77}, ~std::uint64_t{0}}) {
        EXPECT_EQ(decode_step(encode_step(number)).value(), number);
    }
    EXPECT_FALSE(decode_step("short"));
    EXPECT_FALSE(decode_step(encode_step(1) + "x"));
}

TEST(StateRecord, MarksComeBack) {
    const CommitMark mark{42, "shop.sequencer.order/a b.0"};
    EXPECT_EQ(encode_mark(mark), "sluice1 42 shop.sequencer.order/a b.0");
    const CommitMark fence{42, mark.transactional_id, true};
    EXPECT_EQ(encode_mark(fence), "sluice1f 42 shop.sequencer.order/a b.0");
    EXPECT_EQ(decode_mark(encode_mark(fence)), fence);
    EXPECT_EQ(decode_mark(encode_mark(mark)), mark);
}

TEST(StateRecord, WhatSomebodyElseWroteIsNoMark) {
    for (const char* text :
         {"",
          "sluice1 ",
          "sluice1 x id",
          "sluice1 7",
          "sluice1 7 ",
          "sluice2 7 id",
          "{\"lag\": 3}"}) {
        EXPECT_EQ(decode_mark(text), std::nullopt) << text;
    }
}

/// Stored by every cluster that ran this: a change here needs a new format.
TEST(StateRecord, TheBytesAreTheseForEver) {
    EXPECT_EQ(encode_state_key({HomeId{0x01020304}, 5, "k"}), std::string("\x01\x02\x03\x04\x05k"));
    EXPECT_EQ(encode_step(258), std::string("\x02\x01\0\0\0\0\0\0", 8));
}

}  // namespace
}  // namespace sluice::log::kafka
