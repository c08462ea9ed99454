#pragma once

#include "bench/bench.hpp"

namespace sluice::bench {

struct RawRates {
    double append_per_second{};  ///< the bytes put once, in the same synced batches
    double scan_per_second{};
};

/// The ceiling: the same bytes in RocksDB alone, without topics, offsets or checks.
[[nodiscard]] RawRates raw_store(const Load& load);

/// Events handled per second by SQLite alone: an inbox row and one upsert per event, in the same
/// batches.
[[nodiscard]] double raw_sqlite(const Load& load);

}  // namespace sluice::bench
