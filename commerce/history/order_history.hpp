#pragma once

#include <sluice/event.hpp>

#include <cstdint>
#include <string>

namespace sluice::commerce {

/// The newest version of `order.placed`, which docs/commerce/events.md describes.
inline constexpr std::uint32_t kNewestPlaced = 6;

/// The contract of the orders as if `order.placed` had come to be what it is in six versions, each
/// of which is lifted to the next and lowered to the one before.
[[nodiscard]] std::string order_contract_with_history();

/// An `order.placed` as its producer would have published it when that version was the newest; all
/// else as it is. What a version did not record is not there.
[[nodiscard]] Event as_published_then(Event newest, std::uint32_t version);

}  // namespace sluice::commerce
