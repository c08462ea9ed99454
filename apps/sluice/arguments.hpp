#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>

namespace sluice::app {

/// Takes decimal digits alone, for a number between the two; CLI11 by itself takes -1 for the
/// largest number and 010 for eight.
[[nodiscard]] CLI::Validator whole_number(
    std::uint64_t least, std::uint64_t most = std::numeric_limits<std::uint64_t>::max()
);

/// Prints help and version where they were asked for, and else what is wrong with the arguments,
/// with the nearest command or option; answers the exit code.
[[nodiscard]] int end_parsing(const CLI::App& app, const CLI::ParseError& error);

}  // namespace sluice::app
