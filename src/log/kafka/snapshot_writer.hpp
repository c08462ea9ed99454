#pragma once

#include "log/kafka/cache.hpp"
#include "log/kafka/producer.hpp"
#include "log/kafka/snapshot_record.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace sluice::log::kafka {

/// Where a home's snapshots lie.
struct SnapshotPlace {
    std::string group;
    TopicSpec topic;
    PartitionRef partition;
    HomeId home;
    bool alone{true};  ///< no other home's lie in the partition
};

/// A snapshot that is being written.
/// Threads: any.
class SnapshotJob {
public:
    /// Nothing more of it is needed.
    void cancel() { cancelled_.store(true); }

    [[nodiscard]] bool is_cancelled() const { return cancelled_.load(); }

    /// Nothing: not yet. The reference has no step.
    [[nodiscard]] std::optional<Result<SnapshotRef>> outcome() const;

    void ended(Result<SnapshotRef> outcome);

private:
    std::atomic<bool> cancelled_{false};
    mutable std::mutex mutex_;
    std::optional<Result<SnapshotRef>> outcome_;
};

/// Writes snapshots, one after the other, beside the steps. They are outside of any transaction:
/// one that nobody refers to is not there.
/// Threads:  any; has one of its own.
/// Lifetime: options, topics, producer and the cache outlive it. Destroying it breaks off the one
///           under way.
/// Limits:   a home asks for one at a time, so as many wait as this process has homes.
class SnapshotWriter {
public:
    SnapshotWriter(const KafkaLogOptions& options, Topics& topics, Producer& producer);

    [[nodiscard]] std::shared_ptr<SnapshotJob> write(const SnapshotPlace& place, FoldRows rows);

    /// What lies below belongs to snapshots that nobody needs. Tried once: the next call takes it.
    void forget(const SnapshotPlace& place, Offset below);

private:
    using Task = std::function<void()>;

    void put(Task task);
    void run(const std::stop_token& stop);
    [[nodiscard]] Result<SnapshotRef> written(
        const SnapshotPlace& place, FoldRows& rows, const SnapshotJob& job
    ) const;

    const KafkaLogOptions& options_;
    Topics& topics_;
    Producer& producer_;
    std::atomic<bool> stopping_{false};
    std::mutex mutex_;
    std::condition_variable_any waiting_;
    std::deque<Task> tasks_;
    std::jthread thread_;  ///< last: ends before the rest goes
};

}  // namespace sluice::log::kafka
