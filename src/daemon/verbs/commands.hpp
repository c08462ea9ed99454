#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "daemon/render/json.hpp"
#include "daemon/verbs/command_planner.hpp"
#include "daemon/verbs/command_request.hpp"
#include "log/log.hpp"
#include "runtime/domain/command_desk.hpp"
#include "runtime/subjects/domain_facts.hpp"

#include <chrono>
#include <mutex>
#include <utility>
#include <vector>

namespace sluice::daemon {

/// Operators' commands: what one is about, its way into the log, and what became of it.
/// Threads:  any.
/// Lifetime: log, clock and planner outlive it.
/// Failure:  kConflict: it is about something that is not so (any more), or somebody else was
///           there first; nothing was changed. kNotFound names domain or subscription. After an
///           error while it waits nobody can say whether it is carried out; the same id asks again.
/// Limits:   `CommandPlanner::kSubjectsMax` subjects in a command.
class Commands {
public:
    Commands(log::Log& log, const Clock& clock, const CommandPlanner& planner)
        : log_{log},
          clock_{clock},
          planner_{planner} {}

    /// How long a caller waits for the outcome; 0 where nobody runs who could carry it out.
    void wait_for_outcomes(std::chrono::milliseconds patience) { patience_ = patience; }

    /// What it would be about. Nothing is done.
    [[nodiscard]] Result<Json> preview(const CommandRequest& request) const;

    /// Sends it, waits, and tells what became of it.
    [[nodiscard]] Result<Json> carry_out(CommandRequest request);

private:
    using Ticket = runtime::CommandDesk::Ticket;

    [[nodiscard]] Result<Ticket> send(
        runtime::CommandDesk& desk, const CommandRequest& request, const runtime::DomainFacts& facts
    ) const;
    [[nodiscard]] Status send_rest(
        runtime::CommandDesk& desk,
        Ticket& ticket,
        const CommandRequest& request,
        const runtime::DomainFacts& facts
    ) const;
    [[nodiscard]] Result<std::vector<Prepared>> agreed(
        const CommandRequest& request, const runtime::DomainFacts& facts
    ) const;

    log::Log& log_;
    const Clock& clock_;
    const CommandPlanner& planner_;
    std::chrono::milliseconds patience_{0};
    std::mutex sending_;
};

}  // namespace sluice::daemon
