#pragma once

#include <sluice/sql.hpp>

#include "commerce/events/payloads.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace sluice::commerce {

/// Some units and what they are worth.
struct Sum {
    std::int64_t units{};
    std::int64_t amount{};

    void add(std::int64_t net) {
        ++units;
        amount += net;
    }

    [[nodiscard]] Sum negative() const { return Sum{units, -amount}; }

    bool operator==(const Sum&) const = default;
};

/// The units that an event names, or why it cannot be (a reason of docs/commerce/events.md).
struct Named {
    std::string dead;
    std::string placed_on;
    Sum sum;
};

/// False if the order is there already.
[[nodiscard]] bool open_order(Sql& sql, const std::string& order, const std::string& placed_on);
void add_unit(Sql& sql, const std::string& order, UnitRef ref, std::int64_t net);

/// The units, open or not.
[[nodiscard]] Named look_up(Sql& sql, const std::string& order, std::span<const UnitRef> units);

/// The units, which were open and are not any more.
[[nodiscard]] Named close_units(Sql& sql, const std::string& order, std::span<const UnitRef> units);

}  // namespace sluice::commerce
