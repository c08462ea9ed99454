#include "http/message.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

ErrorCode code_of(std::string_view name, int status) {
    for (const ErrorCode code : kCodes) {
        if (to_string(code) == name) return code;
    }
    return status == 404 ? ErrorCode::kNotFound : ErrorCode::kUnavailable;
}

}  // namespace

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
    const int status = status_of(error.code);
    const nlohmann::json body{
        {"type", "about:blank"},
        {"title", to_string(error.code)},
        {"status", status},
        {"detail", error.message},
        {"code", to_string(error.code)}};
    return Response{
        status,
        "application/problem+json",
        body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
}

Error error_of(const Response& response) {
    const auto body = nlohmann::json::parse(response.body, nullptr, false);
    if (body.is_object() && body.contains("code") && body["code"].is_string()) {
        return Error{
            code_of(body["code"].get<std::string>(), response.status),
            body.value("detail", std::string{})};
    }
    return Error{
        code_of("", response.status),
        fmt::format("the daemon answered {}: {}", response.status, response.body.substr(0, 200))};
}

}  // namespace sluice::http
