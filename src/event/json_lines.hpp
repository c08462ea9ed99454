#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "event/limits.hpp"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>

namespace sluice::event {

/// One line of a JSON Lines file: the event, or why it is none ("line 7: byte 12: …").
struct JsonLine {
    std::uint64_t number{};  ///< from 1, as editors count
    Result<Event> event;
};

/// Reads one event a line, and goes on after a bad one. Empty lines are passed over, a byte order
/// mark at the front and carriage returns at the ends as well.
/// Threads:  one.
/// Lifetime: the stream outlives it.
/// Failure:  each bad line is an answer; a stream that breaks ends as a file does, and `failed()`
///           tells.
/// Limits:   a line beyond `json_bytes_max()` is kTooLarge and is not held in memory.
class JsonLines {
public:
    JsonLines(std::istream& in, const EventLimits& limits) : in_{in}, limits_{limits} {}

    /// Nothing at the end.
    [[nodiscard]] std::optional<JsonLine> next();

    /// Whether reading ended for another reason than the end.
    [[nodiscard]] bool failed() const;

private:
    [[nodiscard]] bool read_line();

    std::istream& in_;
    EventLimits limits_;
    std::string line_;
    bool too_long_{false};
    std::uint64_t number_{0};
};

}  // namespace sluice::event
