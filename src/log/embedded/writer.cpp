#include "log/embedded/writer.hpp"

#include "base/point.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace sluice::log {

namespace {

/// Below it nothing is written, steps neither: the write-ahead log must not meet the end of the
/// disk, because RocksDB cannot always go on behind it.
constexpr std::uint64_t kFloorBytes = std::uint64_t{64} << 20;

/// What must be free before a log whose disk was full writes again: a flush of all in memory.
constexpr std::uint64_t kResumeBytes = std::uint64_t{192} << 20;

/// RocksDB leaves a broken write-ahead log file behind by flushing, and with nothing in memory it
/// does not flush. Every group is in the memtable of meta, so that one tells for all.
bool can_resume(const Store& store) {
    std::uint64_t entries = 0;
    const bool told = store.db().GetIntProperty(
        store.meta(), rocksdb::DB::Properties::kNumEntriesActiveMemTable, &entries
    );
    return told && entries > 0;
}

}  // namespace

Writer::Writer(
    const Store& store,
    const EmbeddedOptions& options,
    std::uint64_t last_group,
    Health& health,
    Published& published,
    ChangeSignal& changes,
    Probe& probe
)
    : store_{store},
      options_{options},
      health_{health},
      published_{published},
      changes_{changes},
      probe_{probe},
      last_group_{last_group},
      thread_{[this] { run(); }} {}

Writer::~Writer() {
    close();
}

std::uint64_t Writer::close() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    work_.notify_all();
    if (thread_.joinable()) thread_.join();
    return last_group_;
}

Status Writer::submit(Job& job) {
    Ticket ticket{&job, std::nullopt};
    std::unique_lock lock{mutex_};
    room_.wait(lock, [&] {
        return queue_.empty() || (queue_.size() < options_.queue_jobs_max &&
                                  queued_bytes_ + job.bytes() <= options_.queue_bytes_max);
    });
    queue_.push_back(&ticket);
    queued_bytes_ += job.bytes();
    probe_.queued_jobs = queue_.size();
    probe_.queued_bytes = queued_bytes_;
    work_.notify_one();
    done_.wait(lock, [&] { return ticket.outcome.has_value(); });
    return *std::move(ticket.outcome);
}

void Writer::run() {
    for (;;) {
        const std::vector<Ticket*> group = take_group();
        if (group.empty()) return;
        finish(group, write_group(group));
    }
}

std::vector<Writer::Ticket*> Writer::take_group() {
    std::unique_lock lock{mutex_};
    work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    std::vector<Ticket*> group;
    std::size_t bytes = 0;
    while (!queue_.empty() && group.size() < options_.group_jobs_max) {
        const Job& next = *queue_.front()->job;
        if (!group.empty() && (next.alone() || bytes + next.bytes() > options_.group_bytes_max))
            break;
        bytes += next.bytes();
        group.push_back(queue_.front());
        queue_.pop_front();
        if (next.alone()) break;
    }
    queued_bytes_ -= bytes;
    probe_.group_jobs_last = group.size();
    Probe::add(probe_.jobs_total, group.size());
    probe_.queued_jobs = queue_.size();
    probe_.queued_bytes = queued_bytes_;
    lock.unlock();
    room_.notify_all();
    return group;
}

Status Writer::admit(const Job& job, std::uint64_t free_bytes) {
    const std::uint64_t needed =
        job.needs_reserve() ? std::max(options_.reserve_bytes, kFloorBytes) : kFloorBytes;
    if (free_bytes >= needed + job.bytes()) return ok();
    Probe::add(probe_.refused_full_total, 1);
    return Error{
        ErrorCode::kFull,
        fmt::format(
            "{} MiB are free on the disk of {}, less than the reserve of {} MiB: nothing was "
            "written; free some space, writing goes on by itself",
            free_bytes >> 20,
            options_.directory.string(),
            needed >> 20
        )};
}

std::vector<Status> Writer::write_group(const std::vector<Ticket*>& group) {
    GroupBatch batch{store_, last_group_ + 1};
    const Result<std::uint64_t> free = store_.free_bytes();
    std::vector<Status> outcomes;
    outcomes.reserve(group.size());
    for (const Ticket* ticket : group) {
        Status fit = health_.check();
        if (fit && !free) fit = free.error();
        if (fit) fit = admit(*ticket->job, *free);
        if (fit) fit = ticket->job->add_to(batch);
        outcomes.push_back(std::move(fit));
    }
    const Status written = batch.empty() ? ok() : write(batch);
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (!outcomes[i]) continue;
        if (written) {
            group[i]->job->committed();
        } else {
            group[i]->job->abandoned();
            outcomes[i] = written;
        }
    }
    if (written && batch.records() > 0) changes_.bump();
    return outcomes;
}

Status Writer::write(GroupBatch& batch) {
    Status cleared = clear_full();
    if (!cleared) {
        batch.abandoned();
        return cleared;
    }
    rocksdb::WriteBatch& sealed = batch.seal();
    rocksdb::WriteOptions options;
    options.sync = options_.durability == Durability::kFsync;
    SLUICE_POINT("log.group.before_write");
    const auto begin = std::chrono::steady_clock::now();
    const rocksdb::Status status = store_.db().Write(options, &sealed);
    const auto took = std::chrono::steady_clock::now() - begin;
    SLUICE_POINT("log.group.before_ack");
    if (!status.ok()) {
        Probe::add(probe_.errors_total, 1);
        batch.abandoned();
        const bool passes = status.IsNoSpace() && can_resume(store_);
        if (!passes) health_.poison(ErrorCode::kIo, "writing a group: " + status.ToString());
        health_.set_full(passes);
        return passes ? store_error(status, "writing a group", health_) : health_.check();
    }
    ++last_group_;
    batch.committed();
    published_.renew();
    probe_.wrote_group(std::chrono::duration_cast<std::chrono::microseconds>(took));
    Probe::add(probe_.fsyncs_total, options.sync ? 1 : 0);
    Probe::add(probe_.records_total, batch.records());
    Probe::add(probe_.bytes_total, sealed.GetDataSize());
    return ok();
}

Status Writer::clear_full() {
    if (!health_.full()) return ok();
    const Result<std::uint64_t> free = store_.free_bytes();
    if (!free) return free.error();
    if (*free < kResumeBytes) {
        return store_error(rocksdb::Status::NoSpace(), "waiting for space", health_);
    }
    // RocksDB flushes everything and begins a new write-ahead log: what the failed write left is
    // behind. Trying it without space would cost the whole process.
    const rocksdb::Status resumed = store_.db().Resume();
    if (resumed.ok()) {
        health_.set_full(false);
        return ok();
    }
    Probe::add(probe_.errors_total, 1);
    return store_error(resumed, "going on after the disk was full", health_);
}

void Writer::finish(const std::vector<Ticket*>& group, std::vector<Status> outcomes) {
    {
        // A caller that sees its outcome takes its ticket away.
        const std::lock_guard lock{mutex_};
        for (std::size_t i = 0; i < group.size(); ++i) group[i]->outcome = std::move(outcomes[i]);
    }
    done_.notify_all();
}

}  // namespace sluice::log
