#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace sluice {

/// A number with a meaning of its own: no offset passes for a position.
template <class Tag, class Rep>
struct StrongId {
    Rep value{};

    auto operator<=>(const StrongId&) const = default;

    /// The one after it.
    [[nodiscard]] constexpr StrongId next() const { return StrongId{static_cast<Rep>(value + 1)}; }
};

using Offset =
    StrongId<struct OffsetTag, std::int64_t>;  ///< place of a record in its partition, from 0
using Position = StrongId<struct PositionTag, std::uint64_t>;  ///< place of an event in its
                                                               ///< subject's history, from 1
using SourceNumber =
    StrongId<struct NumberTag, std::uint64_t>;  ///< `sourcesequence`, from 1; 0: none yet
using PartitionId = StrongId<struct PartitionTag, std::uint32_t>;
using HomeId = StrongId<struct HomeTag, std::uint32_t>;  ///< ordered, repartition and waiting
                                                         ///< partition of a subject

}  // namespace sluice

template <class Tag, class Rep>
struct std::hash<sluice::StrongId<Tag, Rep>> {
    std::size_t operator()(const sluice::StrongId<Tag, Rep>& id) const noexcept {
        return std::hash<Rep>{}(id.value);
    }
};
