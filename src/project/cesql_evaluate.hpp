#pragma once

#include "project/cesql.hpp"
#include "project/cesql_node.hpp"
#include "project/cesql_value.hpp"

namespace sluice::project::cesql {

/// Section 3. Lifetime: the outcome's text lives as long as node, event and scratch as they are.
[[nodiscard]] Outcome evaluate(const Node& node, const Attributes& event, Scratch& scratch);

}  // namespace sluice::project::cesql
