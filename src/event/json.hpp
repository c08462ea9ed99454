#pragma once

#include <sluice/event.hpp>
#include <sluice/result.hpp>

#include "event/limits.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::event {

/// One event of the media type application/cloudevents+json (CloudEvents JSON format 1.0.2).
/// `data` keeps its very bytes when the content type is JSON or absent; a string member of another
/// content type is decoded, and `data_base64` as well. Extensions may be integers and booleans;
/// they become text. A member that is null is absent, except `data` of a JSON content type.
/// Failure: kInvalidEvent names the byte or the attribute, kTooLarge the limit. Names given twice
/// are
///          refused.
[[nodiscard]] Result<Event> parse_json(std::string_view text, const EventLimits& limits);

/// The media type application/cloudevents-batch+json. All or nothing: the error says which event.
[[nodiscard]] Result<std::vector<Event>> parse_json_batch(
    std::string_view text, const EventLimits& limits
);

/// What parse_json reads back, to the byte of the data: JSON data is spliced in as it is, unless
/// blanks surround it or it is no JSON; then, and for what is no text, data_base64 carries it. The
/// event is a valid one; bytes of an attribute that are not UTF-8 are written as U+FFFD.
[[nodiscard]] std::string write_json(const Event& event);

/// The same on one line: line breaks between the tokens of JSON data become blanks. For JSON Lines.
[[nodiscard]] std::string write_json_line(const Event& event);

[[nodiscard]] std::string write_json_batch(std::span<const Event> events);

}  // namespace sluice::event
