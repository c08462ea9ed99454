#pragma once

#include <sluice/result.hpp>

#include "log/kafka/client.hpp"
#include "log/kafka/topics.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::log::kafka {

/// What became of a record that was handed to a producer.
struct Delivery {
    Offset offset{-1};
    rd_kafka_resp_err_t error{RD_KAFKA_RESP_ERR__IN_PROGRESS};
};

/// The records of a call, on their way: one Delivery each, in their order. Filled in by whoever
/// polls the producer.
/// Lifetime: until all have been answered; librdkafka points into it.
class Deliveries {
public:
    explicit Deliveries(std::size_t count) : all_(count, Slot{{}, this}) {}

    Deliveries(const Deliveries&) = delete;
    Deliveries& operator=(const Deliveries&) = delete;

    /// For the record that is handed over next.
    [[nodiscard]] void* token() { return &all_[sent_]; }

    void sent() { ++sent_; }

    /// Waits until all that was sent is answered. False: not within `timeout`.
    [[nodiscard]] bool wait(std::chrono::milliseconds timeout) const;

    /// The first failure, or the offsets.
    [[nodiscard]] Result<std::vector<Offset>> offsets() const;

    /// A producer's delivery report.
    static void on_report(rd_kafka_t* client, const rd_kafka_message_t* message, void* opaque);

private:
    struct Slot {
        Delivery delivery;
        Deliveries* owner;
    };

    std::vector<Slot> all_;
    std::size_t sent_{0};
    mutable std::mutex mutex_;
    mutable std::condition_variable answered_cv_;
    std::size_t answered_{0};
};

/// The topics that a producer writes to. One that it does not know yet is asked for at once:
/// librdkafka alone would look for it once a second.
/// Threads:  any.
/// Lifetime: the client outlives it.
class Targets {
public:
    Targets(rd_kafka_t* producer, const KafkaLogOptions& options, const Topics& topics)
        : producer_{producer},
          options_{options},
          topics_{topics} {}

    [[nodiscard]] Result<rd_kafka_topic_t*> at(const std::string& topic);

    /// Hands records over, waiting while the producer's queue is full.
    [[nodiscard]] Status hand_over(const std::vector<Append>& appends, Deliveries& deliveries);

private:
    rd_kafka_t* producer_;
    const KafkaLogOptions& options_;
    const Topics& topics_;
    std::mutex mutex_;
    std::map<std::string, TopicHandle> handles_;
};

/// Writes outside of steps: idempotent, acks=all.
/// Threads:  any. One of its own serves the answers.
/// Lifetime: topics and options outlive it.
/// Failure:  after an error some of it may have been written.
class Producer {
public:
    [[nodiscard]] static Result<std::unique_ptr<Producer>> open(
        const KafkaLogOptions& options, Trouble& trouble, const Topics& topics
    );

    [[nodiscard]] Result<std::vector<Offset>> publish(const std::vector<Append>& appends);

private:
    Producer(ClientHandle client, const KafkaLogOptions& options, const Topics& topics);

    const KafkaLogOptions& options_;
    ClientHandle client_;
    Targets targets_;
    std::jthread poller_;  ///< last: ends before the client goes
};

}  // namespace sluice::log::kafka
