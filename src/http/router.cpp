#include "http/router.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string_view>
#include <utility>

namespace sluice::http {

namespace {

constexpr int kNoContent = 204;
constexpr int kMethodNotAllowed = 405;

Response method_refused(const Request& request, const std::string& allowed) {
    return problem(
        Error{
            ErrorCode::kInvalidArgument,
            fmt::format("{} takes no {}; it takes: {}", request.path, request.method, allowed)},
        kMethodNotAllowed
    );
}

}  // namespace

bool Router::Route::takes(const std::string& wanted) const {
    return path.ends_with('/') ? wanted.starts_with(path) : wanted == path;
}

void Router::add(std::string method, std::string path, Handler handler) {
    routes_.push_back({std::move(method), std::move(path), std::move(handler)});
}

Response Router::answer(const Request& request) const {
    const std::string wanted = request.method == "HEAD" ? "GET" : request.method;
    std::set<std::string_view> methods;
    for (const Route& route : routes_) {
        if (!route.takes(request.path)) continue;
        if (route.method == wanted) return route.handler(request);
        methods.insert(route.method);
    }
    if (methods.empty()) {
        return problem(Error{
            ErrorCode::kNotFound, fmt::format("no such resource: {}", request.path)});
    }
    methods.insert("OPTIONS");
    if (methods.contains("GET")) methods.insert("HEAD");
    const std::string allowed = fmt::format("{}", fmt::join(methods, ", "));
    Response answer = request.method == "OPTIONS" ? Response{kNoContent, "text/plain", {}}
                                                  : method_refused(request, allowed);
    answer.headers.emplace("Allow", allowed);
    return answer;
}

}  // namespace sluice::http
