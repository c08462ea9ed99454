#include "apps/sluice/arguments.hpp"

#include "contract/nearest.hpp"
#include "contract/units.hpp"
#include "daemon/exit_code.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <pwd.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace sluice::app {

namespace {

/// `sluice commerce run --sed 1`: run.
const CLI::App& innermost(const CLI::App& app) {
    const CLI::App* at = &app;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    return *at;
}

/// As it was typed: "sluice commerce run".
std::string full_name(const CLI::App& command) {
    const CLI::App* parent = command.get_parent();
    return (parent == nullptr ? "" : full_name(*parent) + " ") + command.get_name();
}

std::string unknown_command(const CLI::App& command, const std::string& word) {
    std::vector<std::string_view> names;
    for (const CLI::App* one : command.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(one->get_name());
    }
    return fmt::format(
        "no command '{}'{}; there are: {}",
        word,
        contract::did_you_mean(word, names),
        fmt::join(names, ", ")
    );
}

std::string unknown_argument(const CLI::App& command, const std::string& word) {
    if (!word.starts_with('-')) return fmt::format("'{}' is one argument too many", word);
    const std::string name = word.substr(0, word.find('='));
    std::vector<std::string> options;
    for (const CLI::Option* one : command.get_options()) {
        for (const std::string& known : one->get_lnames()) options.push_back("--" + known);
        for (const std::string& known : one->get_snames()) options.push_back("-" + known);
    }
    const std::vector<std::string_view> names{options.begin(), options.end()};
    return fmt::format(
        "no option {}{}; there are: {}",
        name,
        contract::did_you_mean(name, names),
        fmt::join(names, ", ")
    );
}

/// The first thing that was typed and means nothing; empty when there is none.
std::string unknown_word(const CLI::App& command) {
    const std::vector<std::string> left = command.remaining();
    const auto option = std::find_if(left.begin(), left.end(), [](const auto& one) {
        return one.starts_with('-');
    });
    if (option != left.end()) return *option;
    return left.empty() ? std::string{} : left.front();
}

}  // namespace

CLI::Validator whole_number(std::uint64_t least, std::uint64_t most) {
    const bool open = most == std::numeric_limits<std::uint64_t>::max();
    const auto check = [=](std::string& text) {
        std::uint64_t value = 0;
        const char* end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, value);
        if (error == std::errc{} && rest == end && value >= least && value <= most) {
            text = fmt::to_string(value);  // without leading zeros
            return std::string{};
        }
        return fmt::format(
            "'{}' is not a whole number from {} {}",
            text,
            least,
            open ? std::string{"on"} : fmt::format("to {}", most)
        );
    };
    return CLI::Validator{check, {}, "whole number"};
}

CLI::Validator real_number(double least, double most) {
    const auto check = [=](std::string& text) {
        double value = 0;
        const char* end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, value);
        if (error == std::errc{} && rest == end && value >= least && value <= most)
            return std::string{};
        return fmt::format("'{}' is not a number from {} to {}", text, least, most);
    };
    return CLI::Validator{check, {}, "number"};
}

Milliseconds duration_of(const std::string& option, const std::string& written) {
    const auto parsed = contract::parse_duration(written);
    if (parsed) return *parsed;
    throw CLI::ValidationError{
        option, fmt::format("'{}' is not a duration such as 250ms, 30s, 5m, 2h or 7d", written)};
}

void add_duration(CLI::App& command, const char* name, Milliseconds& value, const char* text) {
    command
        .add_option_function<std::string>(
            name,
            [&value, name](const std::string& written) { value = duration_of(name, written); },
            text
        )
        ->type_name("TIME")
        ->default_str(contract::write_duration(value));
}

std::string user_name() {
    const passwd* user = ::getpwuid(::geteuid());  // NOLINT(concurrency-mt-unsafe): one asks
    return user != nullptr ? user->pw_name : fmt::to_string(::geteuid());
}

int end_parsing(const CLI::App& app, const CLI::ParseError& error) {
    if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
        static_cast<void>(app.exit(error));
        return daemon::kExitDone;
    }
    const CLI::App& command = innermost(app);
    const std::string word = unknown_word(command);
    const bool wants_command = command.get_require_subcommand_min() > 0;
    std::string what = error.what();
    if (!word.empty()) {
        what = wants_command && !word.starts_with('-') ? unknown_command(command, word)
                                                       : unknown_argument(command, word);
    } else if (wants_command) {
        const CLI::App* parent = command.get_parent();
        fmt::print(stderr, "{}", command.help(parent == nullptr ? "" : full_name(*parent)));
        return daemon::kExitUsage;
    }
    fmt::print(stderr, "sluice: {}\nsluice: see {} --help\n", what, full_name(command));
    return daemon::kExitUsage;
}

}  // namespace sluice::app
