#pragma once

#include <sluice/result.hpp>

#include <map>
#include <string>
#include <string_view>

namespace sluice::http {

struct Request {
    std::string method;
    std::string path;
    std::map<std::string, std::string, std::less<>>
        query;  ///< decoded; the last of a repeated name
    std::string content_type;
    std::string body;

    [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

struct Response {
    int status{200};
    std::string content_type{"application/json"};
    std::string body;
};

/// `application/problem+json` (RFC 9457): type, title, status, detail, and our `code`.
[[nodiscard]] Response problem(const Error& error);

/// The HTTP status that an error answers with.
[[nodiscard]] int status_of(ErrorCode code);

/// The error that a problem+json answer stands for; a plain one when the body is none of ours.
[[nodiscard]] Error error_of(const Response& response);

}  // namespace sluice::http
