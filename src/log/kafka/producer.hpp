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
    bool may_be_there{false};  ///< although it failed
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

    /// The offsets; or the first failure, and whether anything may have been written all the same.
    [[nodiscard]] Result<std::vector<Offset>> offsets() const;

    /// A producer's delivery report.
    static void on_report(rd_kafka_t* client, const rd_kafka_message_t* message, void* opaque);

    /// What became of the record that was handed over with that token.
    static void answer(void* token, const Delivery& delivery);

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

/// Writes outside of steps: idempotent, acks=all, and gapless: when a record is given up, so is all
/// that was handed over after it, or it would be written before the record is sent again. The
/// client is of no more use then, and the next publish makes another.
/// Threads:  any. One of its own serves the answers.
/// Lifetime: options, trouble and topics outlive it.
/// Failure:  after an error some of it may have been written; the message says whether.
class Producer {
public:
    [[nodiscard]] static Result<std::unique_ptr<Producer>> open(
        const KafkaLogOptions& options, Trouble& trouble, const Topics& topics
    );

    [[nodiscard]] Result<std::vector<Offset>> publish(const std::vector<Append>& appends);

private:
    /// A client and what belongs to it; it stays until the last publish by it has ended.
    struct Client {
        Client(ClientHandle made, const KafkaLogOptions& options, const Topics& topics);

        ClientHandle handle;
        Targets targets;
        std::jthread poller;  ///< last: ends before the client goes
    };

    Producer(const KafkaLogOptions& options, Trouble& trouble, const Topics& topics)
        : options_{options},
          trouble_{trouble},
          topics_{topics} {}

    [[nodiscard]] Result<std::shared_ptr<Client>> client();

    const KafkaLogOptions& options_;
    Trouble& trouble_;
    const Topics& topics_;
    std::mutex mutex_;
    std::shared_ptr<Client> client_;  // shared with publishes under way
};

}  // namespace sluice::log::kafka
