#include "daemon/render/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::daemon {

std::string counted(std::int64_t number, std::string_view noun) {
    return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string complaint(const Error& error) {
    std::string text;
    std::string_view left = error.message;
    do {
        const std::size_t end = std::min(left.find('\n'), left.size());
        text += fmt::format("sluice: {}\n", left.substr(0, end));
        left.remove_prefix(std::min(end + 1, left.size()));
    } while (!left.empty());
    return text;
}

}  // namespace sluice::daemon
