#pragma once

#include <sluice/result.hpp>

#include "log/change_signal.hpp"
#include "log/embedded/embedded.hpp"
#include "log/embedded/group_batch.hpp"
#include "log/embedded/health.hpp"
#include "log/embedded/published.hpp"
#include "log/embedded/store.hpp"

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace sluice::log {

/// Something to write. All of its methods run on the writer's thread, while its caller waits.
class Job {
public:
    virtual ~Job() = default;

    [[nodiscard]] virtual std::size_t bytes() const { return 0; }

    /// A group of its own: for what changes the catalog.
    [[nodiscard]] virtual bool alone() const { return true; }

    /// Refused while the disk's reserve is all that is left.
    [[nodiscard]] virtual bool needs_reserve() const { return false; }

    /// Adds itself, or answers why not and adds nothing.
    virtual Status add_to(GroupBatch& batch) = 0;

    virtual void committed() {}  ///< it is on disk (or added nothing)

    virtual void abandoned() {}  ///< it is not
};

/// Group commit: takes everything queued, makes one batch of it, writes and syncs it, and only then
/// answers the callers and takes the next.
/// Threads:  `submit` from any; one thread of its own.
/// Lifetime: what it borrows outlives it. Destroying it finishes what is queued.
/// Failure:  no space: every job of the group answers kFull and nothing of it is there. Any other
///           error poisons `Health`: from then on every job answers kIo.
/// Limits:   `queue_*_max`: then `submit` blocks; `group_*_max`.
class Writer {
public:
    Writer(
        const Store& store,
        const EmbeddedOptions& options,
        std::uint64_t last_group,
        Health& health,
        Published& published,
        ChangeSignal& changes,
        Probe& probe
    );
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// Returns when the job is on disk or refused.
    [[nodiscard]] Status submit(Job& job);

    /// Finishes what is queued and ends the thread. Answers the number of the last group on disk.
    std::uint64_t close();

private:
    struct Ticket {
        Job* job;
        std::optional<Status> outcome;
    };

    void run();
    [[nodiscard]] std::vector<Ticket*> take_group();
    [[nodiscard]] std::vector<Status> write_group(const std::vector<Ticket*>& group);
    [[nodiscard]] Status admit(const Job& job, std::uint64_t free_bytes);
    [[nodiscard]] Status write(GroupBatch& batch);
    [[nodiscard]] Status clear_full();
    void finish(const std::vector<Ticket*>& group, std::vector<Status> outcomes);

    const Store& store_;
    const EmbeddedOptions& options_;
    Health& health_;
    Published& published_;
    ChangeSignal& changes_;
    Probe& probe_;
    std::uint64_t last_group_;  // writer's thread only

    std::mutex mutex_;
    std::condition_variable work_;
    std::condition_variable room_;
    std::condition_variable done_;
    std::deque<Ticket*> queue_;
    std::size_t queued_bytes_{0};
    bool stopping_{false};

    std::thread thread_;  // last: joined before anything it touches goes
};

}  // namespace sluice::log
