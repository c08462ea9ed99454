#pragma once

#include <sluice/result.hpp>

#include "project/cesql_node.hpp"

#include <string_view>

namespace sluice::project::cesql {

/// Whether the expression, which stands in `text`, can be a filter: it gives a Boolean, every
/// function is there, and no part fails whatever the event is.
/// Failure: kInvalidArgument with the column, the reason and what to write instead.
[[nodiscard]] Status check_filter(const Node& root, std::string_view text);

}  // namespace sluice::project::cesql
