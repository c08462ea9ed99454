#pragma once

#include <sluice/time.hpp>

#include "sequence/arrival.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace sluice::sequence {

/// One event that waits, or the newcomer of a conflict. By content too: a choice made on an old
/// view meets no other event than the one that was looked at.
struct EventRef {
    std::string source;
    std::string id;
    std::uint64_t content_hash{};

    bool operator==(const EventRef&) const = default;
};

[[nodiscard]] EventRef ref_of(const Arrival& arrival);

/// What is missing is given up, as policy skip does, but now. `wanted`: the line of `missing()`.
struct SkipMissing {
    std::string wanted;

    bool operator==(const SkipMissing&) const = default;
};

/// An event whose turn it is by number goes now: without the stamps and rules that it waits for, or
/// though it breaks its contract. What it went without stands in front of it as `sluice.gap`.
struct ReleaseNow {
    EventRef event;

    bool operator==(const ReleaseNow&) const = default;
};

/// An event that waits goes aside. If its number is the next one, that is given up.
struct DropWaiting {
    EventRef event;

    bool operator==(const DropWaiting&) const = default;
};

enum class Winner : std::uint8_t {  // stored: never renumber
    kFirst = 1,                     ///< the newcomer goes aside
    kNewcomer = 2,  ///< takes the place of what waits; where that is released, goes to the end
};

struct SettleConflict {
    EventRef newcomer;
    Winner winner{Winner::kFirst};

    bool operator==(const SettleConflict&) const = default;
};

/// An event comes back from aside: into its own place if that is still there (it was flooded), else
/// to the end of the history, as late.
struct TakeBack {
    Arrival event;

    bool operator==(const TakeBack&) const = default;
};

/// This subject starts where it is, as on the first start on cut channels.
struct AdoptSubject {
    bool operator==(const AdoptSubject&) const = default;
};

/// What went aside in a flood is not looked for any more.
struct ClearFlood {
    bool operator==(const ClearFlood&) const = default;
};

/// An edited copy takes the place of an event that waits; the original goes aside. What comes again
/// is compared with the original. The copy has its source, id and number.
struct Repair {
    EventRef event;
    Arrival copy;

    bool operator==(const Repair&) const = default;
};

/// What a person may choose for one subject. Each names what it was chosen about, so that the same
/// choice twice, or one that comes too late, finds nothing and is refused.
using Choice = std::variant<
    SkipMissing,
    ReleaseNow,
    DropWaiting,
    SettleConflict,
    TakeBack,
    AdoptSubject,
    ClearFlood,
    Repair>;

/// A choice as it comes into the core: a record of the subject's repartition partition, ordered
/// among its events, fenced and read once like them (command.hpp).
struct Command {
    std::string subject;
    std::string id;   ///< of this command, for the audit
    std::string by;   ///< who chose
    std::string why;  ///< in their words
    Instant at;
    Choice choice;

    bool operator==(const Command&) const = default;
};

}  // namespace sluice::sequence
