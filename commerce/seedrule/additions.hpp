#pragma once

#include "commerce/events/payloads.hpp"
#include "commerce/money/days.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What the seed rule adds to raw orders, in memory: the rows of docs/commerce/seed-rule.md,
/// "Files".
namespace sluice::commerce {

/// In the order of the files and of publishing (by name).
enum class Source : std::uint8_t { kDeliveries, kOrders, kReviews };

/// In the order in which acts of one source at one time are numbered.
enum class ActType : std::uint8_t {
    kPlaced,
    kPaid,
    kCancelled,
    kReturned,
    kRefunded,
    kDispatched,
    kCompleted,
    kWritten,
    kComplained,
};

inline constexpr std::size_t kActTypes = 9;

[[nodiscard]] Source source_of(ActType type);

/// "orders", as in files and event ids.
[[nodiscard]] std::string_view to_string(Source source);

/// The event type: "order.placed".
[[nodiscard]] std::string_view to_string(ActType type);

enum class Reason : std::uint8_t { kNone, kMember, kSeller, kPlatform };
enum class Fault : std::uint8_t { kNone, kWish, kSeller };

[[nodiscard]] std::string_view to_string(Reason reason);
[[nodiscard]] std::string_view to_string(Fault fault);

/// One event of domain `order`. What does not apply is 0, kNone or empty.
struct Act {
    ActType type{};
    Reason reason{};
    Fault fault{};
    std::int32_t seq{};         ///< from 1, per order and source
    std::int32_t depends_on{};  ///< a number of the other source
    std::int32_t refund_of{};
    std::int32_t parcel{};  ///< k of the parcel `<order_id>-<k>`
    UtcTime at;
    UtcTime happened;
    std::int64_t fee{};
    std::vector<UnitRef> units;  ///< ascending

    bool operator==(const Act&) const = default;

    [[nodiscard]] Source source() const { return source_of(type); }
};

struct ItemAddition {
    UnitRef ref;
    std::string seller;
    std::string tax_code;
    std::int64_t tax_bp{};
    std::int64_t commission_bp{};

    bool operator==(const ItemAddition&) const = default;
};

struct OrderAdditions {
    std::string member;
    std::string coupon;
    std::int64_t platform_discount{};
    std::int64_t seller_discount{};
    std::int64_t points_used{};
    std::vector<ItemAddition> items;  ///< one per raw item, in the raw order's order
    std::vector<Act>
        acts;  ///< ascending by (source, seq); a review's seq is its place among the raw ones

    bool operator==(const OrderAdditions&) const = default;

    [[nodiscard]] std::int64_t discount() const { return platform_discount + seller_discount; }
};

struct Additions {
    std::uint64_t seed{};
    std::vector<OrderAdditions> orders;  ///< one per raw order, in the raw data's order

    bool operator==(const Additions&) const = default;
};

/// Those of the 200 orders of one member, and of the 10,000 orders of one seller.
inline constexpr std::string_view kHeavyMember = "heavy-member";
inline constexpr std::string_view kHeavySeller = "heavy-seller";

}  // namespace sluice::commerce
