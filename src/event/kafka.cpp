#include "event/kafka.hpp"

#include "event/attribute.hpp"
#include "event/json.hpp"
#include "event/text.hpp"
#include "event/validate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::event {

namespace {

constexpr std::size_t kHeaderBytesAbout = 384;  // of an event, and of what is added on its way
constexpr std::string_view kStructuredPrefix = "application/cloudevents";
constexpr std::string_view kStructuredJson = "application/cloudevents+json";
constexpr std::string_view kStructuredContentType = "application/cloudevents+json; charset=UTF-8";

bool is_attribute_header(const Header& header) {
    return starts_with_ignoring_case(header.name, kHeaderPrefix);
}

Error invalid(const Header& header, std::string_view why) {
    return Error{ErrorCode::kInvalidEvent, fmt::format("header {}: {}", shown(header.name), why)};
}

Status read_header(Event& event, const Header& header, const EventLimits& limits) {
    const std::string_view name = header.name.substr(kHeaderPrefix.size());
    if (!header.name.starts_with(kHeaderPrefix)) {
        return invalid(header, "names of attributes are written in small letters: 'ce_id'");
    }
    if (name == "specversion") {
        if (header.value == "1.0") return ok();
        return invalid(header, fmt::format("{} is not read, only '1.0'", shown(header.value)));
    }
    if (name.starts_with("data") && name != "dataschema" && is_core_name(name)) {
        return invalid(header, "is no header; 'content-type' and the value say it");
    }
    if (std::string* attribute = core_attribute(event, name); attribute != nullptr) {
        if (header.value.empty())
            return invalid(header, "is empty: leave it out, or give it a value");
        *attribute = header.value;
        return ok();
    }
    if (Status s = validate_extension_name(name, limits); !s)
        return invalid(header, s.error().message);
    event.extensions.insert_or_assign(std::string{name}, std::string{header.value});
    return ok();
}

Result<Event> from_binary(const Record& record, const EventLimits& limits) {
    Event event;
    for (const Header& header : record.headers) {
        if (!is_attribute_header(header)) continue;
        if (Status s = read_header(event, header, limits); !s) return s.error();
    }
    if (!record.header("ce_specversion").has_value()) {
        return Error{
            ErrorCode::kInvalidEvent, "header 'ce_specversion' is missing: it must be '1.0'"};
    }
    if (const auto type = record.header(kContentType); type.has_value())
        event.datacontenttype = *type;
    event.data = record.value;
    if (Status s = validate(event, limits); !s) return s.error();
    return event;
}

Result<Event> from_structured(const Record& record, const EventLimits& limits) {
    const std::string_view type = record.header(kContentType).value();
    const std::string_view rest = type.substr(std::min(kStructuredJson.size(), type.size()));
    const bool whole = rest.empty() || rest.front() == ';' || rest.front() == ' ';
    if (!starts_with_ignoring_case(type, kStructuredJson) || !whole) {
        return Error{
            ErrorCode::kUnsupported,
            fmt::format(
                "header 'content-type': of structured events only {} is read, not {}",
                kStructuredJson,
                shown(type)
            )};
    }
    if (!record.value.has_value()) {
        return Error{ErrorCode::kInvalidEvent, "a structured event without a value"};
    }
    return parse_json(*record.value, limits);
}

}  // namespace

ContentMode mode_of(const Record& record) noexcept {
    if (is_structured(record.header(kContentType).value_or(""))) return ContentMode::kStructured;
    const bool binary =
        std::any_of(record.headers.begin(), record.headers.end(), is_attribute_header);
    return binary ? ContentMode::kBinary : ContentMode::kNone;
}

bool is_structured(std::string_view content_type) noexcept {
    return starts_with_ignoring_case(content_type, kStructuredPrefix);
}

bool is_tombstone(const Record& record) noexcept {
    return !record.value.has_value() && mode_of(record) == ContentMode::kNone;
}

std::string header_name(std::string_view attribute) {
    return std::string{kHeaderPrefix}.append(attribute);
}

Record to_record(const Event& event, std::optional<std::string> key) {
    Record record;
    record.key = std::move(key);
    record.value = event.data;
    record.headers.reserve_bytes(kHeaderBytesAbout);
    std::string whole{kHeaderPrefix};
    const auto add = [&](std::string_view name, std::string_view value) {
        whole.replace(kHeaderPrefix.size(), std::string::npos, name);
        record.headers.push_back({whole, value});
    };
    add("specversion", "1.0");
    add("id", event.id);
    add("source", event.source);
    add("type", event.type);
    if (!event.subject.empty()) add("subject", event.subject);
    if (event.time.has_value()) add("time", *event.time);
    if (event.dataschema.has_value()) add("dataschema", *event.dataschema);
    for (const auto& [name, value] : event.extensions) add(name, value);
    if (event.datacontenttype.has_value()) {
        record.headers.push_back({kContentType, *event.datacontenttype});
    }
    return record;
}

Record to_structured_record(const Event& event, std::optional<std::string> key) {
    Record record;
    record.key = std::move(key);
    record.value = write_json(event);
    record.headers.push_back({kContentType, kStructuredContentType});
    return record;
}

Result<Event> from_record(const Record& record, const EventLimits& limits) {
    switch (mode_of(record)) {
        case ContentMode::kBinary: return from_binary(record, limits);
        case ContentMode::kStructured: return from_structured(record, limits);
        case ContentMode::kNone: break;
    }
    return Error{
        ErrorCode::kInvalidEvent,
        "not a CloudEvents event: it has neither a header 'ce_id' nor the content-type "
        "application/cloudevents+json"};
}

Result<Record> to_binary(Record record, const EventLimits& limits) {
    if (mode_of(record) != ContentMode::kStructured) return record;
    Result<Event> event = from_structured(record, limits);
    if (!event.has_value()) return event.error();
    Record binary = to_record(*event, std::move(record.key));
    binary.time = record.time;
    for (const Header& header : record.headers) {
        const bool of_event = header.name == kContentType || is_attribute_header(header);
        if (!of_event) binary.headers.push_back(header);
    }
    return binary;
}

Record with_header(Record record, std::string_view name, std::string_view value) {
    record.headers.erase_if([&](const Header& header) { return header.name == name; });
    record.headers.push_back({name, value});
    return record;
}

}  // namespace sluice::event
