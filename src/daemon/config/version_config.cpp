#include "daemon/config/version_config.hpp"

#include "cast/caster.hpp"
#include "contract/nearest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

namespace sluice::daemon {

namespace {

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// A version of a type that never comes is a slip.
std::vector<std::string> unwanted_types(
    const cast::Asked& asked, const contract::Contract& contract, const deliver::WantedTypes& types
) {
    std::vector<std::string> lines;
    const std::vector<std::string_view> names{types.begin(), types.end()};
    for (const auto& [name, number] : asked) {
        if (deliver::is_wanted(types, name) || contract.type(name) == nullptr) continue;
        lines.push_back(fmt::format(
            "{} is none of its types{}; there are: {}",
            name,
            contract::did_you_mean(name, names),
            fmt::join(types, ", ")
        ));
    }
    return lines;
}

}  // namespace

void read_versions(const contract::Node& node, cast::Asked& asked) {
    if (!node.present()) return;
    const auto members = node.members();
    if (node.json()->is_object() && members.empty()) {
        node.problem("is empty: name a type and its version, such as order.placed: 2");
    }
    for (const auto& [name, number] : members) {
        const auto count = number.count(1, contract::kVersionNumberMax);
        if (count) asked.emplace(name, static_cast<std::uint32_t>(*count));
        if (!number.present()) number.problem("a version is due: a whole number from 1 on");
    }
}

std::vector<std::string> version_problems(
    const cast::Asked& asked, const ContractPtr& contract, const deliver::WantedTypes& types
) {
    std::vector<std::string> lines = cast::route_problems(*contract, asked);
    for (std::string& line : unwanted_types(asked, *contract, types)) {
        lines.push_back(std::move(line));
    }
    if (lines.empty() && !asked.empty()) {
        if (const auto caster = cast::Caster::open(contract, asked, {}); !caster) {
            lines = lines_of(caster.error().message);
        }
    }
    for (std::string& line : lines) line.insert(0, "versions: ");
    return lines;
}

}  // namespace sluice::daemon
