#pragma once

#include <sluice/time.hpp>

#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>
#include <string>

namespace sluice::app {

/// Takes decimal digits alone, for a number between the two; CLI11 by itself takes -1 for the
/// largest number and 010 for eight.
[[nodiscard]] CLI::Validator whole_number(
    std::uint64_t least, std::uint64_t most = std::numeric_limits<std::uint64_t>::max()
);

/// Takes a decimal number between the two.
[[nodiscard]] CLI::Validator real_number(double least, double most);

/// An option that takes "250ms", "30s", "5m", "2h", "7d".
void add_duration(CLI::App& command, const char* name, Milliseconds& value, const char* text);

/// What stands for such an option; throws CLI::ValidationError, which says what is allowed.
[[nodiscard]] Milliseconds duration_of(const std::string& option, const std::string& written);

/// Who runs this: the user of the terminal, whatever USER says. Threads: one.
[[nodiscard]] std::string user_name();

/// Prints help and version where they were asked for, and else what is wrong with the arguments,
/// with the nearest command or option; answers the exit code.
[[nodiscard]] int end_parsing(const CLI::App& app, const CLI::ParseError& error);

}  // namespace sluice::app
