#pragma once

#include <array>
#include <string_view>

/// Columns of the additions' files, in their order. Internal to reader and writer.
namespace sluice::commerce {

inline constexpr std::array<std::string_view, 6> kAddedOrderColumns{
    "order_id", "member_id", "coupon", "platform_discount", "seller_discount", "points_used"};

inline constexpr std::array<std::string_view, 8> kAddedItemColumns{
    "order_id",
    "order_item_id",
    "line",
    "unit",
    "seller_id",
    "tax_code",
    "tax_bp",
    "commission_bp"};

inline constexpr std::array<std::string_view, 16> kActColumns{
    "order_id",
    "source",
    "seq",
    "type",
    "at",
    "happened",
    "depends_on",
    "parcel",
    "seller_id",
    "reason",
    "fault",
    "fee",
    "refund_of",
    "review_id",
    "score",
    "created"};

inline constexpr std::array<std::string_view, 5> kActUnitColumns{
    "order_id", "source", "seq", "line", "unit"};

}  // namespace sluice::commerce
