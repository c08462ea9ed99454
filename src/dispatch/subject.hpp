#pragma once

#include "dispatch/dispatcher.hpp"
#include "dispatch/fifo.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace sluice::dispatch {

/// Read and not done; its record is the ordered topic's.
struct QueuedEvent {
    Position position;
    Offset offset;
    std::size_t bytes{};
    std::string dead;  ///< dead on arrival, and why; empty: it is to be handled
};

/// In the backlog; its record is a copy.
struct BacklogEvent {
    Position position;
    Offset offset;
    std::uint64_t bytes{};
};

/// A subject with something in flight, or with a line. All others take no memory here.
struct Subject {
    enum class Place : std::uint8_t {
        kNowhere,  ///< nothing to run, or parked
        kReady,
        kTimer,
        kRunning,
    };

    const std::string* name{};  ///< its key in the map of subjects
    Place place{Place::kNowhere};
    bool dirty{false};         ///< listed for the next take_changes
    bool line_written{false};  ///< an earlier take_changes told to write a line
    std::optional<Instant> not_before;
    Fifo<QueuedEvent> queue;  ///< while in_backlog only reused positions
    Fifo<BacklogEvent> backlog;
    std::size_t unwritten{};  ///< at the backlog's end: puts not yet taken
    std::map<Position, std::string> dead_in_backlog;
    std::optional<Line> line;

    [[nodiscard]] bool in_backlog() const { return line.has_value() && line->in_backlog; }

    [[nodiscard]] bool parked() const {
        return line.has_value() && line->state == LineState::kParked;
    }

    /// Nothing of it runs until a person chooses.
    [[nodiscard]] bool stands() const {
        return parked() || (line.has_value() && line->hold.has_value());
    }
};

using Timers = std::multimap<Instant, Subject*>;

}  // namespace sluice::dispatch
