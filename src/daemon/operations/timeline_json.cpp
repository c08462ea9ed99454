#include "daemon/operations/timeline_json.hpp"

#include "daemon/render/table.hpp"
#include "daemon/render/wording.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::daemon {

namespace {

Json entry_json(const runtime::TimelineEntry& entry) {
    Json json{
        {"at", to_rfc3339(entry.at)},
        {"domain", entry.domain},
        {"what", entry.what},
        {"text", entry.text},
        {"topic", entry.topic},
        {"partition", entry.partition.value},
        {"offset", entry.offset.value}};
    if (entry.position) json["position"] = entry.position->value;
    if (!entry.subscription.empty()) json["subscription"] = entry.subscription;
    if (!entry.by.empty()) json["by"] = entry.by;
    return json;
}

std::string where(const Json& entry) {
    return fmt::format(
        "{}/{} at {}",
        text_of(entry, "topic"),
        text_of(entry, "partition"),
        text_of(entry, "offset")
    );
}

}  // namespace

Json timeline_json(std::string_view subject, const runtime::Timeline& timeline) {
    Json entries = Json::array();
    for (const auto& entry : timeline.entries) entries.push_back(entry_json(entry));
    Json standings = Json::array();
    for (const auto& one : timeline.standings) {
        standings.push_back(
            {{"domain", one.domain},
             {"subscription", one.subscription},
             {"handled", one.handled.value},
             {"state", one.state}}
        );
    }
    return Json{
        {"subject", subject},
        {"entries", std::move(entries)},
        {"standings", std::move(standings)},
        {"not_yet", timeline.not_yet},
        {"more", timeline.more}};
}

std::string render_timeline(const Json& timeline) {
    Table table{{"time", "what", ">position", "by", "subscription", "where", "text"}};
    for (const Json& entry : timeline.value("entries", Json::array())) {
        table.add(
            {text_of(entry, "at"),
             text_of(entry, "what"),
             text_of(entry, "position"),
             text_of(entry, "by"),
             text_of(entry, "subscription"),
             where(entry),
             text_of(entry, "text")}
        );
    }
    std::string text = table.text();
    for (const Json& one : timeline.value("standings", Json::array())) {
        text += fmt::format(
            "{} in {}: handled up to position {}; {}\n",
            printable(text_of(one, "subscription")),
            printable(text_of(one, "domain")),
            number_of(one, "handled"),
            printable(text_of(one, "state"))
        );
    }
    if (timeline.value("more", false)) text += "older records are left out: --limit shows more\n";
    if (const std::int64_t left = number_of(timeline, "not_yet"); left > 0) {
        text += fmt::format("{} of its homes not in the trails yet\n", counted(left, "record"));
    }
    return text;
}

}  // namespace sluice::daemon
