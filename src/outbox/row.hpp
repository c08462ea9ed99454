#pragma once

#include <sluice/event.hpp>

#include "base/ids.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>

namespace sluice::outbox {

/// A share of the subjects: what one relay leases at a time.
using Slot = StrongId<struct SlotTag, std::uint16_t>;
/// Which of a database's sources an event is of: 1, 2, 3 …, one more after each restore.
using Epoch = StrongId<struct EpochTag, std::uint32_t>;

/// Where numbers are counted: order holds within it, and nowhere else.
struct Line {
    std::string domain;
    std::string subject;

    auto operator<=>(const Line&) const = default;
};

/// An event's place in its line.
struct Place {
    Epoch epoch;
    SourceNumber number;

    auto operator<=>(const Place&) const = default;
};

struct RowKey {
    Slot slot;
    Line line;
    Place place;

    auto operator<=>(const RowKey&) const = default;
};

/// A committed event that nobody has acknowledged yet.
struct Row {
    RowKey key;
    Event event;
    std::size_t bytes{};  ///< of the event, about
};

}  // namespace sluice::outbox
