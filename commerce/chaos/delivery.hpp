#pragma once

#include <cstdint>
#include <type_traits>

namespace sluice::commerce {

/// One event coming out of its channel.
struct Delivery {
    std::uint32_t publication{};  ///< its number in Publications
    bool duplicate{};             ///< sent once more; it has come before
    bool restart{};               ///< the consuming process is to be restarted before this one

    bool operator==(const Delivery&) const = default;
};

static_assert(
    std::is_trivially_copyable_v<Delivery> && sizeof(Delivery) == 8
);  // there are millions

}  // namespace sluice::commerce
