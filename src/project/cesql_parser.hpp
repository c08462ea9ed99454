#pragma once

#include <sluice/result.hpp>

#include "project/cesql_node.hpp"

#include <cstddef>
#include <string_view>

namespace sluice::project::cesql {

inline constexpr std::size_t kTextBytesMax = 4096;
inline constexpr std::size_t kNodesMax = 1000;
inline constexpr std::size_t kDepthMax = 100;  ///< parentheses and unary operators in one another

/// Reads an expression by the grammar of section 2 and the order of operators of section 3.6.
/// Failure: kInvalidArgument, "column 8: a value is due, found ')'"; a function that there is not
///          is no failure yet.
[[nodiscard]] Result<Node> parse(std::string_view text);

/// "column 8: <what>", counted in characters from 1.
[[nodiscard]] Error error_at(std::string_view text, std::size_t byte, std::string_view what);

}  // namespace sluice::project::cesql
