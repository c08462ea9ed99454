#pragma once

#include <sluice/sql.hpp>

#include "commerce/events/payloads.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace sluice::commerce {

/// What settlement keeps of a unit. It needs no cancellations: a unit that is never delivered is
/// never paid.
enum class SoldState : char { kSent = 's', kDelivered = 'd', kReturned = 'r' };

struct SoldUnit {
    std::string seller;
    std::int64_t payable{};
    std::int64_t commission{};
    SoldState state{SoldState::kSent};
};

struct SellerShipping {
    std::int64_t amount{};
    std::string available_on;  ///< of the seller's delivered item; empty before it
};

/// What settlement keeps of an order.
struct SoldOrder {
    bool known{false};
    std::map<UnitRef, SoldUnit> units;
    std::map<std::string, SellerShipping> shipping;  ///< by seller

    /// A unit of the seller is delivered and not returned.
    [[nodiscard]] bool has_delivered_unit(const std::string& seller) const;
};

/// False if the order is there already.
[[nodiscard]] bool keep_order(Sql& sql, const std::string& order, const OrderPlaced& placed);
[[nodiscard]] SoldOrder load_order(Sql& sql, const std::string& order);
void set_state(Sql& sql, const std::string& order, UnitRef unit, SoldState state);
void set_available(
    Sql& sql, const std::string& order, const std::string& seller, const std::string& day
);

}  // namespace sluice::commerce
