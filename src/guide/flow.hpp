#pragma once

#include "contract/contract.hpp"
#include "guide/guide.hpp"

#include <span>
#include <string>

namespace sluice::guide {

/// The way of the events as a picture (SVG): topics on the left, Sluice, who gets them on the
/// right. Limits: of each side the first 40 are drawn, and the others counted.
[[nodiscard]] std::string flow_picture(
    const contract::Contract& contract, std::span<const Subscriber> subscribers
);

}  // namespace sluice::guide
