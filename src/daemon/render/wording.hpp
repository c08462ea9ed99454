#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::daemon {

/// "1 event", "2 events".
[[nodiscard]] std::string counted(std::int64_t number, std::string_view noun);

/// An error as stderr shows it: each of its lines behind "sluice: ".
[[nodiscard]] std::string complaint(const Error& error);

}  // namespace sluice::daemon
