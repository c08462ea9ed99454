#include "contract/contract.hpp"

#include "event/kafka.hpp"
#include "event/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sluice::contract {

namespace {

constexpr std::string_view kDataSchema = "ce_dataschema";

}  // namespace

std::string Rule::text() const {
    std::string text = fmt::format("{}", fmt::join(types, " or "));
    if (same.has_value()) text += fmt::format(" with the same {}", same->text());
    return text;
}

const Channel* Contract::channel_of(std::string_view topic) const {
    const auto found = std::find_if(channels.begin(), channels.end(), [&](const Channel& channel) {
        return channel.topic == topic;
    });
    return found == channels.end() ? nullptr : &*found;
}

const MessageType* Contract::type(std::string_view name) const {
    const auto found = types.find(name);
    return found == types.end() ? nullptr : &found->second;
}

const Version* MessageType::version(std::uint32_t number) const {
    const auto found = std::find_if(versions.begin(), versions.end(), [&](const Version& one) {
        return one.number == number;
    });
    return found == versions.end() ? nullptr : &*found;
}

Result<const Version*> MessageType::version_of(std::optional<std::string_view> dataschema) const {
    const auto found = std::find_if(versions.begin(), versions.end(), [&](const Version& one) {
        return one.dataschema == dataschema.value_or("");
    });
    if (found != versions.end()) return &*found;
    std::vector<std::string> known;
    for (const Version& one : versions) {
        known.push_back(one.dataschema.empty() ? "none" : event::shown(one.dataschema));
    }
    return Error{
        ErrorCode::kInvalidEvent,
        fmt::format(
            "dataschema: {} is no version of {}; there are: {}",
            dataschema ? event::shown(*dataschema) : "none",
            name,
            fmt::join(known, ", ")
        )};
}

Status validate_data(const MessageType& type, const Record& record) {
    if (type.schema == nullptr) return ok();
    const auto content_type = record.header(event::kContentType);
    if (content_type.has_value() && !event::is_json_media_type(*content_type)) {
        return Error{
            ErrorCode::kInvalidEvent,
            fmt::format(
                "data: content type {}, and {} has a JSON Schema",
                event::shown(*content_type),
                type.name
            )};
    }
    if (!record.value.has_value()) {
        return Error{
            ErrorCode::kInvalidEvent,
            fmt::format("data: none, and {} has a JSON Schema", type.name)};
    }
    if (type.versions.empty()) return type.schema->validate(*record.value);
    const auto version = type.version_of(record.header(kDataSchema));
    if (!version) return version.error();
    return version.value()->schema->validate(*record.value);
}

}  // namespace sluice::contract
