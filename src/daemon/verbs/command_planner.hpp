#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "daemon/verbs/acts.hpp"
#include "daemon/verbs/choices.hpp"
#include "daemon/verbs/command_request.hpp"
#include "log/log.hpp"
#include "runtime/domain/domain_plan.hpp"
#include "runtime/inspect/aside_ledger.hpp"
#include "runtime/subjects/domain_facts.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sluice::daemon {

/// One command of a request, before it is sent: about one subject, or one home of a subscription.
struct Prepared {
    HomeId home;
    std::string subject;
    std::string cause;
    std::string about;
    Instant since;
    std::uint64_t behind{};
    std::variant<sequence::Choice, dispatch::Act> what;
};

/// The command as its owner reads it.
[[nodiscard]] Record record_of(const CommandRequest& request, const Prepared& command, Instant at);

/// What a request is about, as the log stands now.
/// Threads:  any.
/// Lifetime: log and ledger outlive it.
/// Failure:  as Commands.
/// Limits:   `kSubjectsMax` subjects.
class CommandPlanner {
public:
    static constexpr std::size_t kSubjectsMax = 200'000;

    /// The contracts that are known here.
    using Plans = std::function<std::vector<const runtime::DomainPlan*>()>;

    /// Subscriptions of a domain that are configured.
    using Configured = std::function<std::vector<std::string>(std::string_view domain)>;

    CommandPlanner(
        const log::Log& log, runtime::AsideLedger& ledger, Plans plans, Configured configured
    )
        : log_{log},
          ledger_{ledger},
          plans_{std::move(plans)},
          configured_{std::move(configured)} {}

    /// One that has run here, or whose topics are there.
    [[nodiscard]] Result<runtime::DomainFacts> domain_of(const CommandRequest& request) const;

    /// `now`: from when on a rate counts.
    [[nodiscard]] Result<std::vector<Prepared>> plan(
        const CommandRequest& request, const runtime::DomainFacts& facts, Instant now
    ) const;

private:
    using All = std::vector<Prepared>;

    [[nodiscard]] Result<All> plan_aside(
        const CommandRequest& request,
        const runtime::DomainFacts& facts,
        const runtime::DomainPlan& plan
    ) const;
    [[nodiscard]] Result<All> takes_now(
        All all,
        const std::string& subject,
        const runtime::DomainFacts& facts,
        const runtime::DomainPlan& plan
    ) const;
    [[nodiscard]] Result<All> plan_all_aside(
        const CommandRequest& request,
        const runtime::DomainFacts& facts,
        const runtime::DomainPlan& plan
    ) const;
    [[nodiscard]] Result<All> plan_all_waiting(
        const CommandRequest& request,
        const runtime::DomainFacts& facts,
        const runtime::DomainPlan& plan
    ) const;

    // command_planner_acts.cpp
    [[nodiscard]] Result<All> plan_acts(
        const CommandRequest& request,
        const runtime::DomainFacts& facts,
        const runtime::DomainPlan& plan,
        Instant now
    ) const;
    [[nodiscard]] Result<All> plan_all_parked(
        const CommandRequest& request, const runtime::DomainFacts& facts, Instant now
    ) const;
    [[nodiscard]] Status knows_subscription(
        const CommandRequest& request, const runtime::DomainFacts& facts
    ) const;
    [[nodiscard]] Result<BacklogView> backlog_of(
        const CommandRequest& request, const runtime::DomainFacts& facts
    ) const;

    const log::Log& log_;
    runtime::AsideLedger& ledger_;
    Plans plans_;
    Configured configured_;
};

/// kTooLarge: more than a command takes.
[[nodiscard]] Error too_many_subjects();

}  // namespace sluice::daemon
