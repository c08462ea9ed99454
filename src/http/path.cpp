#include "http/path.hpp"

#include <fmt/format.h>

#include <iterator>

namespace sluice::http {

std::string path_segment(std::string_view text) {
    constexpr std::string_view kUnreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string segment;
    for (const char letter : text) {
        if (kUnreserved.find(letter) != std::string_view::npos) {
            segment.push_back(letter);
        } else {
            const auto byte = static_cast<unsigned char>(letter);
            fmt::format_to(std::back_inserter(segment), "%{:02X}", byte);
        }
    }
    return segment;
}

}  // namespace sluice::http
