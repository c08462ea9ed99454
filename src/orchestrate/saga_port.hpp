#pragma once

#include "saga/saga.hpp"

namespace sluice::orchestrate {

/// The way to the services. A command may be sent more than once, always with the same key.
/// Threads:  one at a time.
/// Failure:  none: what does not arrive is sent again when its answer is late.
class SagaPort {
public:
    virtual ~SagaPort() = default;

    /// Puts the command on its way: does not wait for anybody, and does not call back.
    virtual void send(
        const saga::Send& command,
        const saga::Definition& definition,
        const saga::Instance& instance
    ) = 0;
};

/// Where the command goes.
[[nodiscard]] inline const saga::CommandSpec& spec_of(
    const saga::Send& command, const saga::Definition& definition
) {
    const saga::StepSpec& step = definition.steps.at(command.step);
    return command.key.direction == saga::Direction::kUndo ? step.undo.value() : step.command;
}

}  // namespace sluice::orchestrate
