#include "deliver/wanted_types.hpp"

#include <gtest/gtest.h>

namespace sluice::deliver {
namespace {

TEST(WantedTypes, NoneNamedIsAll) {
    EXPECT_TRUE(is_wanted({}, "order.placed"));
    EXPECT_TRUE(is_wanted({}, ""));
}

TEST(WantedTypes, ThoseThatAreNamedAndNoOthers) {
    const WantedTypes types{"order.placed", "order.paid"};
    EXPECT_TRUE(is_wanted(types, "order.placed"));
    EXPECT_TRUE(is_wanted(types, "order.paid"));
    for (const char* other : {"order", "order.place", "order.placed2", "ORDER.PLACED", ""}) {
        EXPECT_FALSE(is_wanted(types, other)) << other;
    }
}

}  // namespace
}  // namespace sluice::deliver
