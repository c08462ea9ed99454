#pragma once

#include <sluice/result.hpp>

#include "commerce/dataset/raw.hpp"
#include "commerce/seedrule/additions.hpp"
#include "commerce/seedrule/chance.hpp"

#include <vector>

namespace sluice::commerce {

struct StoryChoices {
    bool steps{};         ///< cancelled in steps
    bool late_payment{};  ///< cancelled, then paid
};

/// What happens to one order: all its acts, numbered and stamped, ascending by (source, seq).
/// `added` has everything but its acts. Source: docs/commerce/seed-rule.md, "acts.csv".
/// Failure: kInvalidArgument with the order: what was chosen cannot be placed.
[[nodiscard]] Result<std::vector<Act>> tell_story(
    const RawOrder& raw, const OrderAdditions& added, StoryChoices choices, const Chance& chance
);

}  // namespace sluice::commerce
