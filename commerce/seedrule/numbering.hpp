#pragma once

#include "commerce/seedrule/additions.hpp"

#include <vector>

/// Numbers are given last: acts of a source by (time, kind, …), from 1.
namespace sluice::commerce {

/// By (at, placed < paid < cancelled < returned < refunded, refund_of); `refund_of` is renamed
/// along.
void number_orders(std::vector<Act>& orders);

/// By (at, dispatched < completed, parcel).
void number_deliveries(std::vector<Act>& deliveries);

/// Each delivery act has seen the last order act whose time is not after its own.
void stamp_deliveries(std::vector<Act>& deliveries, const std::vector<Act>& orders);

}  // namespace sluice::commerce
