#include "daemon/api/state_route.hpp"

#include "daemon/api/parameters.hpp"
#include "http/path.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

namespace sluice::daemon {

namespace {

constexpr const char* kDomainHeader = "Sluice-Domain";
constexpr const char* kPositionHeader = "Sluice-Position";
constexpr const char* kTimeHeader = "Sluice-Time";
constexpr const char* kMissedHeader = "Sluice-Missed";
constexpr std::string_view kLast = "; last=";
constexpr int kGone = 410;

/// A number at the beginning of a text, which loses it.
std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t value = 0;
    const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
    return value;
}

std::string_view header_of(const http::Response& response, const char* name) {
    const auto found = response.headers.find(name);
    return found == response.headers.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace

http::Response state_response(const Backend& backend, const http::Request& request) {
    if (const Status known = only_parameters(request, {"at", "projection"}); !known) {
        return http::problem(known.error());
    }
    const std::string_view rest = std::string_view{request.path}.substr(kSnapshots.size());
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == rest.size()) {
        return http::problem(Error{
            ErrorCode::kNotFound,
            fmt::format("no such resource: {}; it is /v1/snapshots/DOMAIN/SUBJECT", request.path)});
    }
    StateQuery query;
    query.domain = rest.substr(0, slash);
    if (query.domain == kOnlyDomain) query.domain.clear();
    query.subject = rest.substr(slash + 1);
    query.at = request.parameter("at");
    query.projection = request.parameter("projection");
    auto reply = backend.state(query);
    if (!reply) return http::problem(reply.error());
    if (!reply->found) return http::problem(Error{ErrorCode::kNotFound, reply->gone}, kGone);
    SubjectState& found = *reply->found;
    http::Response response{200, "application/json", std::move(found.state)};
    response.headers.emplace(kDomainHeader, found.domain);
    response.headers.emplace(kPositionHeader, fmt::to_string(found.position.value));
    response.headers.emplace(kTimeHeader, to_rfc3339(found.time));
    const std::string last =
        found.missing > 0 ? fmt::format("{}{}", kLast, found.missing_last.value) : "";
    response.headers.emplace(kMissedHeader, fmt::format("{}{}", found.missing, last));
    return response;
}

http::Request state_request(const StateQuery& query) {
    http::Request request;
    request.method = "GET";
    request.path = fmt::format(
        "{}{}/{}",
        kSnapshots,
        query.domain.empty() ? std::string{kOnlyDomain} : http::path_segment(query.domain),
        http::path_segment(query.subject)
    );
    if (!query.at.empty()) request.query["at"] = query.at;
    if (!query.projection.empty()) request.query["projection"] = query.projection;
    return request;
}

Result<StateReply> state_reply(const http::Response& response) {
    if (response.status == kGone) return StateReply{{}, http::error_of(response).message};
    if (response.status >= 400) return http::error_of(response);
    SubjectState found;
    found.domain = header_of(response, kDomainHeader);
    std::string_view position = header_of(response, kPositionHeader);
    std::string_view missed = header_of(response, kMissedHeader);
    const auto time = parse_rfc3339(header_of(response, kTimeHeader));
    const auto at = take_number(position);
    const auto missing = take_number(missed);
    std::optional<std::uint64_t> last{0};
    if (missed.starts_with(kLast)) {
        missed.remove_prefix(kLast.size());
        last = take_number(missed);
    }
    if (!at || !missing || !last || !time || !position.empty() || !missed.empty()) {
        return Error{
            ErrorCode::kUnavailable,
            "what answers /v1/snapshots is no Sluice daemon of this version"};
    }
    found.position = Position{*at};
    found.time = time.value();
    found.missing = *missing;
    found.missing_last = Position{*last};
    found.state = response.body;
    return StateReply{std::move(found), {}};
}

}  // namespace sluice::daemon
