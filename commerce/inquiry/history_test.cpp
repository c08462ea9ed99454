#include "commerce/inquiry/history.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::commerce::inquiry {
namespace {

TEST(History, AViewIsItsText) {
    const std::string text = entry(OrderView{1, 0, 3, 0, 0, 900, 0, 0, 0}) +
                             entry(OrderView{2, 1, 2, 1, 0, 600, 900, 300, -5});
    const auto views = read_views(text);
    ASSERT_EQ(views.size(), 2U);
    EXPECT_EQ(entry(views[0]) + entry(views[1]), text);
    EXPECT_EQ(views[1].claim, 600);
    EXPECT_EQ(views[1].refund_done, -5);
    EXPECT_EQ(read_views(text.substr(0, text.size() - 2)).size(), 1U);
    EXPECT_TRUE(read_views("").empty());
}

TEST(History, TheViewAtANumberIsTheLastNotBeyondIt) {
    const auto views = read_views(
        entry(OrderView{1, 0, 1, 0, 0, 1, 0, 0, 0}) + entry(OrderView{3, 0, 1, 0, 0, 3, 0, 0, 0})
    );
    EXPECT_FALSE(view_at(views, 0).has_value());
    EXPECT_EQ(view_at(views, 1)->claim, 1);
    EXPECT_EQ(view_at(views, 2)->claim, 1);
    EXPECT_EQ(view_at(views, 3)->claim, 3);
    EXPECT_EQ(view_at(views, 9)->claim, 3);
}

TEST(History, StepsAddUpToANumber) {
    const auto steps = read_steps(
        entry(DeliveryStep{1, 2, 0}) + entry(DeliveryStep{2, 0, 2}) + entry(DeliveryStep{3, 1, 0})
    );
    EXPECT_EQ(moved_until(steps, 0).dispatched, 0);
    EXPECT_EQ(moved_until(steps, 1).dispatched, 2);
    EXPECT_EQ(moved_until(steps, 1).delivered, 0);
    EXPECT_EQ(moved_until(steps, 3).dispatched, 3);
    EXPECT_EQ(moved_until(steps, 3).delivered, 2);
    EXPECT_EQ(moved_until(steps, 3).sequence, 3);
}

}  // namespace
}  // namespace sluice::commerce::inquiry
