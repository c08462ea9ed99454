#include "daemon/verbs/edited_event.hpp"

#include "event/json.hpp"

#include <array>

namespace sluice::daemon {

namespace {

constexpr std::array kNotOfTheEvent{
    "partition",
    "offset",
    "place",
    "aside",
    "origin",
    "subscription",
    "subjectposition",
    "subjectinvalid",
    "subjectlate",
    "subjectrevision"};

}  // namespace

Result<Event> parse_edited(const std::string& copy, const event::EventLimits& limits) {
    auto event = event::parse_json(copy, limits);
    if (!event) return event.error().at("copy");
    for (const char* name : kNotOfTheEvent) event.value().extensions.erase(name);
    return event;
}

}  // namespace sluice::daemon
