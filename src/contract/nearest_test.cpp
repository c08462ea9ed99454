#include "contract/nearest.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace sluice::contract {
namespace {

TEST(EditDistance, CountsLetters) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("abc", ""), 3U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("polciy", "policy"), 1U);
    EXPECT_EQ(edit_distance("policy", "policy"), 0U);
}

// Never more than the edits that were made, and the same in both directions.
TEST(EditDistance, IsAtMostTheEditsMade) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        std::string word;
        for (std::uint64_t left = random() % 12; left > 0; --left)
            word.push_back("abcd"[random() % 4]);
        std::string other = word;
        const std::size_t edits = random() % 4;
        for (std::size_t edit = 0; edit < edits; ++edit) {
            const std::size_t at = random() % (other.size() + 1);
            if (random() % 2 == 0) {
                other.insert(at, 1, "abcd"[random() % 4]);
            } else if (at < other.size()) {
                other.erase(at, 1);
            }
        }
        ASSERT_LE(edit_distance(word, other), edits) << word << " " << other;
        ASSERT_EQ(edit_distance(word, other), edit_distance(other, word));
        ASSERT_EQ(edit_distance(word, other) == 0, word == other);
    }
}

TEST(DidYouMean, NamesTheNearestOrNothing) {
    constexpr std::array<std::string_view, 3> names{"policy", "wait", "park"};
    EXPECT_EQ(did_you_mean("polcy", names), "; did you mean 'policy'?");
    EXPECT_EQ(did_you_mean("Wait", names), "; did you mean 'wait'?");
    EXPECT_EQ(did_you_mean("something", names), "");
    EXPECT_EQ(did_you_mean("", names), "");
    EXPECT_EQ(did_you_mean("x", {}), "");
}

// A hostile text is not measured letter by letter against each name: that would take minutes.
TEST(DidYouMean, OfAHugeTextNothingIsComparedThatCannotBeNear) {
    const std::string huge(std::size_t{16} << 20, 'p');
    const std::array<std::string_view, 3> names{"policy", "wait", huge};
    EXPECT_EQ(did_you_mean(huge, std::span{names}.first(2)), "");
    EXPECT_EQ(did_you_mean("policy", std::span{names}.last(1)), "");
    EXPECT_EQ(did_you_mean(huge + "p", names), "") << "nor two that are";
}

}  // namespace
}  // namespace sluice::contract
