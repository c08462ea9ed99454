#pragma once

#include "log/kafka/snapshot_schedule.hpp"
#include "log/kafka/snapshot_writer.hpp"

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace sluice::log::kafka {

/// The snapshots of one home, as long as a lease holds it: when one is due it is written beside the
/// steps, and when it is whole the next step refers to it. So what a reference names is there, and
/// only the home's owner can have written it.
/// Threads:  the lease's.
/// Lifetime: the writer outlives it.
class SnapshotKeeper {
public:
    SnapshotKeeper(
        SnapshotWriter& writer,
        const SnapshotRules& rules,
        SnapshotPlace place,
        std::optional<SnapshotRef> last,
        Instant now
    );

    ~SnapshotKeeper();
    SnapshotKeeper(const SnapshotKeeper&) = delete;
    SnapshotKeeper& operator=(const SnapshotKeeper&) = delete;

    /// Before a step of the home: what has become of the one under way.
    void look(Instant now);

    /// The change that makes the step, of that number, refer to the snapshot that is whole.
    [[nodiscard]] std::optional<StateChange> reference(std::uint64_t step) const;

    /// Offsets that a step with a reference commits.
    [[nodiscard]] std::vector<std::pair<PartitionRef, Offset>> covered() const {
        return schedule_.covered();
    }

    [[nodiscard]] bool is_first() const { return schedule_.is_first(); }

    /// The step is certain, and so is its reference, if one was there. `copy`: with the step in it.
    void committed(
        std::size_t output_bytes,
        std::span<const Consumed> consumed,
        const Cache::Home& copy,
        Instant now
    );

private:
    SnapshotWriter& writer_;
    SnapshotPlace place_;
    SnapshotSchedule schedule_;
    std::shared_ptr<SnapshotJob> job_;  ///< shared with the writer
};

}  // namespace sluice::log::kafka
