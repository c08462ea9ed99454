#include "daemon/config/address.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace sluice::daemon {

std::string Address::text() const {
    return fmt::format("{}:{}", host, port);
}

std::optional<Address> parse_address(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
    Address parsed{std::string{text.substr(0, colon)}, 0};
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, parsed.port);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return parsed;
}

}  // namespace sluice::daemon
