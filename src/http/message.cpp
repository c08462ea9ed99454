#include "http/message.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::http {

namespace {

constexpr std::array kCodes{
    ErrorCode::kInvalidArgument,
    ErrorCode::kInvalidEvent,
    ErrorCode::kTooLarge,
    ErrorCode::kNotFound,
    ErrorCode::kAlreadyExists,
    ErrorCode::kConflict,
    ErrorCode::kUnavailable,
    ErrorCode::kFenced,
    ErrorCode::kFull,
    ErrorCode::kCorrupt,
    ErrorCode::kIo,
    ErrorCode::kBadConfig,
    ErrorCode::kCancelled,
    ErrorCode::kUnsupported};

/// What a status means where nobody says more.
ErrorCode code_of(int status) {
    switch (status) {
        case 404:
        case 410: return ErrorCode::kNotFound;
        case 409: return ErrorCode::kConflict;
        case 413:
        case 414:
        case 431: return ErrorCode::kTooLarge;
        case 415:
        case 501: return ErrorCode::kUnsupported;
        case 507: return ErrorCode::kFull;
        case 408:
        case 429: return ErrorCode::kUnavailable;
        default: return status < 500 ? ErrorCode::kInvalidArgument : ErrorCode::kUnavailable;
    }
}

ErrorCode code_of(std::string_view name, int status) {
    for (const ErrorCode code : kCodes) {
        if (to_string(code) == name) return code;
    }
    return code_of(status);
}

/// RFC 9110, 15; RFC 6585; RFC 4918.
std::string_view title_of(int status) {
    switch (status) {
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 507: return "Insufficient Storage";
        default: return status < 500 ? "Refused" : "Failed";
    }
}

std::string text_in(const nlohmann::json& body, const char* name) {
    const auto found = body.find(name);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

bool SameLetters::operator()(std::string_view a, std::string_view b) const noexcept {
    const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::lexicographical_compare(
        a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return small(x) < small(y); }
    );
}

std::string_view Request::header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

std::string_view Request::parameter(std::string_view name) const {
    const auto found = query.find(name);
    return found == query.end() ? std::string_view{} : std::string_view{found->second};
}

int status_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::kInvalidArgument:
        case ErrorCode::kInvalidEvent: return 400;
        case ErrorCode::kTooLarge: return 413;
        case ErrorCode::kNotFound: return 404;
        case ErrorCode::kAlreadyExists:
        case ErrorCode::kConflict: return 409;
        case ErrorCode::kUnavailable:
        case ErrorCode::kFenced:
        case ErrorCode::kCancelled: return 503;
        case ErrorCode::kFull: return 507;
        case ErrorCode::kCorrupt:
        case ErrorCode::kIo:
        case ErrorCode::kBadConfig: return 500;
        case ErrorCode::kUnsupported: return 501;
    }
    SLUICE_UNREACHABLE();
}

Response problem(const Error& error) {
    return problem(error, status_of(error.code));
}

Response problem(const Error& error, int status) {
    const nlohmann::ordered_json body{
        {"type", "about:blank"},
        {"title", title_of(status)},
        {"status", status},
        {"detail", error.message},
        {"code", to_string(error.code)}};
    Response response{
        status,
        "application/problem+json",
        body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"};
    if (status == 429 || status == 503) response.headers.emplace("Retry-After", "1");
    return response;
}

Error error_of(const Response& response) {
    constexpr std::size_t kShown = 200;
    const auto body = nlohmann::json::parse(response.body, nullptr, false);
    if (body.is_object()) {
        const ErrorCode code = code_of(text_in(body, "code"), response.status);
        for (const char* said : {"detail", "title"}) {
            if (std::string text = text_in(body, said); !text.empty()) {
                return Error{code, std::move(text)};
            }
        }
    }
    return Error{
        code_of(response.status),
        fmt::format(
            "the daemon answered {}{}{}",
            response.status,
            response.body.empty() ? "" : ": ",
            response.body.substr(0, kShown)
        )};
}

}  // namespace sluice::http
