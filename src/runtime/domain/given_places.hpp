#pragma once

#include "base/ids.hpp"
#include "contract/contract.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::runtime {

/// Where the subjects of a topic lie that somebody else has put in order: its producers choose the
/// partition by the bytes of the subject. Pure; a value.
struct GivenPlaces {
    std::string topic;
    std::uint32_t partitions{};
    contract::Partitioner partitioner{contract::Partitioner::kMurmur2};
    contract::Encoding key{contract::Encoding::kString};  ///< of the keys, whose texts are subjects

    bool operator==(const GivenPlaces&) const = default;

    /// The record key that its producers give the subject; nothing: none of their keys reads so.
    [[nodiscard]] std::optional<std::string> key_of(std::string_view subject) const;

    /// The partition where all events of the subject lie, and the one of a record that stands for
    /// itself.
    [[nodiscard]] HomeId home_of(std::string_view subject) const;

    /// The subject of a record that tells none: `stock.events/3/1204`. It stands for itself, so
    /// that it holds nobody up.
    [[nodiscard]] std::string stand_in(PartitionId partition, Offset offset) const;

private:
    [[nodiscard]] std::optional<HomeId> home_of_stand_in(std::string_view subject) const;
};

}  // namespace sluice::runtime
