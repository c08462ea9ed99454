#pragma once

#include <sluice/result.hpp>

#include "log/change_signal.hpp"
#include "log/kafka/handles.hpp"
#include "log/log.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

namespace sluice::log::kafka {

/// One partition read in order by one client, ahead of whoever takes. Never paused, never sought
/// (librdkafka 2.0.2 loses messages beside either): another place is another stream.
/// Threads:  one at a time.
/// Lifetime: client and signal outlive it. One per client and partition.
/// Failure:  after an error it is of no more use.
/// Limits:   what the client reads ahead of a partition, twice.
class Stream {
public:
    /// Begins to read. `arrived` is bumped when there is something.
    [[nodiscard]] static Result<std::unique_ptr<Stream>> open(
        rd_kafka_t* client,
        const std::string& topic,
        PartitionId partition,
        Offset from,
        ChangeSignal& arrived
    );

    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Whether reading at `at` is going on here: no record lies between.
    [[nodiscard]] bool covers(Offset at) const { return given_ <= at && at <= next_; }

    /// Everything up to here has come, or is known to hold no record.
    [[nodiscard]] Offset fetched() const { return fetched_; }

    [[nodiscard]] bool is_ready() const { return !ready_.empty(); }

    /// Takes in what has come; waits for something while nothing is ready.
    [[nodiscard]] Status receive(std::chrono::milliseconds timeout);

    /// What is ready, within the limits; `next` of it is where the stream goes on.
    [[nodiscard]] Records take(const ReadLimits& limits);

    /// Of all records that were taken.
    [[nodiscard]] std::uint64_t bytes_taken() const { return bytes_taken_; }

private:
    Stream(TopicHandle topic, std::int32_t partition, Offset from, QueueHandle queue);

    [[nodiscard]] Status take_in(const rd_kafka_message_t& message);

    TopicHandle topic_;
    std::int32_t partition_;
    QueueHandle queue_;
    std::deque<StoredRecord> ready_;
    Offset given_;    ///< behind the last record that was taken
    Offset next_;     ///< where the next one is looked for
    Offset fetched_;  ///< as `fetched`
    std::uint64_t bytes_taken_{0};
};

}  // namespace sluice::log::kafka
