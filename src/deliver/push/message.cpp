#include "deliver/push/message.hpp"

#include "event/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::deliver::push {

namespace {

constexpr std::string_view kContentTypeName = "Content-Type";

bool stands_for_itself(char c) {
    return c > ' ' && c < '\x7f' && c != '"' && c != '%';
}

bool fits_in_header(std::string_view value) {
    return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c < '\x7f'; });
}

}  // namespace

std::string percent_encoded(std::string_view value) {
    std::string text;
    text.reserve(value.size());
    for (const char c : value) {
        if (stands_for_itself(c)) {
            text.push_back(c);
        } else {
            text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return text;
}

Message binary_message(const Event& event) {
    // A media type is no attribute that could be encoded; with one that fits in no header the event
    // goes as JSON, where it does.
    if (event.datacontenttype && !fits_in_header(*event.datacontenttype)) {
        return structured_message(event);
    }
    Message message;
    const auto add = [&](std::string_view name, std::string_view value) {
        message.headers.emplace_back(fmt::format("ce-{}", name), percent_encoded(value));
    };
    add("specversion", "1.0");
    add("id", event.id);
    add("source", event.source);
    add("type", event.type);
    if (!event.subject.empty()) add("subject", event.subject);
    if (event.time) add("time", *event.time);
    if (event.dataschema) add("dataschema", *event.dataschema);
    for (const auto& [name, value] : event.extensions) add(name, value);
    if (event.datacontenttype) {
        message.headers.emplace_back(kContentTypeName, *event.datacontenttype);
    }
    message.body = event.data.value_or("");
    return message;
}

Message structured_message(const Event& event) {
    return {
        {{std::string{kContentTypeName}, "application/cloudevents+json; charset=UTF-8"}},
        event::write_json(event)};
}

Message batch_message(std::span<const Event> events) {
    return {
        {{std::string{kContentTypeName}, "application/cloudevents-batch+json; charset=UTF-8"}},
        event::write_json_batch(events)};
}

}  // namespace sluice::deliver::push
