#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "daemon/verbs/command_request.hpp"
#include "runtime/domain/domain_plan.hpp"
#include "runtime/inspect/aside_ledger.hpp"
#include "sequence/sequencer.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::daemon {

// What a request means for a subject as it stands: the choices, each with what it is about. Pure.

struct PlannedChoice {
    std::string subject;
    std::string cause;  ///< why it stands: as in stuck
    std::string about;  ///< "/orders 1 is given up; 3 events wait"
    Instant since;
    std::uint64_t behind{};  ///< events that wait
    sequence::Choice choice;

    bool operator==(const PlannedChoice&) const = default;
};

/// Of skip, release, drop, settle, adopt, unflood and repair of what waits.
/// Failure: kConflict when nothing there fits (any more), kInvalidArgument when more than one thing
/// does and the request does not say which; both say what is there. kInvalidEvent: the edited copy
/// is none, or breaks the contract.
[[nodiscard]] Result<std::vector<PlannedChoice>> plan_choices(
    const CommandRequest& request, const sequence::Subject& subject, const runtime::DomainPlan& plan
);

/// take-back, or repair of a record aside.
[[nodiscard]] Result<PlannedChoice> plan_take_back(
    const CommandRequest& request, const runtime::AsideEvent& event, const runtime::DomainPlan& plan
);

/// What the sequencer would say to that choice; empty: it carries it out, and the subject is as it
/// would stand then.
[[nodiscard]] std::string try_choice(
    const sequence::Choice& choice, sequence::Subject& subject, const runtime::DomainPlan& plan
);

/// One line: what happens when such a command is carried out.
[[nodiscard]] std::string_view what_follows(std::string_view verb);

}  // namespace sluice::daemon
