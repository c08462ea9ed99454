#include "contract/contract.hpp"

#include "event/kafka.hpp"
#include "event/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sluice::contract {

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
    return type.schema->validate(*record.value);
}

}  // namespace sluice::contract
