#include "commerce/seedrule/chance.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>

namespace sluice::commerce {
namespace {

TEST(Chance, IsFnv1aWithTheFinalizerOfMurmurHash3) {
    // Computed by a separate program from the page's formula.
    EXPECT_EQ(Chance{1}.hash("o1", "zero"), 14287975333361782579ULL);
    EXPECT_EQ(Chance{2}.hash("", "x"), 7670288310988485267ULL);
    EXPECT_EQ(Chance{1}.below("abc", "tax2", 10), 7);
}

TEST(Chance, HappensToItsShareAndDiffersByPurposeAndSeed) {
    int happened = 0;
    int same = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::string order = fmt::format("order-{}", i);
        const bool first = Chance{1}.happens(order, "steps", 3'000);
        happened += first ? 1 : 0;
        same += first && Chance{1}.happens(order, "zero", 3'000) &&
                Chance{2}.happens(order, "steps", 3'000);
    }
    EXPECT_NEAR(happened, 6'000, 300);
    EXPECT_NEAR(same, 540, 120);
}

TEST(Chance, BelowReachesEveryValue) {
    std::array<int, 7> seen{};
    for (int i = 0; i < 700; ++i) {
        const std::int64_t value = Chance{1}.below(fmt::format("{}", i), "p", 7);
        ++seen.at(static_cast<std::size_t>(value));
    }
    for (const int count : seen) EXPECT_GT(count, 50);
}

}  // namespace
}  // namespace sluice::commerce
