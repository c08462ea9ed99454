#pragma once

#include <sluice/result.hpp>

#include "cast/caster.hpp"
#include "contract/contract.hpp"
#include "event/record.hpp"
#include "project/jq_programs.hpp"
#include "state/state_line.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::state {

/// A state and the ordered record that comes next. Lifetime: both outlive the call.
struct Next {
    std::string_view state;
    const Record* record{};
};

/// A contract's reducer at work: (state, event) -> state. Of a type with versions it sees the
/// newest.
/// Threads:  one at a time.
/// Failure:  of one event: an answer, with the reason; `fold` fails as a whole (kUnavailable) when
///           no program can be run at all.
/// Limits:   as JqPrograms.
class StateFold {
public:
    /// The contract has a reducer. kBadConfig: its program is wrong, or a version cannot be made
    /// the newest. kUnavailable: no process.
    [[nodiscard]] static Result<StateFold> open(
        std::shared_ptr<const contract::Contract> contract,
        const project::JqPrograms::Options& options
    );

    /// An answer for each, in their order; they are independent of one another. Gaps and events
    /// without data change nothing.
    [[nodiscard]] Result<std::vector<Folded>> fold(std::span<const Next> all);

private:
    StateFold(cast::Caster caster, std::optional<project::JqPrograms> program)
        : caster_{std::move(caster)},
          program_{std::move(program)} {}

    [[nodiscard]] Status run(
        const std::vector<std::string>& inputs,
        const std::vector<std::size_t>& places,
        std::vector<Folded>& answers
    );

    cast::Caster caster_;
    std::optional<project::JqPrograms> program_;  ///< none: merge patches
};

/// Another whenever the same events may make other states.
[[nodiscard]] std::uint64_t fingerprint_of(const contract::Contract& contract);

}  // namespace sluice::state
