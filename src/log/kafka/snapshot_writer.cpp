#include "log/kafka/snapshot_writer.hpp"

#include "base/clock.hpp"

#include <fmt/format.h>

#include <random>
#include <utility>
#include <vector>

namespace sluice::log::kafka {

namespace {

constexpr std::size_t kPublishBytes = std::size_t{1} << 20;  // blocks that go out together

std::uint64_t new_id() {
    std::random_device random;
    return (std::uint64_t{random()} << 32U) | random();
}

/// Blocks on their way to a partition.
class BlockStream {
public:
    BlockStream(Producer& producer, const SnapshotPlace& place, std::uint64_t id)
        : producer_{producer},
          place_{place} {
        ref_.id = id;
        ref_.written = SystemClock{}.now();
    }

    Status add(std::string block) {
        ref_.bytes += block.size();
        waiting_bytes_ += block.size();
        waiting_.push_back(
            {encode_block_key({place_.home, ref_.id, ref_.blocks}),
             std::move(block),
             {},
             ref_.written}
        );
        ++ref_.blocks;
        return waiting_bytes_ < kPublishBytes ? ok() : flush();
    }

    Status flush() {
        waiting_bytes_ = 0;
        if (waiting_.empty()) return ok();
        const auto offsets =
            producer_.publish({Append{place_.partition, std::exchange(waiting_, {})}});
        if (!offsets) return offsets.error();
        if (!begun_) ref_.first = offsets.value().front();
        begun_ = true;
        ref_.next = offsets.value().back().next();
        return ok();
    }

    [[nodiscard]] const SnapshotRef& ref() const { return ref_; }

private:
    Producer& producer_;
    const SnapshotPlace& place_;
    SnapshotRef ref_;
    bool begun_{false};
    std::vector<Record> waiting_;
    std::size_t waiting_bytes_{0};
};

}  // namespace

std::optional<Result<SnapshotRef>> SnapshotJob::outcome() const {
    const std::lock_guard lock{mutex_};
    return outcome_;
}

void SnapshotJob::ended(Result<SnapshotRef> outcome) {
    const std::lock_guard lock{mutex_};
    outcome_ = std::move(outcome);
}

SnapshotWriter::SnapshotWriter(const KafkaLogOptions& options, Topics& topics, Producer& producer)
    : options_{options},
      topics_{topics},
      producer_{producer},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

std::shared_ptr<SnapshotJob> SnapshotWriter::write(const SnapshotPlace& place, FoldRows rows) {
    auto job = std::make_shared<SnapshotJob>();
    auto of = std::make_shared<FoldRows>(std::move(rows));  // a task can be copied
    put([this, job, of, place] {
        auto outcome = written(place, *of, *job);
        if (!outcome && !job->is_cancelled() && options_.notice) {
            options_.notice(fmt::format(
                "group {}: no snapshot of home {} could be written: {}; it is tried again, and "
                "retention takes nothing meanwhile",
                place.group,
                place.home.value,
                outcome.error().message
            ));
        }
        job->ended(std::move(outcome));
    });
    return job;
}

void SnapshotWriter::forget(const SnapshotPlace& place, Offset below) {
    put([this, place, below] { static_cast<void>(topics_.delete_below(place.partition, below)); });
}

void SnapshotWriter::put(Task task) {
    {
        const std::lock_guard lock{mutex_};
        tasks_.push_back(std::move(task));
    }
    waiting_.notify_one();
}

void SnapshotWriter::run(const std::stop_token& stop) {
    const std::stop_callback stopped{stop, [this] { stopping_.store(true); }};
    while (true) {
        Task task;
        {
            std::unique_lock lock{mutex_};
            if (!waiting_.wait(lock, stop, [this] { return !tasks_.empty(); })) return;
            if (stop.stop_requested()) return;
            task = std::move(tasks_.front());
            tasks_.pop_front();
        }
        task();
    }
}

Result<SnapshotRef> SnapshotWriter::written(
    const SnapshotPlace& place, FoldRows& rows, const SnapshotJob& job
) const {
    if (const Status made = topics_.create(place.topic, kept_topic(options_)); !made) {
        return made.error();
    }
    BlockStream out{producer_, place, new_id()};
    BlockPacker packer;
    for (bool more = true; more;) {
        const auto row = rows.next();
        if (!row) return row.error();
        more = row.value().has_value();
        if (more) packer.add(*row.value());
        if (more ? !packer.is_full() : packer.is_empty()) continue;
        if (stopping_.load() || job.is_cancelled()) {
            return Error{ErrorCode::kUnavailable, "it is not needed any more"};
        }
        if (const Status sent = out.add(packer.take()); !sent) return sent.error();
    }
    if (const Status sent = out.flush(); !sent) return sent.error();
    return out.ref();
}

}  // namespace sluice::log::kafka
