#pragma once

#include <sluice/result.hpp>

#include "log/kafka/cache.hpp"
#include "log/kafka/restore_news.hpp"
#include "log/kafka/snapshot_record.hpp"
#include "log/kafka/streams.hpp"

#include <optional>

namespace sluice::log::kafka {

/// The snapshot that a copy refers to; nothing if there has never been one.
[[nodiscard]] Result<std::optional<SnapshotRef>> snapshot_of(const Cache::Home& copy);

/// Brings the copy's fold tables to the snapshot that it refers to, if they are older. One that is
/// not there or not whole is passed over, and told: then they are empty.
/// Call:     after restore_home.
/// Threads:  one at a time for one home.
/// Failure:  kUnavailable: the brokers; again later. kIo: the disk.
[[nodiscard]] Status restore_folds(
    Streams& streams, const PartitionRef& snapshots, Cache::Home copy, const RestoreNews& news
);

}  // namespace sluice::log::kafka
