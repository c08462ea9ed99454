#pragma once

#include "log/kafka/snapshot_record.hpp"
#include "log/kafka/snapshot_rules.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::log::kafka {

/// When a home's next snapshot is due, and up to where its inputs may go. A snapshot is written
/// when the home has written four times its size, so that snapshots are a fifth of all that is
/// written; or when it is old, the older the larger it is. Retention may take only what a snapshot
/// covers: what came later is in one machine's copy alone. Pure.
/// Threads:  the lease's.
class SnapshotSchedule {
public:
    static constexpr std::uint64_t kRatio = 4;
    static constexpr Milliseconds kRetry{60'000};  ///< after one that could not be written

    SnapshotSchedule(const SnapshotRules& rules, std::optional<SnapshotRef> last, Instant now)
        : rules_{rules},
          last_{last},
          since_{last ? last->written : now} {}

    /// The home has written so much to its outputs.
    void wrote(std::size_t bytes) { bytes_ += bytes; }

    /// Its fold tables are true up to `next` of `from`.
    void folded(const PartitionRef& from, Offset next);

    [[nodiscard]] bool is_due(Instant now) const;

    /// One of the tables as they are now is being written.
    void began();

    void failed(Instant now);

    /// It is whole: the home's next step refers to it.
    void ready(const SnapshotRef& ref) { ready_ = ref; }

    [[nodiscard]] const std::optional<SnapshotRef>& ready() const { return ready_; }

    [[nodiscard]] bool is_under_way() const { return under_way_; }

    /// Up to where the one that is ready covers what the tables are a fold of: what the step that
    /// refers to it commits. No other step moves these offsets.
    [[nodiscard]] std::vector<std::pair<PartitionRef, Offset>> covered() const;

    /// There has never been one: nothing of what the tables are a fold of may go.
    [[nodiscard]] bool is_first() const { return !last_; }

    /// The step with the reference is certain. Answers the snapshot before it.
    std::optional<SnapshotRef> referred();

private:
    SnapshotRules rules_;
    std::optional<SnapshotRef> last_;
    Instant since_;
    std::size_t bytes_{0};  ///< written since the one under way, or the last one, began
    std::size_t taken_{0};  ///< … before
    std::map<PartitionRef, Offset> folded_;  ///< up to where the tables are true
    std::map<PartitionRef, Offset> covers_;  ///< … those of the one under way
    bool moved_{false};                      ///< since the one under way began
    bool under_way_{false};
    std::optional<SnapshotRef> ready_;
    std::optional<Instant> not_before_;
};

}  // namespace sluice::log::kafka
