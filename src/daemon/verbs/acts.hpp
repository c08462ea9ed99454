#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "daemon/verbs/command_request.hpp"
#include "dispatch/dispatcher.hpp"
#include "event/record.hpp"
#include "runtime/domain/domain_plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::daemon {

// What a request about a subscription means for a subject's backlog as it stands. Pure.

struct PlannedAct {
    std::string cause;  ///< why it stands: as in stuck
    std::string about;
    Instant since;
    std::uint64_t behind{};  ///< events in its backlog
    dispatch::Act act;

    bool operator==(const PlannedAct&) const = default;
};

/// A subject in a subscription: its line, if it has one, and the record at its head, if that lies
/// in the backlog.
struct BacklogView {
    std::optional<dispatch::Line> line;
    std::optional<Record> head;
};

/// Failure: kConflict when it does not stand so (any more); kInvalidEvent: the edited copy is none,
/// is another event, or breaks the contract.
[[nodiscard]] Result<PlannedAct> plan_act(
    const CommandRequest& request, const BacklogView& view, const runtime::DomainPlan& plan
);

/// One line: what happens when such a command is carried out.
[[nodiscard]] std::string_view what_follows_act(std::string_view verb);

/// The time of the `index`th of many at `rate` a second, from `now` on.
[[nodiscard]] Instant turn_of(std::uint64_t index, std::optional<std::uint64_t> rate, Instant now);

}  // namespace sluice::daemon
