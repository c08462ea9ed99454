#pragma once

#include <map>
#include <optional>
#include <set>

#include "sequence/subject.hpp"

namespace sluice::sequence {

/// The proof that whatever was published before it began has reached its home, by offsets alone.
/// Pure; the shell asks `wants_*` and answers. One per domain member.
///   1. begin: the high watermarks of all partitions of all channels;
///   2. wait until the group has committed reading past each;
///   3. then take the end of every home's repartition partition, and wait until it is read.
/// Key is whatever names a channel partition in the shell.
class Sweep {
public:
    enum class Phase : std::uint8_t { kIdle, kChannels, kRepartition };

    [[nodiscard]] Phase phase() const { return phase_; }

    /// The id that the next sweep to begin will have.
    [[nodiscard]] SweepId next_id() const { return next_; }

    /// kIdle only. `watermarks`: of every channel partition (channel index, partition).
    void begin(std::map<std::pair<std::uint32_t, PartitionId>, Offset> watermarks);

    /// kChannels: what the group has committed. True once every watermark is passed.
    [[nodiscard]] bool channels_passed(
        const std::map<std::pair<std::uint32_t, PartitionId>, Offset>& committed
    ) const;

    /// After `channels_passed`: the ends of the repartition partitions, taken just now.
    void repartition_ends(std::map<HomeId, Offset> ends);

    /// kRepartition: what has been read and committed of them. Answers the sweep's id when it has ended.
    [[nodiscard]] std::optional<SweepId> read_up_to(const std::map<HomeId, Offset>& committed);

    /// The first channel partition not yet passed, for `why`.
    [[nodiscard]] std::optional<std::pair<std::uint32_t, PartitionId>> held_by(
        const std::map<std::pair<std::uint32_t, PartitionId>, Offset>& committed
    ) const;

private:
    Phase phase_{Phase::kIdle};
    SweepId next_{1};
    std::map<std::pair<std::uint32_t, PartitionId>, Offset> watermarks_;
    std::map<HomeId, Offset> ends_;
};

}  // namespace sluice::sequence
