#include "daemon/api/remote.hpp"

#include "daemon/api/answers.hpp"
#include "daemon/api/record_page.hpp"
#include "daemon/api/state_route.hpp"
#include "event/json.hpp"
#include "http/path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::daemon {

namespace {

http::Request get_request(std::string path) {
    http::Request request;
    request.method = "GET";
    request.path = std::move(path);
    return request;
}

http::Request post_request(std::string path, std::string json) {
    http::Request request;
    request.method = "POST";
    request.path = std::move(path);
    request.content_type = "application/json";
    request.body = std::move(json);
    return request;
}

}  // namespace

void Remote::sign(http::Request& request) const {
    if (!token_.empty()) request.headers.emplace("Authorization", "Bearer " + token_);
}

Result<http::Response> Remote::send(http::Request request) const {
    sign(request);
    return client_.send(request);
}

Result<Json> Remote::get(http::Request request) const {
    const auto response = send(request);
    if (!response) return response.error();
    Json json = Json::parse(response.value().body, nullptr, false);
    if (json.is_object()) return json;
    return Error{
        ErrorCode::kUnavailable,
        fmt::format("what answers {} is no Sluice daemon of this version", request.path)};
}

bool Remote::answers() const {
    constexpr int kUnauthorized = 401;
    const auto asked = client_.exchange(get_request("/v1/version"));
    if (asked && asked.value().status == kUnauthorized) return true;
    const auto version = get(get_request("/v1/version"));
    return version && version.value().contains("version");
}

Result<Json> Remote::status() const {
    return get(get_request("/v1/status"));
}

Result<Json> Remote::stuck(
    std::string_view cursor, std::size_t limit, const runtime::StuckFilter& filter
) const {
    http::Request request = get_request("/v1/stuck");
    if (!cursor.empty()) request.query["cursor"] = cursor;
    request.query["limit"] = fmt::to_string(limit);
    const auto ask = [&](const char* name, const std::string& value) {
        if (!value.empty()) request.query[name] = value;
    };
    ask("domain", filter.domain);
    ask("subscription", filter.subscription);
    ask("cause", filter.cause);
    ask("type", filter.type);
    ask("subject", filter.subject);
    if (filter.before) ask("before", to_rfc3339(*filter.before));
    return get(std::move(request));
}

Result<RecordPage> Remote::show(const ShowQuery& query) const {
    http::Request request =
        get_request("/v1/subjects/" + http::path_segment(query.subject) + "/events");
    if (!query.domain.empty()) request.query["domain"] = query.domain;
    if (!query.subscription.empty()) request.query["subscription"] = query.subscription;
    request.query["limit"] = fmt::to_string(query.limit);
    const auto response = send(request);
    if (!response) return response.error();
    return page_of(response.value().body);
}

Result<Json> Remote::why(std::string_view subject) const {
    return get(get_request("/v1/why/" + http::path_segment(subject)));
}

Result<Json> Remote::trace(std::string_view subject, std::size_t limit) const {
    http::Request request = get_request("/v1/trace/" + http::path_segment(subject));
    request.query["limit"] = fmt::to_string(limit);
    return get(std::move(request));
}

Result<StateReply> Remote::state(const StateQuery& query) const {
    http::Request request = state_request(query);
    sign(request);
    const auto response = client_.exchange(request);
    if (!response) return response.error();
    return state_reply(response.value());
}

Result<Json> Remote::preview(const CommandRequest& request) const {
    http::Request post = post_request("/v1/commands", to_text(command_json(request)));
    post.query["preview"] = "true";
    return get(std::move(post));
}

Result<Json> Remote::command(const CommandRequest& request) {
    return get(post_request("/v1/commands", to_text(command_json(request))));
}

Result<Json> Remote::topics() const {
    return get(get_request("/v1/topics"));
}

Result<TopicEnds> Remote::ends(const std::string& topic, std::optional<std::uint64_t> seen) const {
    http::Request request = get_request("/v1/topics/" + http::path_segment(topic));
    if (seen) request.query["seen"] = fmt::to_string(*seen);
    const auto response = send(request);
    if (!response) return response.error();
    return ends_of(response.value().body);
}

Result<RecordPage> Remote::records(const RecordQuery& query) const {
    constexpr std::size_t kLimitMax = 10'000;
    http::Request request =
        get_request("/v1/topics/" + http::path_segment(query.topic) + "/records");
    request.query["partition"] = fmt::to_string(query.partition.value);
    request.query["from"] = fmt::to_string(query.from.value);
    request.query["limit"] = fmt::to_string(std::clamp(query.limit, std::size_t{1}, kLimitMax));
    if (query.subject) request.query["subject"] = *query.subject;
    const auto response = send(request);
    if (!response) return response.error();
    return page_of(response.value().body);
}

Result<std::vector<Result<Published>>> Remote::publish(std::span<const Event> events) {
    http::Request request;
    request.method = "POST";
    request.path = "/v1/events";
    request.content_type = "application/jsonl";
    for (const Event& event : events) request.body += event::write_json_line(event) + "\n";
    const auto answer = get(std::move(request));
    if (!answer) return answer.error();
    const Json list = answer.value().value("events", Json{});
    if (!list.is_array() || list.size() != events.size()) {
        return Error{ErrorCode::kUnavailable, "the daemon did not answer for every event"};
    }
    std::vector<Result<Published>> answers;
    for (const Json& one : list) answers.push_back(answer_of(one));
    return answers;
}

}  // namespace sluice::daemon
