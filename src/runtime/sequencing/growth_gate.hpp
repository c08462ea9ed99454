#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/log.hpp"
#include "runtime/sequencing/sweeper.hpp"

#include <string_view>

namespace sluice::runtime {

/// Holds up a partition that its channel was given while it was in use (history D5). What has a
/// number passes at once; the rest waits, batch by batch, until all that lay in the channel's
/// older partitions when the batch had been fetched has reached its home: a sweep over these.
/// Threads:  the task's only.
/// Lifetime: the Log outlives it.
/// Failure:  of the log, as they are.
class GrowthGate {
public:
    /// `older`: the channel with the partitions that are waited for. `home`: whoever reads.
    GrowthGate(
        const log::Log& log, std::string_view domain, const log::TopicSpec& older, HomeId home
    );

    /// Whether the next record may be taken.
    [[nodiscard]] bool is_open_for(const log::StoredRecord& next) const;

    /// Moves on, as far as offsets allow, to where `next` and all that was fetched with it, up to
    /// `behind`, may be taken.
    [[nodiscard]] Status advance(const log::StoredRecord& next, Offset behind, Instant now);

private:
    Sweeper sweeper_;
    Offset open_below_;
    Offset swept_for_;  ///< what the sweep under way opens
};

}  // namespace sluice::runtime
