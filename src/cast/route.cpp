#include "cast/route.hpp"

#include "base/assert.hpp"
#include "contract/nearest.hpp"
#include "event/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

namespace sluice::cast {

using contract::Contract;
using contract::MessageType;
using contract::Version;

namespace {

/// The number of the neighbour that is nearer to `to`.
std::uint32_t next_number(std::uint32_t at, std::uint32_t to) {
    return at < to ? at + 1 : at - 1;
}

std::string missing_text(const MessageType& type, std::uint32_t from, std::uint32_t to) {
    return fmt::format(
        "version {} of {} cannot be made {}: give version {} a jq program '{}' in the contract",
        from,
        type.name,
        to,
        from,
        from < to ? "up" : "down"
    );
}

std::string unknown_type(const Contract& contract, const std::string& name) {
    std::vector<std::string_view> names;
    for (const auto& [known, type] : contract.types) names.emplace_back(known);
    return fmt::format(
        "{} is no type of {}{}; there are: {}",
        event::shown(name),
        contract.domain,
        contract::did_you_mean(name, names),
        fmt::join(names, ", ")
    );
}

}  // namespace

Result<std::vector<Step>> steps_between(
    const MessageType& type, const Version& from, const Version& to
) {
    std::vector<Step> steps;
    for (const Version* at = &from; at != &to;) {
        const Version* next = type.version(next_number(at->number, to.number));
        SLUICE_ASSERT(next != nullptr);  // versions have no holes
        const contract::CastProgram& program = at->number < next->number ? at->up : at->down;
        if (program.text.empty()) {
            return Error{ErrorCode::kBadConfig, missing_text(type, at->number, next->number)};
        }
        steps.push_back({at, next, &program});
        at = next;
    }
    return steps;
}

std::vector<std::string> route_problems(const Contract& contract, const Asked& asked) {
    std::vector<std::string> problems;
    for (const auto& [name, number] : asked) {
        const MessageType* type = contract.type(name);
        if (type == nullptr) {
            problems.push_back(unknown_type(contract, name));
            continue;
        }
        if (type->versions.empty()) {
            problems.push_back(fmt::format(
                "{} has no versions in the contract of {}: leave it out", name, contract.domain
            ));
            continue;
        }
        const Version* wanted = type->version(number);
        if (wanted == nullptr) {
            problems.push_back(fmt::format(
                "{} has no version {}; there are {} to {}",
                name,
                number,
                type->versions.front().number,
                type->versions.back().number
            ));
            continue;
        }
        for (const Version* end : {&type->versions.front(), &type->versions.back()}) {
            const auto steps = steps_between(*type, *end, *wanted);
            if (!steps) problems.push_back(steps.error().message);
        }
    }
    return problems;
}

}  // namespace sluice::cast
