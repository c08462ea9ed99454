#pragma once

#include <sluice/result.hpp>

#include "cast/route.hpp"
#include "project/jq_programs.hpp"

#include <span>
#include <string>
#include <vector>

namespace sluice::cast {

/// Steps one after another, as programs of one JqPrograms: `steps[i]` is its number `first` + i.
struct Way {
    std::uint16_t first{};
    std::vector<Step> steps;  ///< at least one
};

/// The program of a step, for JqPrograms: "order.placed 1 to 2" is its name.
[[nodiscard]] project::JqPrograms::Program program_of(std::string_view type, const Step& step);

/// Tries each way on the samples of the version that it begins with: what comes out must be taken
/// by the schema at its end. A way through tables may refuse samples that no table knows, but not
/// all of them. What is wrong, a line each; of a way the first. kUnavailable: no process.
[[nodiscard]] Result<std::vector<std::string>> try_ways(
    project::JqPrograms& programs, std::span<const Way> ways
);

/// All that is wrong with the casts that a contract has, asked for or not, a line each.
[[nodiscard]] std::vector<std::string> cast_problems(
    const contract::Contract& contract, const project::JqPrograms::Options& options
);

}  // namespace sluice::cast
