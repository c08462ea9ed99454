#include "daemon/api/event_body.hpp"

#include "event/json.hpp"
#include "event/json_cursor.hpp"
#include "event/json_lines.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <sstream>
#include <utility>

namespace sluice::daemon {

namespace {

/// "application/json; charset=utf-8" → "application/json"; letters are compared in lower case.
std::string media_type(std::string_view content_type) {
    std::string type{content_type.substr(0, content_type.find(';'))};
    while (!type.empty() && type.back() == ' ') type.pop_back();
    for (char& letter : type) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return type;
}

EventBody read_one(const std::string& body, const event::EventLimits& limits) {
    EventBody read;
    read.single = true;
    read.events.push_back({std::nullopt, event::parse_json(body, limits)});
    return read;
}

Result<EventBody> read_list(const std::string& body, const event::EventLimits& limits) {
    event::JsonCursor cursor{body, limits.json_depth_max};
    EventBody read;
    cursor.open('[');
    while (cursor.more(']')) {
        if (read.events.size() == limits.batch_events_max) {
            return Error{
                ErrorCode::kTooLarge,
                fmt::format("more than {} events in one request", limits.batch_events_max)};
        }
        const std::string_view one = cursor.raw();
        if (cursor.ok()) read.events.push_back({std::nullopt, event::parse_json(one, limits)});
    }
    cursor.end();
    if (!cursor.ok()) return *cursor.failure();
    return read;
}

EventBody read_lines(const std::string& body, const event::EventLimits& limits) {
    std::istringstream in{body};
    event::JsonLines lines{in, limits};
    EventBody read;
    while (auto line = lines.next()) {
        read.events.push_back({line->number, std::move(line->event)});
    }
    return read;
}

}  // namespace

Result<EventBody> read_event_body(
    std::string_view content_type, const std::string& body, const event::EventLimits& limits
) {
    const std::string type = media_type(content_type);
    const bool is_list = body.find_first_not_of(" \t\r\n") == body.find('[');
    if (type == "application/cloudevents+json") return read_one(body, limits);
    if (type == "application/cloudevents-batch+json") return read_list(body, limits);
    if (type == "application/jsonl") return read_lines(body, limits);
    if (type == "application/json") {
        return is_list ? read_list(body, limits) : Result<EventBody>{read_one(body, limits)};
    }
    return Error{
        ErrorCode::kUnsupported,
        fmt::format(
            "the content type {} is not taken; these are: application/cloudevents+json, "
            "application/cloudevents-batch+json, application/json, application/jsonl",
            event::shown(content_type)
        )};
}

}  // namespace sluice::daemon
