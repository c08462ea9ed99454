#include "outbox/relay/http_sink.hpp"

#include "event/json.hpp"
#include "event/text.hpp"
#include "http/path.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::outbox {

namespace {

using Json = nlohmann::json;

constexpr int kOk = 200;
constexpr int kBadRequest = 400;
constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kRequestTimeout = 408;
constexpr int kTooManyRequests = 429;
constexpr int kServerError = 500;

/// Says nothing about the event: the same may be taken later.
bool is_passing(int status) {
    return status >= kServerError || status == kRequestTimeout || status == kTooManyRequests;
}

std::string text_at(const Json& json, const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

/// "3" seconds; a date is passed over.
std::optional<Milliseconds> retry_after(const http::Response& response) {
    const auto found = response.headers.find("Retry-After");
    if (found == response.headers.end()) return std::nullopt;
    std::uint32_t seconds = 0;
    const char* end = found->second.data() + found->second.size();
    const auto [at, error] = std::from_chars(found->second.data(), end, seconds);
    if (error != std::errc{} || at != end) return std::nullopt;
    return Milliseconds{std::int64_t{1'000} * seconds};
}

Answer answer_of(const Json& one) {
    const auto accepted = one.find("accepted");
    if (accepted != one.end() && accepted->is_boolean() && accepted->get<bool>()) {
        return {Verdict::kTaken};
    }
    const auto status = one.find("status");
    const bool known = status != one.end() && status->is_number_integer();
    const int code = known ? status->get<int>() : kServerError;
    std::string reason = text_at(one, "detail");
    if (reason.empty()) reason = fmt::format("refused with status {}", code);
    if (code < kBadRequest || is_passing(code)) return {Verdict::kLater, std::move(reason)};
    return {Verdict::kRefused, std::move(reason)};
}

std::optional<std::vector<Answer>> answers_in(const Json& body, std::size_t rows) {
    if (!body.is_object()) return std::nullopt;
    const auto events = body.find("events");
    if (events == body.end() || !events->is_array() || events->size() != rows) return std::nullopt;
    std::vector<Answer> answers;
    for (const Json& one : *events) {
        if (!one.is_object()) return std::nullopt;
        answers.push_back(answer_of(one));
    }
    return answers;
}

Failure::Scope scope_of(int status) {
    if (status == kNotFound) return Failure::Scope::kDomain;
    const bool is_ours = status < kBadRequest || is_passing(status) || status == kUnauthorized ||
                         status == kForbidden;
    return is_ours ? Failure::Scope::kAll : Failure::Scope::kRequest;
}

}  // namespace

Result<ApiAddress> parse_api_address(std::string_view url) {
    const auto refused = [url](std::string_view why) {
        return Error{ErrorCode::kInvalidArgument, fmt::format("{}: {}", event::shown(url), why)};
    };
    constexpr std::string_view kScheme = "http://";
    if (event::starts_with_ignoring_case(url, "https://")) {
        return refused("a relay speaks plain HTTP: run it beside the daemon, or beside a proxy");
    }
    if (!event::starts_with_ignoring_case(url, kScheme)) {
        return refused("is not http://HOST:PORT, such as http://127.0.0.1:8480");
    }
    std::string_view place = url.substr(kScheme.size());
    if (place.ends_with('/')) place.remove_suffix(1);
    const std::size_t colon = place.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return refused("names no host and port");
    ApiAddress address{std::string{place.substr(0, colon)}, 0};
    if (address.host.find_first_of("/?#@ ") != std::string::npos) {
        return refused("a user, a path, a query or blanks have no place in it");
    }
    const char* end = place.data() + place.size();
    const auto [at, error] = std::from_chars(place.data() + colon + 1, end, address.port);
    if (error != std::errc{} || at != end || address.port == 0) {
        return refused("its port is not a number from 1 to 65535");
    }
    if (address.host.starts_with('[') && address.host.ends_with(']')) {
        address.host = address.host.substr(1, address.host.size() - 2);
    }
    return address;
}

Outcome read_publish_answer(const http::Response& response, std::size_t rows) {
    const Json body = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
    if (auto answers = answers_in(body, rows)) return *std::move(answers);
    std::string reason = body.is_object() ? text_at(body, "detail") : std::string{};
    if (response.status == kOk) reason = "the answer cannot be read: is this a Sluice daemon?";
    if (reason.empty()) reason = fmt::format("status {}", response.status);
    return Failure{scope_of(response.status), std::move(reason), retry_after(response)};
}

Outcome HttpSink::publish(const Batch& batch) {
    http::Request request;
    request.method = "POST";
    request.path = fmt::format("/v1/domains/{}/events", http::path_segment(batch.domain));
    request.content_type = "application/cloudevents-batch+json";
    request.body.push_back('[');
    for (const Row& row : batch.rows) {
        if (request.body.size() > 1) request.body.push_back(',');
        request.body += event::write_json(row.event);
    }
    request.body.push_back(']');
    if (!token_.empty()) request.headers.emplace("Authorization", "Bearer " + token_);
    const auto response = client_.exchange(request);
    if (!response) return Failure{Failure::Scope::kAll, response.error().message};
    return read_publish_answer(*response, batch.rows.size());
}

}  // namespace sluice::outbox
