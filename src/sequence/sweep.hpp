#pragma once

#include "sequence/subject.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace sluice::sequence {

/// The proof that whatever was published before it began has reached its home, by offsets alone.
///   1. begin: the high watermarks of all partitions of all channels;
///   2. wait until the group has committed reading past each;
///   3. then take the end of every home's repartition partition, and wait until it is read.
/// In this order: an event below a watermark is read in a step that also writes its repartition
/// record, so that record lies below an end that is taken afterwards
/// (docs/architecture/sequencer.md). Pure; the shell asks and answers. One per domain member. A
/// sweep that is not finished when the process ends is begun anew. Threads: one.   Failure: none;
/// calls in another phase than said are our bug.
class Sweep {
public:
    enum class Phase : std::uint8_t { kIdle, kChannels, kRepartition };

    /// Channel index and partition: whatever names a channel partition in the shell.
    using ChannelPartition = std::pair<std::uint32_t, PartitionId>;

    [[nodiscard]] Phase phase() const { return phase_; }

    /// The id that the next sweep to begin will have.
    [[nodiscard]] SweepId next_id() const { return next_; }

    /// kIdle only. `watermarks`: of every channel partition.
    void begin(std::map<ChannelPartition, Offset> watermarks);

    /// kChannels: what the group has committed. True once every watermark is passed.
    [[nodiscard]] bool channels_passed(const std::map<ChannelPartition, Offset>& committed) const;

    /// kChannels, after `channels_passed`: the ends of the repartition partitions, taken just now.
    void repartition_ends(std::map<HomeId, Offset> ends);

    /// kRepartition: what has been read and committed of them. Answers the sweep's id when it has
    /// ended.
    [[nodiscard]] std::optional<SweepId> read_up_to(const std::map<HomeId, Offset>& committed);

    /// The first channel partition not yet passed, for `why`.
    [[nodiscard]] std::optional<ChannelPartition> held_by(
        const std::map<ChannelPartition, Offset>& committed
    ) const;

private:
    Phase phase_{Phase::kIdle};
    SweepId next_{1};
    std::map<ChannelPartition, Offset> watermarks_;
    std::map<HomeId, Offset> ends_;
};

}  // namespace sluice::sequence
