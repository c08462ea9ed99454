#include "store/recently_used.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

namespace sluice::store {
namespace {

TEST(RecentlyUsed, ForgettingMakesRoom) {
    RecentlyUsed<int> kept{2};
    kept.add("a", 1);
    kept.add("b", 2);
    kept.forget("a");
    kept.forget("nobody");
    EXPECT_EQ(kept.make_room(), std::nullopt);
    EXPECT_EQ(kept.find("a"), nullptr);
    EXPECT_EQ(*kept.find("b"), 2);
    kept.add("a", 3);
    EXPECT_EQ(kept.make_room(), 2);
}

/// Against a queue in the order of use.
TEST(RecentlyUsed, ModelTheOneUnusedForLongestGivesWay) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    RecentlyUsed<std::string> kept{5};
    std::deque<std::string> reference;  // the last used first
    for (int round = 0; round < 2'000; ++round) {
        const std::string text(1 + random() % 9, 'x');
        const auto known = std::find(reference.begin(), reference.end(), text);
        if (random() % 10 == 0) {
            kept.forget(text);
            if (known != reference.end()) reference.erase(known);
            continue;
        }
        const std::string* found = kept.find(text);
        ASSERT_EQ(found != nullptr, known != reference.end());
        if (known != reference.end()) {
            ASSERT_EQ(*found, text);
            reference.erase(known);
        } else {
            const auto gone = kept.make_room();
            ASSERT_EQ(gone.has_value(), reference.size() == 5);
            if (gone.has_value()) {
                ASSERT_EQ(*gone, reference.back());
                reference.pop_back();
            }
            kept.add(text, text);
        }
        reference.push_front(text);
        ASSERT_EQ(kept.size(), reference.size());
    }
}

}  // namespace
}  // namespace sluice::store
