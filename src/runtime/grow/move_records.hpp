#pragma once

#include <sluice/result.hpp>

#include "runtime/domain/domain_plan.hpp"
#include "runtime/grow/growth.hpp"
#include "runtime/grow/move_state.hpp"
#include "runtime/grow/subscriptions_before.hpp"

#include <cstdint>

namespace sluice::runtime {

/// Copies the ordered topic, and what was brought back of it, to its new homes: each record byte
/// for byte, the subjects' in their order, the topic about by the time of release. `done`: what was
/// copied, counted.
[[nodiscard]] Result<OrderedMove> move_ordered(
    const GrowthContext& context,
    const HomesMove& homes,
    const SubscriptionsBefore& subscriptions,
    Growth& done
);

/// What lies aside, to the homes of its subjects; what has no subject stays in the home of that
/// number. Where a choice names a record aside by its place, it then names the new one.
[[nodiscard]] Status move_aside(const GrowthContext& context, const HomesMove& homes, Growth& done);

/// What became of operators' commands, and behind it that the domain was grown.
[[nodiscard]] Status move_audit(
    const GrowthContext& context, const HomesMove& homes, const GrowthOrder& order, Growth& done
);

}  // namespace sluice::runtime
