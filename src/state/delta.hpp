#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::state {

/// What makes `after` of `before`: pieces of it that stay, and what stands between them.
/// Limits: what differs in the middle is looked through up to `kDeltaMiddleMax` bytes; a larger one
///         is written as it is.
///
///   | from zigzag varint | stay varint | new varint | new bytes | …   from: behind the piece
///   before
[[nodiscard]] std::string delta_between(std::string_view before, std::string_view after);

inline constexpr std::size_t kDeltaMiddleMax = std::size_t{64} << 10;

/// Nothing: it is cut, or of another text.
[[nodiscard]] std::optional<std::string> patched(std::string_view before, std::string_view delta);

}  // namespace sluice::state
