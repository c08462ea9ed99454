#pragma once

#include <sluice/result.hpp>

#include "event/record.hpp"
#include "sequence/choice.hpp"

namespace sluice::sequence {

/// A command as it lies in the subject's repartition partition: docs/formats/command-record.md.
[[nodiscard]] Record to_record(const Command& command);

/// kCorrupt when the record is none, or damaged. Names what is off.
[[nodiscard]] Result<Command> command_of(const Record& record);

}  // namespace sluice::sequence
