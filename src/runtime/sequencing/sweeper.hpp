#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/log.hpp"
#include "sequence/sweep.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sluice::runtime {

/// Carries out sweeps over a domain's channels for one task: asks the log for ends and for what
/// the group has committed, whichever task read it.
/// Threads:  the task's only.
/// Lifetime: the Log outlives it.
/// Limits:   begins at most one sweep per `interval`.
class Sweeper {
public:
    struct Domain {
        std::string name;
        std::vector<log::TopicSpec> channels;
        std::vector<HomeId> homes;  ///< of this task
        bool channels_grow{true};   ///< every sweep looks anew how many partitions they have
    };

    Sweeper(const log::Log& log, Domain domain, Milliseconds interval);

    /// The id that the next sweep to begin will have.
    [[nodiscard]] sequence::SweepId next_id() const { return sweep_.next_id(); }

    [[nodiscard]] bool running() const { return sweep_.phase() != sequence::Sweep::Phase::kIdle; }

    /// Begins a sweep if one is `wanted`, and moves the one under way as far as the offsets allow.
    /// Answers the sweep that has ended.
    [[nodiscard]] Result<std::optional<sequence::SweepId>> advance(bool wanted, Instant now);

private:
    using ChannelOffsets = std::map<std::pair<std::uint32_t, PartitionId>, Offset>;

    [[nodiscard]] Result<ChannelOffsets> watermarks();
    [[nodiscard]] Result<ChannelOffsets> channels_committed() const;
    [[nodiscard]] Result<std::map<HomeId, Offset>> repartition_ends() const;
    [[nodiscard]] Result<std::map<HomeId, Offset>> repartition_committed() const;

    const log::Log& log_;
    Domain domain_;
    std::string group_;
    Milliseconds interval_;
    sequence::Sweep sweep_;
    std::optional<Instant> begun_at_;
};

}  // namespace sluice::runtime
