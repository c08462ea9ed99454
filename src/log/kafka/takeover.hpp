#pragma once

#include <sluice/result.hpp>

#include "log/kafka/group.hpp"
#include "log/kafka/names_book.hpp"
#include "log/kafka/restore.hpp"
#include "log/kafka/snapshot_writer.hpp"

#include <map>
#include <memory>
#include <optional>

namespace sluice::log::kafka {

/// What the parts of the log lend one another.
struct Parts {
    const KafkaLogOptions& options;
    Topics& topics;
    const Watermarks& watermarks;
    Streams& streams;
    Cache& cache;
    ChangeSignal& changed;
    SnapshotWriter& snapshots;
    NamesBook& names;
};

/// A home as a new owner finds it.
struct TakenHome {
    Offset home_next;       ///< of the home topic: what every step commits
    bool home_read{false};  ///< the group consumes it: the offset is not there to fence alone
    CacheMark mark;         ///< up to where the copy is true
    bool torn{false};       ///< its last step is not there: its input is read again from before
    SnapshotPlace snapshots;
    std::optional<SnapshotRef> snapshot;  ///< the last one
};

/// The state partition of a home; makes the topic when it is not there.
[[nodiscard]] Result<PartitionRef> state_partition(
    const Parts& parts, const Group& group, HomeId home
);

/// Where its snapshots lie; the topic may not be there.
[[nodiscard]] SnapshotPlace snapshot_place(const Group& group, HomeId home, std::uint32_t homes);

/// Takes homes over, in the order that docs/architecture/kafka.md gives reasons for: offsets once
/// no transaction is pending on them; whether the group still has its name; the ends of what the
/// old owner wrote, its open transaction ended; the state, up to these ends, and its last snapshot.
[[nodiscard]] Result<std::map<HomeId, TakenHome>> take_over(
    const Parts& parts, Group& group, Tenure& tenure
);

}  // namespace sluice::log::kafka
