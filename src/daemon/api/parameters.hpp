#pragma once

#include <sluice/result.hpp>

#include "http/message.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace sluice::daemon {

/// Refuses a query parameter that the resource does not have: a misspelled one is no default.
[[nodiscard]] Status only_parameters(
    const http::Request& request, std::initializer_list<std::string_view> names
);

/// A count between the two, or `otherwise` when it is not there. kInvalidArgument names it, its
/// value and what is allowed.
[[nodiscard]] Result<std::uint64_t> count_parameter(
    const http::Request& request,
    std::string_view name,
    std::uint64_t otherwise,
    std::uint64_t least,
    std::uint64_t most
);

}  // namespace sluice::daemon
