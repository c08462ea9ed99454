#pragma once

#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "event/record.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sluice::sequence {

/// Hash of "an event of this type has happened to the subject", or of "… with this value at this
/// pointer" (`same: /parcelId`). What is remembered of a released event so that rules can ask for
/// it.
using Mark = std::uint64_t;

[[nodiscard]] Mark mark_of(std::string_view type);
[[nodiscard]] Mark mark_of(std::string_view type, std::string_view pointer, std::string_view value);

/// By stamp: `source` must have been released up to `number`. (By sequence is the same need on the
/// event's own source, which the sequencer adds itself.)
struct NeedNumber {
    std::string source;
    SourceNumber number;

    bool operator==(const NeedNumber&) const = default;
};

/// By rule: one of the marks must have been released. `if_seen`: only if an event that carries one
/// of them is here, waiting; otherwise it is not known to be coming, and the need is met.
struct NeedMark {
    std::vector<Mark> any_of;  ///< empty: nothing is asked
    std::string wanted;  ///< for people: "order.placed", "delivery.dispatched with the same …"
    bool if_seen{false};

    bool operator==(const NeedMark&) const = default;
};

using Need = std::variant<NeedNumber, NeedMark>;

inline constexpr SourceNumber kHighestNumber{std::numeric_limits<std::uint64_t>::max()};

/// Where an event was read.
struct Origin {
    std::string channel;
    PartitionId partition;
    Offset offset;

    bool operator==(const Origin&) const = default;
};

/// An event at the sequencer's door: what the sequencer looks at, taken from the record by the
/// shell, and the record itself, which it never opens.
struct Arrival {
    std::string subject;
    std::string source;
    std::string id;
    std::string type;
    std::optional<SourceNumber> number;  ///< `sourcesequence`, from 1
    std::uint64_t content_hash{};  ///< of id, type and data: tells a duplicate from a conflict
    std::vector<Need> needs;       ///< by stamp and by rule
    std::vector<Mark> marks;       ///< what its release makes known
    bool ordered_by_rule{false};   ///< its channel's order does not bind it
    bool closes{false};            ///< its release closes the subject
    std::string invalid;           ///< why it breaks its contract; empty: it does not
    Origin origin;
    Record record;

    bool operator==(const Arrival&) const = default;

    /// Its channel's order holds it back: nothing else orders it.
    [[nodiscard]] bool bound_by_channel() const { return !number.has_value() && !ordered_by_rule; }

    /// What it costs to keep: the record and the texts.
    [[nodiscard]] std::size_t size_bytes() const;
};

/// Ids are unique per source (CloudEvents 1.0.2, "id").
[[nodiscard]] std::uint64_t id_hash(const Arrival& arrival);

}  // namespace sluice::sequence
