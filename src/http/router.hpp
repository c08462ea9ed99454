#pragma once

#include "http/message.hpp"

#include <functional>
#include <string>
#include <vector>

namespace sluice::http {

using Handler = std::function<Response(const Request&)>;

/// Which handler answers a request: exact paths, and prefixes that end in '/'. HEAD is answered as
/// GET; OPTIONS with what is allowed.
/// Threads:  `add` from one, before the first `answer`; `answer` from any.
/// Lifetime: what handlers capture outlives it.
/// Failure:  404 for a path that nobody has, 405 with `Allow` for another method, both as problems.
class Router {
public:
    void add(std::string method, std::string path, Handler handler);

    [[nodiscard]] Response answer(const Request& request) const;

private:
    struct Route {
        std::string method;
        std::string path;
        Handler handler;

        [[nodiscard]] bool takes(const std::string& wanted) const;
    };

    std::vector<Route> routes_;
};

}  // namespace sluice::http
