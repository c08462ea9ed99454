#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

namespace sluice::deliver {

/// The event types that a target is sent; empty: all.
using WantedTypes = std::set<std::string, std::less<>>;

[[nodiscard]] inline bool is_wanted(const WantedTypes& types, std::string_view type) {
    return types.empty() || types.find(type) != types.end();
}

}  // namespace sluice::deliver
