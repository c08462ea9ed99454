#include "event/number.hpp"

#include <charconv>
#include <system_error>

namespace sluice::event {

std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, value);
    if (failure != std::errc{} || stop != end || value == 0) return std::nullopt;
    return value;
}

}  // namespace sluice::event
