#include "daemon/api/answers.hpp"

#include "http/message.hpp"

#include <string>

namespace sluice::daemon {

Json answer_json(const Result<Published>& answer) {
    if (!answer) {
        return Json{
            {"accepted", false},
            {"code", to_string(answer.error().code)},
            {"detail", answer.error().message}};
    }
    const Published& at = answer.value();
    return Json{
        {"accepted", true},
        {"topic", at.topic},
        {"partition", at.partition.value},
        {"offset", at.offset.value}};
}

Result<Published> answer_of(const Json& json) {
    const Error strange{ErrorCode::kUnavailable, "the daemon's answer is none: " + to_text(json)};
    if (!json.is_object() || !json.value("accepted", Json{}).is_boolean()) return strange;
    if (!json["accepted"].get<bool>()) {
        if (!json.value("code", Json{}).is_string() || !json.value("detail", Json{}).is_string()) {
            return strange;
        }
        return http::error_of({200, "application/json", to_text(json)});
    }
    const Json topic = json.value("topic", Json{});
    const Json partition = json.value("partition", Json{});
    const Json offset = json.value("offset", Json{});
    if (!topic.is_string() || !partition.is_number_unsigned() || !offset.is_number_integer()) {
        return strange;
    }
    return Published{
        topic.get<std::string>(),
        PartitionId{partition.get<std::uint32_t>()},
        Offset{offset.get<std::int64_t>()}};
}

}  // namespace sluice::daemon
