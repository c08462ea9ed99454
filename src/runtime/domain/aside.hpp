#pragma once

#include "event/record.hpp"
#include "sequence/arrival.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::runtime {

/// Why a record lies in the aside topic: an event, or what became of a command. The words are
/// stored: never change them.
enum class AsideCause : std::uint8_t {
    kUnreadable,     ///< "unreadable": without a subject, or its number cannot be read; it has no
                     ///< place
    kLateNumber,     ///< "late-number": its number had been given up
    kLateClosed,     ///< "late-closed": without a number, after its subject was closed
    kFlooded,        ///< "flooded": too much waited for its subject
    kFloodedSource,  ///< "flooded-source": too much of its source waited, over all subjects
    kDropped,        ///< "dropped": an operator chose so
    kRepaired,       ///< "repaired": the original of an edited copy, which has its place
    kChosen,         ///< "chosen": a command of an operator that was carried out
    kRefused,        ///< "refused": one that did not fit
};

inline constexpr std::string_view kAsideHeader = "sluice-aside";

[[nodiscard]] std::string_view to_string(AsideCause cause);

/// The record with `sluice-aside: <cause>: <detail>` and its origin behind its own headers.
[[nodiscard]] Record to_aside(
    Record record, const sequence::Origin& origin, AsideCause cause, std::string_view detail
);

/// "<word>: <detail>", as `sluice-aside` and the outcome of a command are written.
struct Note {
    std::string_view word;
    std::string_view detail;  ///< empty where there is none
};

/// Views into the text.
[[nodiscard]] Note note_of(std::string_view text);

}  // namespace sluice::runtime
