#include "daemon/verbs/imported_event.hpp"

#include "base/big_endian.hpp"
#include "daemon/render/json.hpp"
#include "daemon/verbs/edited_event.hpp"
#include "event/kafka.hpp"
#include "event/text.hpp"
#include "event/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr std::size_t kReasonBytesMax = 500;

/// What a dead letter says of itself, in Kafka Connect's words and in Spring's.
struct DeadLetterHeaders {
    std::string_view topic;
    std::string_view partition;
    std::string_view offset;
    std::string_view reason;
};

constexpr std::array kDialects{
    DeadLetterHeaders{
        "__connect.errors.topic",
        "__connect.errors.partition",
        "__connect.errors.offset",
        "__connect.errors.exception.message"},
    DeadLetterHeaders{
        "kafka_dlt-original-topic",
        "kafka_dlt-original-partition",
        "kafka_dlt-original-offset",
        "kafka_dlt-exception-message"},
};

/// Where a record was first, and why it died there.
struct FirstPlace {
    std::string topic;
    std::string partition;
    std::string offset;
    std::string reason;
};

Error invalid(std::string what) {
    return Error{ErrorCode::kInvalidEvent, std::move(what)};
}

/// Spring writes numbers as big-endian bytes, Connect as digits.
std::string number_text(std::string_view value) {
    const bool digits = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
        return c >= '0' && c <= '9';
    });
    if (digits || (value.size() != 4 && value.size() != 8)) return std::string{value};
    return fmt::to_string(get_big_endian(value));
}

/// One line of text that an attribute may hold.
std::string attribute_text(std::string_view text) {
    std::string line{text.substr(0, kReasonBytesMax)};
    while (!event::is_utf8(line)) line.pop_back();  // cut within a letter, or no text at all
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    }
    return line;
}

std::string member_text(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end() || found->is_null()) return {};
    return found->is_string() ? found->get<std::string>() : to_text(*found);
}

Record record_of(const Json& json) {
    Record record;
    if (const auto key = json.find("key"); key != json.end() && key->is_string()) {
        record.key = key->get<std::string>();
    }
    if (const auto value = json.find("payload"); value != json.end() && !value->is_null()) {
        record.value = value->is_string() ? value->get<std::string>() : to_text(*value);
    }
    if (const auto time = json.find("ts"); time != json.end() && time->is_number_integer()) {
        record.time = Instant{time->get<std::int64_t>()};
    }
    const Json headers = json.value("headers", Json::array());
    for (std::size_t at = 0; headers.is_array() && at + 1 < headers.size(); at += 2) {
        if (!headers[at].is_string() || !headers[at + 1].is_string()) continue;
        record.headers.push_back(
            {headers[at].get_ref<const std::string&>(),
             headers[at + 1].get_ref<const std::string&>()}
        );
    }
    return record;
}

FirstPlace first_place(const Record& record, const Json& json) {
    for (const DeadLetterHeaders& one : kDialects) {
        const auto topic = record.header(one.topic);
        if (!topic) continue;
        return {
            std::string{*topic},
            number_text(record.header(one.partition).value_or("")),
            number_text(record.header(one.offset).value_or("")),
            attribute_text(record.header(one.reason).value_or(""))};
    }
    return {
        member_text(json, "topic"),
        member_text(json, "partition"),
        member_text(json, "offset"),
        {}};
}

/// A record without an event: its key is the subject, its value the data.
Result<Event> plain_event(
    const Record& record, const FirstPlace& first, const ImportOptions& options
) {
    if (!record.key || record.key->empty()) {
        return invalid("no CloudEvent, and no key that could be its subject");
    }
    Event event;
    event.id = fmt::format("{}/{}/{}", first.topic, first.partition, first.offset);
    event.source = "/" + first.topic;
    event.type = options.type.empty() ? first.topic : options.type;
    event.subject = *record.key;
    event.time = to_rfc3339(record.time);
    event.data = record.value;
    const bool is_json = record.value && Json::accept(*record.value);
    event.datacontenttype = is_json ? "application/json" : "application/octet-stream";
    return event;
}

/// The event under its new name.
Event as_new(Event event, const ImportOptions& options, const std::string& reason) {
    event.extensions["importedfrom"] = fmt::format("{} {}", event.source, event.id);
    if (!reason.empty()) event.extensions["importedreason"] = reason;
    event.extensions.erase(std::string{extension::kSourceSequence});
    event.source = options.source.empty() ? "/imports" + event.source : options.source;
    return event;
}

Result<Event> event_of_line(
    std::string_view line, const ImportOptions& options, const event::EventLimits& limits
) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) return invalid("no JSON object");
    if (json.contains("specversion")) {
        auto event = parse_edited(std::string{line}, limits);
        if (!event) return event.error();
        return as_new(std::move(event).value(), options, {});
    }
    if (!json.contains("payload")) {
        return invalid("neither a CloudEvent (`specversion`) nor a record of kcat -J (`payload`)");
    }
    const Record record = record_of(json);
    const FirstPlace first = first_place(record, json);
    auto event = event::mode_of(record) == event::ContentMode::kNone
                     ? plain_event(record, first, options)
                     : event::from_record(record, limits);
    if (!event) return event.error();
    return as_new(std::move(event).value(), options, first.reason);
}

}  // namespace

Result<Event> imported_event(
    std::string_view line, const ImportOptions& options, const event::EventLimits& limits
) {
    auto event = event_of_line(line, options, limits);
    if (!event) return event.error();
    if (const Status valid = event::validate(*event, limits); !valid) return valid.error();
    return event;
}

}  // namespace sluice::daemon
