#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/bytes.hpp"
#include "event/record.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::event {

// What all records of operators' commands have in common, whatever they are about:
// docs/formats/command-record.md.

inline constexpr std::string_view kCommandType = "sluice.command";    ///< CloudEvents type
inline constexpr std::string_view kCommandHeader = "sluice-command";  ///< the last header

/// Who told what about which subject, and why.
struct CommandFrame {
    std::string subject;  ///< may be empty
    std::string id;       ///< of this command, for the audit
    std::string by;       ///< who chose
    std::string why;      ///< in their words
    Instant at;
};

/// The record of a command: a CloudEvents event about `about`, with `verb` as its last header. What
/// it is about in bytes is the caller's to append to the value.
[[nodiscard]] Record command_record(
    const CommandFrame& frame, std::string_view about, std::string verb
);

/// Of how many commands that were given as one this is one, in front of the verb: whoever finds
/// fewer knows that their sender was cut short.
inline constexpr std::string_view kCommandsHeader = "sluice-commands";

void mark_as_one_of(Record& command, std::size_t count);

/// Told by its last header, which no event on its detour can have: theirs is Sluice's own.
[[nodiscard]] bool is_command(const Record& record);

/// Reads records of commands of one kind, whose name stands in front of every error.
class CommandReader {
public:
    constexpr explicit CommandReader(std::string_view kind) : kind_{kind} {}

    struct Opened {
        CommandFrame frame;
        ByteReader body;  ///< what the caller appended
    };

    /// kCorrupt when the record is none, or damaged. Names what is off. The record outlives what is
    /// opened of it.
    [[nodiscard]] Result<Opened> open(const Record& record) const;

    /// Once the body was read: `known` says that all in it was.
    [[nodiscard]] Status close(const ByteReader& body, bool known) const;

    [[nodiscard]] Error damaged(std::string_view what) const;

private:
    std::string_view kind_;
};

}  // namespace sluice::event
