#include "commerce/seedrule/summary.hpp"

#include "commerce/generate/sample.hpp"

#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

Summary enough() {
    Summary sum;
    sum.orders = 10'000;
    sum.orders_with_items = 9'900;
    sum.large_orders = 230;
    sum.large_orders_stepwise = 23;
    sum.discounted_orders = 2'475;
    sum.platform_discounts = 495;
    sum.seller_discounts = 495;
    sum.shared_discounts = 495;
    sum.returns_after_payout = 10;
    sum.payments_after_cancellation = 10;
    sum.zero_orders = 1;
    sum.heavy_member_orders = 200;
    sum.heavy_seller_orders = 1'250;
    return sum;
}

TEST(Floors, AtTheFloorIsEnough) {
    EXPECT_TRUE(check_floors(enough()).has_value());
}

TEST(Floors, EachOneCountsByItself) {
    for (std::int64_t Summary::*const key :
         {&Summary::large_orders_stepwise,
          &Summary::discounted_orders,
          &Summary::platform_discounts,
          &Summary::seller_discounts,
          &Summary::shared_discounts,
          &Summary::returns_after_payout,
          &Summary::payments_after_cancellation,
          &Summary::zero_orders,
          &Summary::heavy_member_orders,
          &Summary::heavy_seller_orders}) {
        Summary sum = enough();
        sum.*key -= 1;
        EXPECT_FALSE(check_floors(sum).has_value());
    }
}

TEST(Floors, TheErrorNamesAllThatIsTooLittle) {
    Summary sum = enough();
    sum.large_orders_stepwise = 22;
    sum.zero_orders = 0;
    const Status status = check_floors(sum);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(
        status.error().message,
        "too few hard cases in these orders: stepwise_share is 22 of 230, at least 10 % needed; "
        "zero_orders is 0, at least 1 needed"
    );
}

TEST(Floors, SharesOfFewOrdersAreNotAskedFor) {
    Summary sum;
    sum.orders = 999;
    sum.large_orders = 20;
    sum.orders_with_items = 990;
    sum.zero_orders = 1;
    sum.heavy_member_orders = 49;
    sum.heavy_seller_orders = 124;
    EXPECT_TRUE(check_floors(sum).has_value());
}

TEST(Summary, CountsWhatWasAddedAndIsOneJsonObject) {
    const test::Sample sample = test::sample(300, 1);
    const Summary sum = summarize(sample.raw, sample.additions);
    EXPECT_EQ(sum.orders, 300);
    EXPECT_EQ(sum.heavy_member_orders, 15);
    EXPECT_EQ(sum.heavy_seller_orders, 37);
    EXPECT_EQ(
        sum.platform_discounts + sum.seller_discounts + sum.shared_discounts, sum.discounted_orders
    );
    const std::string json = to_json(enough());
    EXPECT_NE(json.find("\"stepwise_share\": 0.1000,"), std::string::npos);
    EXPECT_NE(json.find("\"heavy_seller_orders\": 1250\n}"), std::string::npos);
}

}  // namespace
}  // namespace sluice::commerce
