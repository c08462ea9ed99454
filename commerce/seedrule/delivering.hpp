#pragma once

#include "commerce/dataset/raw.hpp"
#include "commerce/events/payloads.hpp"
#include "commerce/seedrule/additions.hpp"
#include "commerce/seedrule/chance.hpp"

#include <vector>

namespace sluice::commerce {

/// The parcels of one order and what comes back of them. Lifetime: borrows all it is given.
class Delivering {
public:
    Delivering(const RawOrder& raw, const OrderPlaced& placed, const Chance& chance)
        : raw_{raw},
          placed_{placed},
          chance_{chance} {}

    /// One parcel per seller with open units: dispatched, and completed if the order was delivered.
    /// `base` is when it was paid (or placed); nothing is dispatched before `not_before`.
    [[nodiscard]] std::vector<Act> parcels(
        const std::vector<UnitRef>& open, UtcTime base, UtcTime not_before
    ) const;

    /// `deliveries` are numbered.
    [[nodiscard]] std::vector<Act> returns(const std::vector<Act>& deliveries) const;

private:
    [[nodiscard]] Act returned(const Act& completed, std::vector<UnitRef> units, UtcTime happened)
        const;
    [[nodiscard]] std::vector<Act> some_returns(const Act& completed) const;
    [[nodiscard]] Act whole_return(const std::vector<Act>& deliveries) const;

    const RawOrder& raw_;
    const OrderPlaced& placed_;
    const Chance& chance_;
};

}  // namespace sluice::commerce
