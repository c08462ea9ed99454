#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "contract/plain.hpp"

namespace sluice::runtime {

/// Puts what the mapping finds behind the record's own headers, so that it is an event; value and
/// headers stay what they are. Pure. kInvalidEvent leaves the record as it was.
[[nodiscard]] Status make_event(
    const contract::PlainRecords& plain,
    const event::EventLimits& limits,
    PartitionId partition,
    Offset offset,
    Record& record
);

}  // namespace sluice::runtime
