#include "deliver/push/target.hpp"

#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace sluice::deliver::push {

namespace {

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

/// Not the address itself: what a user or a query says of secrets is nobody's to read.
Error refused_target(std::string_view why) {
    return Error{ErrorCode::kInvalidArgument, std::string{why}};
}

bool is_printable(char c) {
    return c > ' ' && c < '\x7f';
}

bool is_host_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

std::string host_in_brackets(const Target& target) {
    const bool is_ipv6 = target.host.find(':') != std::string::npos;
    return is_ipv6 ? "[" + target.host + "]" : target.host;
}

Status read_host(std::string_view text, Target& target) {
    const bool is_bracketed = text.starts_with('[') && text.ends_with(']');
    if (is_bracketed) text = text.substr(1, text.size() - 2);
    if (text.empty()) return refused_target("names no host");
    const bool fits =
        is_bracketed ? text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos
                     : std::all_of(text.begin(), text.end(), is_host_letter);
    if (!fits) {
        return refused_target(fmt::format(
            "{} is no host: a name, an IPv4 address, or an IPv6 address in brackets",
            event::shown(text)
        ));
    }
    target.host = text;
    return ok();
}

}  // namespace

std::string Target::authority() const {
    const bool is_usual = port == (tls ? kHttpsPort : kHttpPort);
    const std::string shown = host_in_brackets(*this);
    return is_usual ? shown : fmt::format("{}:{}", shown, port);
}

std::string Target::text() const {
    return fmt::format("{}{}{}", tls ? kHttps : kHttp, authority(), path.substr(0, path.find('?')));
}

Result<Target> parse_target(std::string_view url) {
    Target target;
    std::string_view rest;
    if (event::starts_with_ignoring_case(url, kHttps)) {
        target.tls = true;
        rest = url.substr(kHttps.size());
    } else if (event::starts_with_ignoring_case(url, kHttp)) {
        rest = url.substr(kHttp.size());
    } else {
        return refused_target("is not http://HOST/PATH or https://HOST/PATH");
    }
    target.port = target.tls ? kHttpsPort : kHttpPort;
    if (!std::all_of(rest.begin(), rest.end(), is_printable)) {
        return refused_target("holds a blank or a letter that is to be percent-encoded");
    }
    if (rest.find('#') != std::string_view::npos) {
        return refused_target("a fragment is never sent; leave out what follows '#'");
    }
    const std::size_t slash = std::min(rest.find_first_of("/?"), rest.size());
    std::string_view host = rest.substr(0, slash);
    if (host.find('@') != std::string_view::npos) {
        return refused_target("a user has no place in it; say it with `authorization`");
    }
    target.path = rest.substr(slash);
    if (!target.path.starts_with('/')) target.path.insert(0, "/");
    const std::size_t bracket = host.rfind(']');
    const std::size_t colon = host.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        const char* end = host.data() + host.size();
        const auto [at, error] = std::from_chars(host.data() + colon + 1, end, target.port);
        if (error != std::errc{} || at != end || target.port == 0) {
            return refused_target("its port is not a number from 1 to 65535");
        }
        host = host.substr(0, colon);
    }
    if (Status read = read_host(host, target); !read) return read.error();
    return target;
}

}  // namespace sluice::deliver::push
