#pragma once

#include <sluice/result.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace sluice::http {

/// Names in any case.
struct SameLetters {
    using is_transparent = void;
    [[nodiscard]] bool operator()(std::string_view a, std::string_view b) const noexcept;
};

using Headers = std::map<std::string, std::string, SameLetters>;

struct Request {
    std::string method;
    std::string path;
    std::map<std::string, std::string, std::less<>>
        query;  ///< decoded; the last of a repeated name
    std::string content_type;
    std::string body;
    Headers headers{};  ///< beside the content type

    [[nodiscard]] std::string_view parameter(std::string_view name) const;

    /// Empty: there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct Response {
    int status{200};
    std::string content_type{"application/json"};
    std::string body{};
    Headers headers{};  ///< beside the content type
    /// What follows the body, part by part, on a thread of the server's: puts the next part, never
    /// an empty one, and waits for it; false: there is no more. Null: the body is all.
    std::function<bool(std::string& part)> stream{};
};

/// `application/problem+json` (RFC 9457): type, title (the status in words), status, detail, and
/// our `code`. 429 and 503 say when to come again.
[[nodiscard]] Response problem(const Error& error);

/// The same with another status than the error's own.
[[nodiscard]] Response problem(const Error& error, int status);

/// The HTTP status that an error answers with.
[[nodiscard]] int status_of(ErrorCode code);

/// The error that an answer of 400 and above stands for: the code of a problem+json body, else what
/// the status means; the text is the body's detail, else its beginning.
[[nodiscard]] Error error_of(const Response& response);

}  // namespace sluice::http
