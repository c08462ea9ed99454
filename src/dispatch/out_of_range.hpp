#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include <fmt/format.h>

#include <string_view>

namespace sluice::dispatch {

/// kBadConfig: "retry.factor: 0.5 is out of range; allowed is 1.0 to 10.0".
[[nodiscard]] inline Error out_of_range(
    std::string_view setting, std::string_view value, std::string_view allowed
) {
    return Error{
        ErrorCode::kBadConfig,
        fmt::format("{}: {} is out of range; allowed is {}", setting, value, allowed)};
}

/// kBadConfig: `value` is not from `least` to `most`.
[[nodiscard]] inline Status check_range(
    std::string_view setting, Milliseconds value, Milliseconds least, Milliseconds most
) {
    if (value >= least && value <= most) return ok();
    return out_of_range(
        setting,
        fmt::format("{} ms", value.count()),
        fmt::format("{} ms to {} ms", least.count(), most.count())
    );
}

}  // namespace sluice::dispatch
