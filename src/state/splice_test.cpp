#include "state/splice.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sluice::state {
namespace {

TEST(Splice, IsWhatLiesBetweenTheEnds) {
    EXPECT_EQ(splice_between("abcdef", "abXYef"), (Splice{2, 2, "XY"}));
    EXPECT_EQ(splice_between("", "new"), (Splice{0, 0, "new"}));
    EXPECT_EQ(splice_between("old", ""), (Splice{0, 0, ""}));
    EXPECT_EQ(splice_between("same", "same"), (Splice{4, 0, ""}));
    EXPECT_EQ(splice_between("aa", "aaa"), (Splice{2, 0, "a"})) << "no byte stays twice";
    EXPECT_EQ(splice_between("aaa", "aa"), (Splice{2, 0, ""}));
}

TEST(Splice, OfAShorterTextIsRefused) {
    EXPECT_FALSE(spliced("abc", {4, 0, ""}).has_value());
    EXPECT_FALSE(spliced("abc", {2, 2, ""}).has_value());
    EXPECT_FALSE(spliced("abc", {1, static_cast<std::size_t>(-1), ""}).has_value());
    EXPECT_EQ(spliced("abc", {2, 1, "-"}), "ab-c");
}

TEST(Splice, LeadsFromAnyTextToAnyOther) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    const auto text = [&random] {
        std::string made;
        for (std::uint64_t left = random() % 12; left > 0; --left)
            made += static_cast<char>('a' + random() % 2);
        return made;
    };
    for (int round = 0; round < 20'000; ++round) {
        const std::string before = text();
        const std::string after = text();
        const Splice splice = splice_between(before, after);
        ASSERT_LE(splice.head + splice.tail, std::min(before.size(), after.size()));
        ASSERT_EQ(spliced(before, splice), after) << before;
    }
}

}  // namespace
}  // namespace sluice::state
