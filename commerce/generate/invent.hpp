#pragma once

#include "commerce/dataset/raw.hpp"
#include "commerce/generate/draw.hpp"

#include <cstdint>

/// The parts of one invented order, in the order in which they are made.
namespace sluice::commerce {

/// Purchase, approval, hand-over, delivery, estimate, as the order's status has them.
void invent_times(RawOrder& order, Draw& draw);

struct ItemKind {
    bool free_shipping{};
    std::uint64_t seed{};  ///< for sellers' and products' ids
};

void invent_items(RawOrder& order, ItemKind kind, Draw& draw);

/// `exact`: by card, and price + freight to the cent.
void invent_payments(RawOrder& order, bool exact, Draw& draw);

void invent_reviews(RawOrder& order, std::uint64_t seed, std::uint64_t number, Draw& draw);

}  // namespace sluice::commerce
