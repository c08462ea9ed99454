#include "daemon/api/publish_route.hpp"

#include "base/hash.hpp"
#include "daemon/api/answers.hpp"
#include "daemon/api/binary_event.hpp"
#include "daemon/api/event_body.hpp"
#include "daemon/api/parameters.hpp"
#include "event/text.hpp"
#include "trace/carrier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::daemon {

using http::Request;
using http::Response;

namespace {

constexpr int kOk = 200;
constexpr int kUnsupportedMediaType = 415;
constexpr int kTooManyRequests = 429;
constexpr std::size_t kKeyBytesMax = 255;

/// What each event is called, and what became of it.
struct Answered {
    std::string id;
    std::string source;
    std::optional<std::uint64_t> line;
    Result<Published> result;
};

Result<EventBody> read_events(const Request& request, const event::EventLimits& limits) {
    if (!is_binary_event(request)) {
        return read_event_body(request.content_type, request.body, limits);
    }
    EventBody body;
    body.single = true;
    body.events.push_back({std::nullopt, read_binary_event(request, limits)});
    return body;
}

/// As a problem, where it was refused (RFC 9457), beside its name.
Json named_answer(const Answered& one) {
    Json json;
    if (!one.id.empty()) json["id"] = one.id;
    if (!one.source.empty()) json["source"] = one.source;
    if (one.result) {
        json.update(answer_json(one.result));
        return json;
    }
    json["accepted"] = false;
    json.update(Json::parse(http::problem(one.result.error()).body));
    return json;
}

/// Of a list of which something was refused: the status of what is worst, since "not now" is to be
/// sent again, whatever else is wrong.
Response partly_refused(const std::vector<Answered>& answered, std::size_t refused, Json answers) {
    const Error* worst = nullptr;
    for (const Answered& one : answered) {
        if (one.result) continue;
        const Error& error = one.result.error();
        if (worst == nullptr || http::status_of(error.code) > http::status_of(worst->code)) {
            worst = &error;
        }
    }
    Response response = http::problem(
        {worst->code,
         fmt::format(
             "{} of {} events were refused; the others are accepted: send only those again that "
             "`events` says were not",
             refused,
             answered.size()
         )},
        http::status_of(worst->code)
    );
    Json body = Json::parse(response.body);
    body["events"] = std::move(answers);
    response.body = to_text(body) + "\n";
    return response;
}

Response answer_of_lines(const std::vector<Answered>& answered) {
    Json answers = Json::array();
    for (const Answered& one : answered) {
        Json json = answer_json(one.result);
        if (one.line) json["line"] = *one.line;
        answers.push_back(std::move(json));
    }
    return {kOk, "application/json", to_text(Json{{"events", std::move(answers)}}) + "\n"};
}

Response answer_of_list(const std::vector<Answered>& answered) {
    Json answers = Json::array();
    std::size_t refused = 0;
    for (const Answered& one : answered) {
        refused += one.result ? 0 : 1;
        answers.push_back(named_answer(one));
    }
    if (refused > 0) return partly_refused(answered, refused, std::move(answers));
    return {kOk, "application/json", to_text(Json{{"events", std::move(answers)}}) + "\n"};
}

/// A request under its key: whatever ends it, the key is not under way for ever.
class UnderKey {
public:
    UnderKey(IdempotencyKeys& keys, std::string_view key) : keys_{keys}, key_{key} {}

    ~UnderKey() { keys_.finish(key_, response_); }

    UnderKey(const UnderKey&) = delete;
    UnderKey& operator=(const UnderKey&) = delete;

    void answer(const Response& response) { response_ = response; }

private:
    static constexpr int kFailed = 500;

    IdempotencyKeys& keys_;
    std::string_view key_;
    Response response_{kFailed};
};

std::uint64_t hash_of(const Request& request) {
    std::string attributes;
    for (const auto& [name, value] : request.headers) {
        if (!event::starts_with_ignoring_case(name, "ce-")) continue;
        attributes += fmt::format("{}: {}\n", name, value);
    }
    return hash64({request.path, request.content_type, attributes, request.body});
}

}  // namespace

Response PublishRoute::answer(const Request& request, std::string_view domain) {
    if (const Status known = only_parameters(request, {}); !known) {
        return http::problem(known.error());
    }
    const auto pass = gate_.enter();
    if (!pass) {
        return http::problem(
            {ErrorCode::kUnavailable,
             fmt::format(
                 "{} requests are being published already; send it again in a second", kAtOnce
             )},
            kTooManyRequests
        );
    }
    const std::string_view key = request.header("Idempotency-Key");
    if (key.empty()) return publish(request, domain);
    if (key.size() > kKeyBytesMax) {
        return http::problem(Error{
            ErrorCode::kInvalidArgument,
            fmt::format("Idempotency-Key: {} bytes; at most {}", key.size(), kKeyBytesMax)});
    }
    if (auto known = keys_.begin(key, hash_of(request), clock_.now())) return *std::move(known);
    UnderKey under_key{keys_, key};
    Response response = publish(request, domain);
    under_key.answer(response);
    return response;
}

Response PublishRoute::publish(const Request& request, std::string_view domain) {
    auto body = read_events(request, operations_.limits());
    if (!body) {
        const bool is_type = body.error().code == ErrorCode::kUnsupported;
        return is_type ? http::problem(body.error(), kUnsupportedMediaType)
                       : http::problem(body.error());
    }
    std::vector<Event> events;
    std::vector<Answered> answered;
    for (BodyEvent& one : body->events) {
        if (one.event) {
            answered.push_back({one.event->id, one.event->source, one.line, Published{}});
            events.push_back(std::move(one.event).value());
        } else {
            answered.push_back({{}, {}, one.line, one.event.error()});
        }
    }
    const auto caller = trace::context_of(
        request.header(trace::kTraceparentHeader), request.header(trace::kTracestateHeader)
    );
    auto published = operations_.publish_to(domain, events, caller);
    if (!published) return http::problem(published.error());
    auto next = published->begin();
    for (Answered& one : answered) {
        if (one.result) one.result = std::move(*next++);
    }
    if (body->single && !answered.front().result) {
        return http::problem(answered.front().result.error());
    }
    const bool is_lines = std::any_of(answered.begin(), answered.end(), [](const Answered& one) {
        return one.line.has_value();
    });
    return is_lines ? answer_of_lines(answered) : answer_of_list(answered);
}

}  // namespace sluice::daemon
