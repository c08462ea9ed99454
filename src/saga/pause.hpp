#pragma once

#include "saga/definition.hpp"
#include "saga/instance.hpp"

#include <optional>

namespace sluice::saga {

/// The wait before the command under way is sent again: `wait_first` doubled with every attempt, up
/// to `wait_max`, less up to a quarter, so that sagas which failed together do not come back
/// together. What the service asks for (`after`) counts when it is longer, up to `wait_max`. A
/// pure function: the same instance waits the same.
[[nodiscard]] Milliseconds pause_before(
    const Instance& instance, const CommandSpec& command, std::optional<Milliseconds> after
);

}  // namespace sluice::saga
