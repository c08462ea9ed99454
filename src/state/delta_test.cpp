#include "state/delta.hpp"

#include "base/test_seed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sluice::state {
namespace {

using std::string_literals::operator""s;

TEST(Delta, HasTheseBytes) {
    EXPECT_EQ(delta_between("abcdef", "abXef"), "\x00\x02\x01X\x04\x02\x00"s);
    EXPECT_EQ(delta_between("", "new"), "\x00\x00\x03new"s);
    EXPECT_EQ(delta_between("old", ""), "\x00\x00\x00"s);
    EXPECT_EQ(delta_between("same", "same"), "\x00\x04\x00"s);
}

TEST(Delta, EachChangeIsAPieceOfItsOwn) {
    std::string before = R"({"status":"placed","lines":[)";
    for (int line = 0; line < 20; ++line)
        before += fmt::format(R"({{"line":{},"net":{}}},)", line, line * 91);
    before += R"(0],"due":6105})";
    std::string after = before;
    after.replace(after.find("placed"), 6, "cancelled in part");
    after.replace(after.find("6105"), 4, R"(5105,"captured":6105)");
    EXPECT_LT(delta_between(before, after).size(), 60U);
    EXPECT_EQ(patched(before, delta_between(before, after)), after);
}

TEST(Delta, WhatMovesIsFoundAgain) {
    const std::string one = "the first of the two sentences, which is long;";
    const std::string other = "and the second, of other words and as long.";
    const std::string delta = delta_between(one + other, other + one);
    EXPECT_LT(delta.size(), 20U);
    EXPECT_EQ(patched(one + other, delta), other + one);
}

TEST(Delta, AVeryLargeMiddleIsWrittenAsItIs) {
    const std::string before(kDeltaMiddleMax + 1, 'a');
    const std::string after(kDeltaMiddleMax + 1, 'b');
    EXPECT_EQ(patched(before, delta_between(before, after)), after);
    EXPECT_GT(delta_between(before, after).size(), after.size());
}

TEST(Delta, OfAnotherTextOrCutIsRefused) {
    const std::string delta = delta_between("abcdef", "abXef");
    EXPECT_FALSE(patched("abc", delta));
    EXPECT_FALSE(patched("", delta));
    for (const std::size_t size : {1U, 2U, 3U, 5U, 6U})
        EXPECT_FALSE(patched("abcdef", std::string_view{delta}.substr(0, size))) << size;
    EXPECT_FALSE(patched("abc", "\x01\x00\x00"s)) << "before the text";
    EXPECT_FALSE(patched("abc", "\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x00"s));
}

TEST(Delta, LeadsFromAnyTextToAnyOther) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto text = [&random](std::size_t most) {
        std::string made;
        for (std::uint64_t left = random() % most; left > 0; --left)
            made += static_cast<char>('a' + random() % 2);
        return made;
    };
    for (int round = 0; round < 20'000; ++round) {
        const std::string before = text(round % 2 == 0 ? 12 : 200);
        std::string after = text(40);
        if (round % 3 == 0) after = before.substr(before.size() / 3) + after + before;
        ASSERT_EQ(patched(before, delta_between(before, after)), after) << before;
    }
}

}  // namespace
}  // namespace sluice::state
