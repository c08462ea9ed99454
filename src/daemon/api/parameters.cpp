#include "daemon/api/parameters.hpp"

#include "contract/nearest.hpp"
#include "event/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace sluice::daemon {

Status only_parameters(
    const http::Request& request, std::initializer_list<std::string_view> names
) {
    const std::vector<std::string_view> known{names};
    for (const auto& [name, value] : request.query) {
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "{} is no parameter of {}{}; it takes: {}",
                event::shown(name),
                request.path,
                contract::did_you_mean(name, known),
                known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))
            )};
    }
    return ok();
}

Result<std::uint64_t> count_parameter(
    const http::Request& request,
    std::string_view name,
    std::uint64_t otherwise,
    std::uint64_t least,
    std::uint64_t most
) {
    const std::string_view text = request.parameter(name);
    if (text.empty()) return otherwise;
    std::uint64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc{} && rest == end && value >= least && value <= most) return value;
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("{}={} is not a number from {} to {}", name, event::shown(text), least, most)};
}

}  // namespace sluice::daemon
