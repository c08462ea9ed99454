#include "daemon/api/record_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::daemon {

namespace {

Error strange(std::string_view body) {
    return Error{
        ErrorCode::kUnavailable,
        fmt::format("the daemon's answer cannot be read: {}", body.substr(0, 80))};
}

}  // namespace

std::string records_body(std::span<const std::string> lines, const Cursor& next, bool at_end) {
    std::string body = fmt::format(R"({{"next":"{}","end":{},"records":[)", next.text(), at_end);
    for (const std::string& line : lines) {
        body += &line == lines.data() ? "\n" : ",\n";
        body += line;
    }
    body += "\n]}\n";
    return body;
}

Result<RecordPage> page_of(std::string_view body) {
    constexpr std::string_view kTail = "\n]}\n";
    const std::size_t head_end = body.find('\n');
    if (head_end == std::string_view::npos || !body.ends_with(kTail)) return strange(body);
    const Json head = Json::parse(std::string{body.substr(0, head_end)} + "]}", nullptr, false);
    if (!head.is_object() || !head.value("next", Json{}).is_string() ||
        !head.value("end", Json{}).is_boolean()) {
        return strange(body);
    }
    const auto cursor = Cursor::parse(head["next"].get<std::string>());
    if (!cursor) return strange(body);
    RecordPage page{{}, cursor.value().offset, head["end"].get<bool>()};
    body.remove_suffix(kTail.size());
    body.remove_prefix(std::min(body.size(), head_end + 1));
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('\n'), body.size());
        std::string_view line = body.substr(0, end);
        if (line.ends_with(',')) line.remove_suffix(1);
        page.lines.emplace_back(line);
        body.remove_prefix(std::min(body.size(), end + 1));
    }
    return page;
}

Json ends_json(const std::string& topic, const TopicEnds& ends) {
    Json partitions = Json::array();
    for (const log::Ends& one : ends.partitions) {
        partitions.push_back(
            {{"first", one.first.value},
             {"end", one.committed.value},
             {"high_watermark", one.high_watermark.value}}
        );
    }
    return Json{{"topic", topic}, {"version", ends.version}, {"partitions", std::move(partitions)}};
}

Result<TopicEnds> ends_of(std::string_view body) {
    const Json json = Json::parse(body, nullptr, false);
    if (!json.is_object() || !json.value("version", Json{}).is_number_unsigned() ||
        !json.value("partitions", Json{}).is_array()) {
        return strange(body);
    }
    TopicEnds ends{json["version"].get<std::uint64_t>(), {}};
    for (const Json& one : json["partitions"]) {
        log::Ends of;
        for (const auto& [name, value] :
             {std::pair{"first", &of.first},
              std::pair{"end", &of.committed},
              std::pair{"high_watermark", &of.high_watermark}}) {
            if (!one.is_object() || !one.value(name, Json{}).is_number_integer()) {
                return strange(body);
            }
            value->value = one[name].get<std::int64_t>();
        }
        ends.partitions.push_back(of);
    }
    return ends;
}

}  // namespace sluice::daemon
