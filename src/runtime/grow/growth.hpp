#pragma once

#include <sluice/result.hpp>

#include "base/clock.hpp"
#include "log/replacement.hpp"
#include "runtime/domain/domain_plan.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// What a domain is grown with; all outlives it. Nobody else uses the log meanwhile.
struct GrowthContext {
    log::Log& log;
    const Clock& clock;
    const DomainPlan& plan;  ///< `homes` are those that the domain has
    std::function<Status(const log::Replacement&)> replace;  ///< ReplacingLog::replace
    std::function<void(std::string_view)> tell{};            ///< a line for people; may be empty

    /// ReplacingLog::hold; empty: no other process has the log.
    std::function<Result<std::unique_ptr<log::Hold>>(const log::GroupSpec&)> hold{};
};

struct GrowthOrder {
    std::uint32_t homes{};  ///< that the domain is to have
    std::string by;         ///< who says so, and why: for the audit
    std::string why;
};

/// What it is about, or what was done.
struct Growth {
    std::uint32_t homes_before{};
    std::uint32_t homes{};
    std::uint64_t on_their_way{};  ///< records in repartition, which are sequenced first
    std::uint64_t ordered{};       ///< records that get another place
    std::uint64_t aside{};
    std::uint64_t audit{};
    std::uint64_t brought_back{};  ///< of history that retention had taken
    std::vector<std::string> subscriptions;

    bool operator==(const Growth&) const = default;
};

/// Whether the domain may grow, and what that is about; nothing is changed.
/// kNotFound: it has never run here. kInvalidArgument: not more homes, or too many. kAlreadyExists:
/// it has as many. kConflict: commands of operators wait for their subscriptions, or another domain
/// reads its ordered topic. kUnsupported: somebody else puts its topic in order.
[[nodiscard]] Result<Growth> look_at_growth(
    const log::Log& log, const DomainPlan& plan, std::uint32_t homes
);

/// Gives the domain more homes: docs/architecture/grow.md. Until the last act nothing that a daemon
/// sees has changed but that what was on its way home is sequenced; that act is one write. Whoever
/// is killed before begins again from the start.
/// Failure:  those of look_at_growth and of the log; then nothing has changed, or (kIo) the process
///           has to end and whoever opens the log next finds the old homes or the new ones.
///           kUnavailable, kFenced: a daemon has the domain, or had it meanwhile.
/// Limits:   as much of the disk again as ordered, aside and audit topic and the state take; memory
///           for 16 bytes of each event that lies in a backlog.
[[nodiscard]] Result<Growth> grow_domain(const GrowthContext& context, const GrowthOrder& order);

}  // namespace sluice::runtime
