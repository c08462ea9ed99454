#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/log.hpp"
#include "runtime/domain/domain_plan.hpp"
#include "runtime/domain/probe.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::runtime {

/// Deletes from the ordered and the aside topic of some homes what the contract lets go, from time
/// to time. Of the ordered topic never what a subscription has not done: that is kept, counted and
/// left for the next time.
/// Threads:  the task's only.
/// Lifetime: log, plan and probe outlive it.
/// Failure:  those of the log. kConflict, when somebody has come to need what should go, is none.
class RetentionKeeper {
public:
    RetentionKeeper(
        log::Log& log, const DomainPlan& plan, std::vector<HomeId> homes, SequencingProbe& probe
    );

    [[nodiscard]] Status advance(Instant now);

private:
    /// Of one partition: where what may go ends.
    using Boundary = Result<Offset>;

    Status trim_ordered(HomeId home, Instant now);
    Status trim_aside(HomeId home, Instant now);
    Status trim(const log::PartitionRef& of, const log::Ends& ends, Offset below);
    [[nodiscard]] Offset by_count(const RetentionRule& rule, const log::Ends& ends) const;
    [[nodiscard]] Boundary by_record_time(
        const log::PartitionRef& of, const log::Ends& ends, Instant before
    ) const;

    log::Log& log_;
    const DomainPlan& plan_;
    std::vector<HomeId> homes_;
    SequencingProbe& probe_;
    std::uint64_t held_{0};  ///< in this round
};

}  // namespace sluice::runtime
