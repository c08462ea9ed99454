#pragma once

#include "commerce/dataset/raw.hpp"
#include "commerce/events/payloads.hpp"
#include "commerce/seedrule/additions.hpp"
#include "commerce/seedrule/chance.hpp"

#include <vector>

namespace sluice::commerce {

/// The cancellations of one order. Lifetime: borrows all it is given.
class Cancelling {
public:
    Cancelling(const RawOrder& raw, const OrderPlaced& placed, const Chance& chance)
        : raw_{raw},
          placed_{placed},
          chance_{chance} {}

    /// All units, by the seller, some hours after `base` (placed, or paid).
    [[nodiscard]] Act as_recorded(UtcTime base) const;

    /// All units, by the member, while the payment is still on its way.
    [[nodiscard]] Act before_late_payment(UtcTime placed_at) const;

    /// Two or three acts, each an hour after the one before, each with other units; of a two-unit
    /// order of which something is kept, one act.
    [[nodiscard]] std::vector<Act> in_steps(UtcTime base) const;

private:
    [[nodiscard]] std::vector<UnitRef> all_units() const;
    [[nodiscard]] std::vector<UnitRef> shuffled_units() const;

    const RawOrder& raw_;
    const OrderPlaced& placed_;
    const Chance& chance_;
};

/// The units that none of these acts has cancelled.
[[nodiscard]] std::vector<UnitRef> open_units(
    const OrderPlaced& placed, const std::vector<Act>& cancelled
);

}  // namespace sluice::commerce
