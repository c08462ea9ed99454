#pragma once

#include "sequence/sequencer.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace sluice::sequence {

struct IsNew {};

struct IsDuplicate {
    Compared compared{};
};

/// Its number was given up before it came.
struct IsLate {};

struct Contradicts {
    std::string detail;
    bool same_event{false};  ///< same source, id and number: only its content is another
};

using Verdict = std::variant<IsNew, IsDuplicate, IsLate, Contradicts>;

/// Has this event been here before? Looks at what was released as far as it is remembered, at what
/// waits and at the newcomers of conflicts. Changes nothing.
[[nodiscard]] Verdict compare(const Subject& subject, const Arrival& arrival);

/// The same without the newcomers of conflicts.
[[nodiscard]] Verdict compare_in_line(const Subject& subject, const Arrival& arrival);

/// With what was released alone.
[[nodiscard]] Verdict compare_with_history(const SubjectHistory& history, const Arrival& arrival);

/// A stamp that can never be met makes the event invalid at once, and is dropped so that the event
/// takes its place: a source that the domain does not carry (none listed: any), or the event's own
/// number.
void check_stamps(const SequencerOptions& options, Arrival& arrival);

}  // namespace sluice::sequence
