#pragma once

#include "commerce/orderstate/test_order.hpp"

#include <cstdint>

/// The orders of the ten cases (docs/commerce/cases.md), as they were chosen, before anything is
/// computed.
namespace sluice::commerce::test::cases {

/// Case 1: five lines of three sellers, one discount.
inline PlacingInput five_lines() {
    PlacingInput input = order_of(
        {unit({1, 1}, "S1", 1'990),
         unit({2, 1}, "S2", 3'550),
         unit({3, 1}, "S1", 777),
         unit({4, 1}, "S3", 5'000),
         unit({5, 1}, "S2", 1'235)}
    );
    input.coupon = "C15";
    input.platform_discount = 1'500;
    return input;
}

/// Case 2: three pieces of one line.
inline PlacingInput three_pieces() {
    PlacingInput input =
        order_of({unit({1, 1}, "S", 999), unit({1, 2}, "S", 999), unit({1, 3}, "S", 999)});
    input.platform_discount = 100;
    return input;
}

/// Case 3: platform and seller bear a discount of a few cents.
inline PlacingInput two_bearers() {
    PlacingInput input =
        order_of({unit({1, 1}, "S", 600), unit({2, 1}, "S", 600), unit({3, 1}, "S", 200)});
    input.platform_discount = 10;
    input.seller_discount = 1;
    return input;
}

/// Case 4a with 5,000: a gift among the lines, and a coupon that pays all of it. 4b with 6,000.
inline PlacingInput with_gift(std::int64_t coupon = 5'000) {
    PlacingInput input =
        order_of({unit({1, 1}, "S1", 3'000), unit({2, 1}, "S2", 2'000), unit({3, 1}, "S1", 0)});
    input.coupon = "FREE";
    input.platform_discount = coupon;
    return input;
}

/// Case 4c: a coupon from 50.00 up.
inline PlacingInput with_coupon() {
    PlacingInput input = order_of({unit({1, 1}, "S", 3'000), unit({2, 1}, "S", 3'000)});
    input.coupon = "C10";
    input.platform_discount = 1'000;
    return input;
}

/// Case 5.
inline PlacingInput with_shipping() {
    PlacingInput input = order_of(
        {unit({1, 1}, "S1", 4'000), unit({2, 1}, "S1", 2'500), unit({3, 1}, "S2", 1'800)},
        {{"S1", 300}, {"S2", 250}}
    );
    input.platform_discount = 830;
    return input;
}

/// Case 6a, paid by card 70.00 and voucher 50.00.
inline PlacingInput for_two_tenders() {
    return order_of({unit({1, 1}, "S", 3'000), unit({2, 1}, "S", 6'000), unit({3, 1}, "S", 3'000)});
}

/// Case 6b, of which 102.35 are paid.
inline PlacingInput of_a_hundred() {
    return order_of({unit({1, 1}, "S", 10'000)});
}

/// Case 7a, in won.
inline PlacingInput three_taxed_lines() {
    PlacingInput input = order_of(
        {unit({1, 1}, "S", 1'005, 1'000),
         unit({2, 1}, "S", 1'005, 1'000),
         unit({3, 1}, "S", 1'005, 1'000)}
    );
    input.currency = "KRW";
    return input;
}

/// Case 7b, in won: the second line is exempt.
inline PlacingInput taxed_and_exempt() {
    PlacingInput input = order_of({unit({1, 1}, "S", 11'000, 1'000), unit({2, 1}, "S", 5'500, 0)});
    input.currency = "KRW";
    input.platform_discount = 1'650;
    return input;
}

/// Case 8: two bearers, commission of 12 %.
inline PlacingInput with_commission() {
    PlacingInput input = order_of(
        {unit({1, 1}, "S", 3'333, 0, 1'200),
         unit({1, 2}, "S", 3'333, 0, 1'200),
         unit({1, 3}, "S", 3'333, 0, 1'200)}
    );
    input.platform_discount = 600;
    input.seller_discount = 400;
    return input;
}

/// Case 10: 100.50, of which 40.60 are cancelled.
inline PlacingInput of_two_lines() {
    return order_of({unit({1, 1}, "S", 4'060), unit({2, 1}, "S", 5'990)});
}

/// Case 10b: 80 points are spent on it, before it is paid.
inline PlacingInput with_points() {
    PlacingInput input = order_of({unit({1, 1}, "S", 5'000)});
    input.coupon = "POINTS";
    input.points_used = 80;
    input.platform_discount = 80;
    return input;
}

/// Case 10c: 100.50 remain to pay.
inline PlacingInput with_coupon_of_ten() {
    PlacingInput input = order_of({unit({1, 1}, "S", 11'050)});
    input.coupon = "C10";
    input.platform_discount = 1'000;
    return input;
}

}  // namespace sluice::commerce::test::cases
