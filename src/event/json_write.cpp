#include "event/base64.hpp"
#include "event/json.hpp"
#include "event/json_cursor.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::event {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::uint32_t kReplacement = 0xFFFD;

/// Deeper data goes as base64, so that what is written can be read back: one event, maybe in a
/// batch.
constexpr std::size_t kSplicedDepthMax = EventLimits{}.json_depth_max - 2;

void append_string(std::string& out, std::string_view text) {
    out.push_back('"');
    while (!text.empty()) {
        const CodePoint next = decode_utf8(text.substr(0, 4));
        if (next.size == 0) {
            append_utf8(out, kReplacement);
        } else if (next.value == '"' || next.value == '\\') {
            out.push_back('\\');
            out.push_back(static_cast<char>(next.value));
        } else if (next.value < 0x20) {
            out += fmt::format("\\u{:04x}", next.value);
        } else {
            out.append(text.substr(0, next.size));
        }
        text.remove_prefix(std::max<std::size_t>(next.size, 1));
    }
    out.push_back('"');
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
    out += out.back() == '{' ? "\"" : ",\"";
    out.append(name);
    out += "\":";
    append_string(out, value);
}

bool can_be_spliced(const std::string& data) {
    const bool surrounded = data.empty() || kBlanks.find(data.front()) != std::string_view::npos ||
                            kBlanks.find(data.back()) != std::string_view::npos;
    return !surrounded && is_json(data, kSplicedDepthMax);
}

/// Text that a person can read; anything else travels as base64.
bool is_plain_text(std::string_view data) {
    while (!data.empty()) {
        const CodePoint next = decode_utf8(data.substr(0, 4));
        const bool blank = next.value == '\n' || next.value == '\r' || next.value == '\t';
        if (next.size == 0 || !(blank || allowed_in_attribute(next.value))) return false;
        data.remove_prefix(next.size);
    }
    return true;
}

void append_data(std::string& out, const Event& event, bool one_line) {
    const bool json =
        !event.datacontenttype.has_value() || is_json_media_type(*event.datacontenttype);
    if (json && can_be_spliced(*event.data)) {
        out += ",\"data\":";
        const std::size_t begin = out.size();
        out += *event.data;
        if (!one_line) return;
        // Within a JSON string a line break is escaped, so each of these stands between tokens.
        const auto from = out.begin() + static_cast<std::ptrdiff_t>(begin);
        std::replace_if(
            from, out.end(), [](char letter) { return letter == '\n' || letter == '\r'; }, ' '
        );
    } else if (!json && is_plain_text(*event.data)) {
        append_member(out, "data", *event.data);
    } else {
        append_member(out, "data_base64", to_base64(*event.data));
    }
}

void append_event(std::string& out, const Event& event, bool one_line) {
    const auto optional = [&](std::string_view name, const std::optional<std::string>& value) {
        if (value.has_value()) append_member(out, name, *value);
    };
    out.push_back('{');
    append_member(out, "specversion", "1.0");
    append_member(out, "id", event.id);
    append_member(out, "source", event.source);
    append_member(out, "type", event.type);
    if (!event.subject.empty()) append_member(out, "subject", event.subject);
    optional("time", event.time);
    optional("datacontenttype", event.datacontenttype);
    optional("dataschema", event.dataschema);
    for (const auto& [name, value] : event.extensions) append_member(out, name, value);
    if (event.data.has_value()) append_data(out, event, one_line);
    out.push_back('}');
}

}  // namespace

std::string write_json(const Event& event) {
    std::string out;
    append_event(out, event, false);
    return out;
}

std::string write_json_line(const Event& event) {
    std::string out;
    append_event(out, event, true);
    return out;
}

std::string write_json_batch(std::span<const Event> events) {
    std::string out{"["};
    for (const Event& event : events) {
        if (out.size() > 1) out.push_back(',');
        append_event(out, event, false);
    }
    out.push_back(']');
    return out;
}

}  // namespace sluice::event
