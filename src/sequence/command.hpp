#pragma once

#include <sluice/result.hpp>

#include "event/record.hpp"
#include "sequence/choice.hpp"

#include <string_view>

namespace sluice::sequence {

inline constexpr std::string_view kCommandType = "sluice.command";    ///< CloudEvents type
inline constexpr std::string_view kCommandHeader = "sluice-command";  ///< the last header

/// A command as it lies in the subject's repartition partition: docs/formats/command-record.md.
[[nodiscard]] Record to_record(const Command& command);

/// Told by its last header, which no event on its detour can have: theirs is Sluice's own.
[[nodiscard]] bool is_command(const Record& record);

/// kCorrupt when the record is none, or damaged. Names what is off.
[[nodiscard]] Result<Command> command_of(const Record& record);

}  // namespace sluice::sequence
