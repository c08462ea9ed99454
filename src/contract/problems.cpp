#include "contract/problems.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sluice::contract {

std::vector<std::string> Problems::lines() const {
    std::vector<std::string> lines;
    lines.reserve(lines_.size());
    for (const auto& [place, line] : lines_) lines.push_back(line);
    return lines;
}

Error Problems::error() const {
    return Error{ErrorCode::kBadConfig, fmt::format("{}", fmt::join(lines(), "\n"))};
}

}  // namespace sluice::contract
