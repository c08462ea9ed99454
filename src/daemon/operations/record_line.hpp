#pragma once

#include "base/ids.hpp"
#include "event/limits.hpp"
#include "log/log.hpp"

#include <string>

namespace sluice::daemon {

/// A record as `sluice read --json` and the API show it: one structured CloudEvent on one line,
/// with the extra members `partition` and `offset`, and `aside` (why it lies aside) and `origin`
/// (where it was read) where the record says so. An extension of such a name gives way. A command
/// has `command`, `by`, `reason` and `outcome` besides, and what an edit has replaced `original`. A
/// record without an event shows its key, time, headers and value (or value_base64), and what is
/// wrong as `problem`.
[[nodiscard]] std::string record_line(
    const log::StoredRecord& stored, PartitionId partition, const event::EventLimits& limits
);

}  // namespace sluice::daemon
