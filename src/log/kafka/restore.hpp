#pragma once

#include <sluice/result.hpp>

#include "log/kafka/cache.hpp"
#include "log/kafka/restore_news.hpp"
#include "log/kafka/streams.hpp"

#include <string>

namespace sluice::log::kafka {

/// Reads a home's part of a state partition, from where the copy is true to `until`, into the copy.
/// A copy that is too old, or knows more than the partition has, is thrown away first. Tables that
/// are a fold are not there: restore_folds (snapshot_load.hpp).
/// Threads:  one at a time for one home.
/// Answers the mark that the copy has then.
[[nodiscard]] Result<CacheMark> restore_home(
    Streams& streams,
    const PartitionRef& state,
    const Ends& ends,
    Cache::Home copy,
    Instant now,
    const RestoreNews& news
);

}  // namespace sluice::log::kafka
