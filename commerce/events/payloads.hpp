#pragma once

#include "commerce/money/days.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The payloads of docs/commerce/events.md, field by field in its order. Integers are 0 or more.
namespace sluice::commerce {

namespace type {
inline constexpr std::string_view kOrderPlaced = "order.placed";
inline constexpr std::string_view kOrderPaid = "order.paid";
inline constexpr std::string_view kOrderCancelled = "order.cancelled";
inline constexpr std::string_view kOrderReturned = "order.returned";
inline constexpr std::string_view kOrderRefunded = "order.refunded";
inline constexpr std::string_view kDeliveryDispatched = "delivery.dispatched";
inline constexpr std::string_view kDeliveryCompleted = "delivery.completed";
inline constexpr std::string_view kReviewWritten = "review.written";
inline constexpr std::string_view kReviewComplained = "review.complained";
inline constexpr std::string_view kDayClosed = "day.closed";
}  // namespace type

/// One piece of an order, `[line, unit]`, both from 1.
struct UnitRef {
    std::int64_t line{};
    std::int64_t unit{};

    auto operator<=>(const UnitRef&) const = default;
};

struct Shipping {
    std::string seller;
    std::int64_t amount{};

    bool operator==(const Shipping&) const = default;
};

/// A unit as frozen at placing.
struct PlacedUnit {
    std::int64_t line{};
    std::int64_t unit{};
    std::string seller;
    std::string product;
    std::int64_t price{};
    std::int64_t platform{};      ///< its share of the discount that the platform bears
    std::int64_t seller_share{};  ///< its share of the discount that the seller bears
    std::int64_t net{};
    std::string tax_code;
    std::int64_t tax_bp{};
    std::int64_t vat{};
    std::int64_t commission_bp{};
    std::int64_t commission{};
    std::int64_t payable{};

    bool operator==(const PlacedUnit&) const = default;

    [[nodiscard]] UnitRef ref() const { return UnitRef{line, unit}; }
};

struct OrderPlaced {
    std::string member;
    std::string currency;
    std::string coupon;
    std::int64_t points_used{};
    std::int64_t platform_discount{};
    std::int64_t seller_discount{};
    std::vector<Shipping> shipping;  ///< ascending by the seller's lowest line
    std::vector<PlacedUnit> units;   ///< ascending by (line, unit)
    std::int64_t due{};

    bool operator==(const OrderPlaced&) const = default;
};

struct Tender {
    std::int64_t number{};
    std::string type;
    std::int64_t amount{};

    bool operator==(const Tender&) const = default;
};

struct OrderPaid {
    std::vector<Tender> tenders;
    std::int64_t card{};
    std::int64_t voucher{};
    std::int64_t captured{};

    bool operator==(const OrderPaid&) const = default;
};

struct OrderCancelled {
    std::vector<UnitRef> units;
    std::string reason;  ///< member, seller, platform

    bool operator==(const OrderCancelled&) const = default;
};

struct OrderReturned {
    std::vector<UnitRef> units;
    std::string fault;  ///< wish, seller
    std::int64_t fee{};
    UtcTime happened;

    bool operator==(const OrderReturned&) const = default;
};

struct OrderRefunded {
    std::int64_t of{};  ///< number of the order event that made it due
    std::int64_t card{};
    std::int64_t voucher{};

    bool operator==(const OrderRefunded&) const = default;
};

struct DeliveryDispatched {
    std::string parcel;
    std::string seller;
    std::vector<UnitRef> units;

    bool operator==(const DeliveryDispatched&) const = default;
};

struct DeliveryCompleted {
    std::string parcel;
    std::string seller;
    std::vector<UnitRef> units;
    UtcTime happened;

    bool operator==(const DeliveryCompleted&) const = default;
};

/// `review.written` and `review.complained`.
struct ReviewGiven {
    std::string review;
    std::int64_t score{};  ///< 1 to 5
    UtcTime created;

    bool operator==(const ReviewGiven&) const = default;
};

struct TypeCount {
    std::string type;
    std::int64_t count{};

    bool operator==(const TypeCount&) const = default;
};

struct DayClosed {
    Day day;
    std::vector<TypeCount> published;  ///< one member each, in this order

    bool operator==(const DayClosed&) const = default;
};

}  // namespace sluice::commerce
