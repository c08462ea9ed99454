#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "event/record.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace sluice::dispatch {

// What a person may choose about a subscription. Each choice about a backlog names its head, so
// that one that was made on an old view, or a second time, finds another head and is refused.

/// A parked subject goes again from its head, in order, until its backlog is empty or an event
/// fails: then it parks at once. A hole at its head is accepted.
struct Redrive {
    Position head;
    Instant not_before;

    bool operator==(const Redrive&) const = default;
};

/// The head of a backlog is done without being handled, for good; what is behind it goes on.
struct SkipHead {
    Position head;

    bool operator==(const SkipHead&) const = default;
};

/// A copy takes the place of a parked subject's head. The subject stays parked.
struct EditHead {
    Position head;
    Record copy;

    bool operator==(const EditHead&) const = default;
};

/// Whether a parked subject's events would be handled; nothing changes.
struct TryOut {
    Position head;

    bool operator==(const TryOut&) const = default;
};

/// Nothing of the subject is handled; its events queue in its backlog.
struct PauseSubject {
    bool operator==(const PauseSubject&) const = default;
};

struct ResumeSubject {
    bool operator==(const ResumeSubject&) const = default;
};

/// The subscription stands still on this home, and reads no further.
struct PauseAll {
    bool operator==(const PauseAll&) const = default;
};

struct ResumeAll {
    bool operator==(const ResumeAll&) const = default;
};

using Act = std::
    variant<Redrive, SkipHead, EditHead, TryOut, PauseSubject, ResumeSubject, PauseAll, ResumeAll>;

/// A choice as it comes to a dispatcher: a record of the home's command partition.
struct Command {
    std::string subscription;
    std::string subject;  ///< empty: PauseAll, ResumeAll
    std::string id;       ///< of this command, for the audit
    std::string by;       ///< who chose
    std::string why;      ///< in their words
    Instant at;
    Act act;

    bool operator==(const Command&) const = default;
};

struct Answer {
    bool done{false};
    std::string text;  ///< how it stood and stands, or why it was refused; one line

    bool operator==(const Answer&) const = default;
};

/// A command as it lies in a command partition: docs/formats/command-record.md.
[[nodiscard]] Record to_record(const Command& command);

/// kCorrupt when the record is none, or damaged. Names what is off.
[[nodiscard]] Result<Command> command_of(const Record& record);

[[nodiscard]] std::string_view verb_of(const Act& act);

}  // namespace sluice::dispatch
