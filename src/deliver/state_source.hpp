#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::deliver {

/// Where the state of a subject at one of its positions comes from.
/// Threads:  as its owner says.
/// Failure:  of one: why there is no such state, or none that is known; kUnavailable as a whole: not
///           yet, ask again.
class StateSource {
public:
    struct Ask {
        std::string_view subject;
        Position position;
    };

    virtual ~StateSource() = default;

    /// An answer for each, in their order: JSON.
    [[nodiscard]] virtual Result<std::vector<Result<std::string>>> states(std::span<const Ask> all
    ) = 0;
};

}  // namespace sluice::deliver
