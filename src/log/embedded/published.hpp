#pragma once

#include "log/embedded/store.hpp"

#include <rocksdb/snapshot.h>

#include <memory>
#include <mutex>

namespace sluice::log {

/// The store as a look from outside may see it: as of the last group whose ends are told. RocksDB
/// shows a group once it is written, and the ends of its partitions are told a moment later. Who
/// looked in between would find input consumed and nothing come of it: a log that seems idle.
/// Threads:  `renew` the writer's; `view` any.
/// Lifetime: the store outlives it, and every view that it gave.
class Published {
public:
    using View = std::shared_ptr<rocksdb::ManagedSnapshot>;

    explicit Published(const Store& store) : store_{store} { renew(); }

    /// The ends of all that is written are told.
    void renew() {
        View now = std::make_shared<rocksdb::ManagedSnapshot>(&store_.db());
        const std::lock_guard lock{mutex_};
        view_.swap(now);
    }

    [[nodiscard]] View view() const {
        const std::lock_guard lock{mutex_};
        return view_;
    }

private:
    const Store& store_;
    mutable std::mutex mutex_;
    View view_;
};

}  // namespace sluice::log
