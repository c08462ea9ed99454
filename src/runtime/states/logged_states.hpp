#pragma once

#include "deliver/state_source.hpp"
#include "log/log.hpp"
#include "runtime/states/state_lookup.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace sluice::runtime {

/// A domain's states, from the log: what a subscription is delivered with its events.
/// Threads:  any.
/// Lifetime: the log outlives it.
/// Failure:  of one: retention has taken it, or it is not known; as a whole, kUnavailable: not
///           folded that far within `patience`.
class LoggedStates final : public deliver::StateSource {
public:
    LoggedStates(
        const log::Log& log, std::string domain, std::uint32_t homes, Milliseconds patience
    )
        : log_{log},
          domain_{std::move(domain)},
          homes_{homes},
          patience_{patience} {}

    [[nodiscard]] Result<std::vector<Result<std::string>>> states(std::span<const Ask> all
    ) override;

private:
    const log::Log& log_;
    std::string domain_;
    std::uint32_t homes_;
    Milliseconds patience_;
};

/// For a person, why the state at that position is not known.
[[nodiscard]] std::string unknown_text(const StateView& view);

}  // namespace sluice::runtime
