#include "trace/endpoint.hpp"

#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace sluice::trace {

namespace {

constexpr std::string_view kScheme = "http://";
constexpr std::uint16_t kHttpPort = 80;

Error refused(std::string_view url, std::string_view why) {
    return Error{ErrorCode::kInvalidArgument, fmt::format("{}: {}", event::shown(url), why)};
}

bool is_plain(char c) {
    return c > ' ' && c < '\x7f' && c != '?' && c != '#' && c != '@';
}

}  // namespace

std::string Endpoint::text() const {
    const bool is_ipv6 = host.find(':') != std::string::npos;
    return fmt::format("http://{}:{}{}", is_ipv6 ? "[" + host + "]" : host, port, path);
}

Result<Endpoint> parse_traces_endpoint(std::string_view url) {
    if (event::starts_with_ignoring_case(url, "https://")) {
        return refused(
            url,
            "spans are posted in plain HTTP only; name a collector beside Sluice, which sends them "
            "on with TLS"
        );
    }
    if (!event::starts_with_ignoring_case(url, kScheme)) {
        return refused(url, "is not http://HOST:PORT, such as http://127.0.0.1:4318");
    }
    const std::string_view rest = url.substr(kScheme.size());
    if (!std::all_of(rest.begin(), rest.end(), is_plain)) {
        return refused(url, "a user, a query, a fragment or blanks have no place in it");
    }
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    std::string_view host = rest.substr(0, slash);
    Endpoint endpoint{{}, kHttpPort, std::string{rest.substr(slash)}};
    if (endpoint.path.empty()) endpoint.path = "/";
    const std::size_t bracket = host.rfind(']');
    const std::size_t colon = host.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        const char* end = host.data() + host.size();
        const auto [at, error] = std::from_chars(host.data() + colon + 1, end, endpoint.port);
        if (error != std::errc{} || at != end || endpoint.port == 0) {
            return refused(url, "its port is not a number from 1 to 65535");
        }
        host = host.substr(0, colon);
    }
    const bool is_bracketed = host.starts_with('[') && host.ends_with(']');
    if (is_bracketed) host = host.substr(1, host.size() - 2);
    if (host.empty()) return refused(url, "names no host");
    if (host.find_first_of(is_bracketed ? "[]" : "[]:") != std::string_view::npos) {
        return refused(url, "an IPv6 address stands in brackets, such as http://[::1]:4318");
    }
    endpoint.host = host;
    return endpoint;
}

Result<Endpoint> parse_base_endpoint(std::string_view url) {
    auto endpoint = parse_traces_endpoint(url);
    if (!endpoint) return endpoint;
    std::string& path = endpoint.value().path;
    while (path.ends_with('/')) path.pop_back();
    path += "/v1/traces";
    return endpoint;
}

}  // namespace sluice::trace
