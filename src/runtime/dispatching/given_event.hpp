#pragma once

#include "base/ids.hpp"
#include "log/log.hpp"
#include "runtime/domain/domain_plan.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::runtime {

/// On a record that tells no subject: the one that it stands for (GivenPlaces::stand_in).
inline constexpr std::string_view kStandInHeader = "sluice-standin";

/// A record of a topic that somebody else has put in order, as an event of an ordered topic.
struct GivenEvent {
    bool is_event{false};  ///< false: nothing of this domain (a tombstone, another's type)
    /// In binary mode where it can be read, with the headers that Sluice adds. Its key is the
    /// subject, or what it was if it tells none.
    Record record;
    std::string subject;
    Position position;
    std::string invalid;  ///< why it is dead for whoever wants it; also in the record
};

/// The position of what lies there, where nothing else tells it: offset 42 in epoch 3 is
/// 3,000,000,000,000,042. It rises within a partition, and each epoch is above the one before.
[[nodiscard]] Position position_at(std::uint32_t epoch, Offset offset);

/// Pure. What cannot be read is dead in its subject's place, if the key tells that; else it stands
/// for itself.
[[nodiscard]] GivenEvent read_given(
    const DomainPlan& plan, PartitionId partition, log::StoredRecord stored
);

}  // namespace sluice::runtime
