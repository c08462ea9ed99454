#include "daemon/operations/record_line.hpp"

#include "daemon/render/json.hpp"
#include "event/base64.hpp"
#include "event/command_frame.hpp"
#include "event/json.hpp"
#include "event/kafka.hpp"
#include "event/text.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/command_desk.hpp"
#include "runtime/domain/origin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

namespace sluice::daemon {

namespace {

/// Behind the last member of an object that is not empty.
void append_place(std::string& line, const log::StoredRecord& stored, PartitionId partition) {
    line.pop_back();
    fmt::format_to(
        std::back_inserter(line),
        R"(,"partition":{},"offset":{}}})",
        partition.value,
        stored.offset.value
    );
}

void append_text(std::string& line, std::string_view member, std::string_view text) {
    line.pop_back();
    fmt::format_to(
        std::back_inserter(line), R"(,"{}":{}}})", member, to_text(Json(std::string{text}))
    );
}

/// Members of what Sluice has put behind a record's own headers.
struct Ours {
    std::string_view header;
    std::string_view member;
};

constexpr std::array kOurs{
    Ours{runtime::kAsideHeader, "aside"},
    Ours{runtime::kOriginHeader, "origin"},
    Ours{event::kCommandHeader, "command"},
    Ours{runtime::kOutcomeHeader, "outcome"},
    Ours{runtime::kOriginalHeader, "original"},
};

/// Who chose, and why: in the value of a command, which is no text.
void append_chooser(std::string& line, const Record& record) {
    Record command = record;  // without what was put behind it when it was decided
    const auto verb =
        std::find_if(command.headers.begin(), command.headers.end(), [](const Header& one) {
            return one.name == event::kCommandHeader;
        });
    if (verb == command.headers.end()) return;
    command.headers.pop_back(
        static_cast<std::size_t>(std::distance(verb, command.headers.end())) - 1
    );
    const auto opened = event::CommandReader{"command"}.open(command);
    if (!opened) return;
    append_text(line, "by", opened.value().frame.by);
    append_text(line, "reason", opened.value().frame.why);
}

std::string line_without_event(const Record& record, const std::string& problem) {
    Json json = Json::object();
    json["time"] = to_rfc3339(record.time);
    if (record.key) json["key"] = *record.key;
    Json headers = Json::object();
    for (const Header& header : record.headers) headers[header.name] = header.value;
    json["headers"] = std::move(headers);
    if (!record.value) {
        json["value"] = nullptr;
    } else if (event::is_utf8(*record.value)) {
        json["value"] = *record.value;
    } else {
        json["value_base64"] = event::to_base64(*record.value);
    }
    json["problem"] = problem;
    return to_text(json);
}

}  // namespace

std::string record_line(
    const log::StoredRecord& stored, PartitionId partition, const event::EventLimits& limits
) {
    const Record& record = stored.record;
    auto event = event::from_record(record, limits);
    if (!event) {
        std::string line = line_without_event(record, event.error().message);
        append_place(line, stored, partition);
        return line;
    }
    for (const char* ours : {"partition", "offset", "aside", "origin"}) {
        event.value().extensions.erase(ours);
    }
    std::string line = event::write_json_line(event.value());
    for (const Ours& one : kOurs) {
        if (const auto text = record.header(one.header)) append_text(line, one.member, *text);
    }
    append_chooser(line, record);
    append_place(line, stored, partition);
    return line;
}

}  // namespace sluice::daemon
