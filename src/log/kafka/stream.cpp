#include "log/kafka/stream.hpp"

#include "log/kafka/errors.hpp"
#include "log/kafka/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace sluice::log::kafka {

namespace {

// Taken from librdkafka at once. What is taken is looked at right after, while it is in the
// processor's cache; what is not lies with librdkafka, whose limit is in bytes.
constexpr std::size_t kReadyMax = 500;
constexpr std::size_t kBatch = 100;  // at once, and let go before the next ones

}  // namespace

Result<std::unique_ptr<Stream>> Stream::open(
    rd_kafka_t* client,
    const std::string& topic,
    PartitionId partition,
    Offset from,
    ChangeSignal& arrived
) {
    // Of the topic, not of the client: an older API that reads single partitions by hand.
    rd_kafka_topic_conf_t* conf = rd_kafka_topic_conf_new();
    std::array<char, 128> why{};
    rd_kafka_topic_conf_set(conf, "auto.offset.reset", "error", why.data(), why.size());
    TopicHandle handle{rd_kafka_topic_new(client, topic.c_str(), conf)};
    if (handle == nullptr) return error_of(rd_kafka_last_error(), "read " + topic);
    QueueHandle queue{rd_kafka_queue_new(client)};
    const auto on_arrival = [](rd_kafka_t* /*client*/, void* signal) {
        static_cast<ChangeSignal*>(signal)->bump();
    };
    rd_kafka_queue_cb_event_enable(queue.get(), on_arrival, &arrived);
    const auto number = static_cast<std::int32_t>(partition.value);
    if (rd_kafka_consume_start_queue(handle.get(), number, from.value, queue.get()) != 0) {
        return error_of(rd_kafka_last_error(), fmt::format("read {}/{}", topic, number));
    }
    return std::unique_ptr<Stream>{new Stream{std::move(handle), number, from, std::move(queue)}};
}

Stream::Stream(TopicHandle topic, std::int32_t partition, Offset from, QueueHandle queue)
    : topic_{std::move(topic)},
      partition_{partition},
      queue_{std::move(queue)},
      given_{from},
      next_{from},
      fetched_{from} {}

Stream::~Stream() {
    rd_kafka_queue_cb_event_enable(queue_.get(), nullptr, nullptr);
    rd_kafka_consume_stop(topic_.get(), partition_);
}

Status Stream::receive(std::chrono::milliseconds timeout) {
    if (ready_.empty() && timeout.count() > 0) {
        const auto patience = static_cast<int>(timeout.count());
        MessageHandle first{rd_kafka_consume_queue(queue_.get(), patience)};
        if (first == nullptr) return ok();
        if (Status taken = take_in(*first); !taken) return taken;
    }
    std::array<rd_kafka_message_t*, kBatch> batch{};
    while (ready_.size() < kReadyMax) {
        const auto count =
            rd_kafka_consume_batch_queue(queue_.get(), 0, batch.data(), batch.size());
        if (count <= 0) break;
        Status failed = ok();
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            MessageHandle one{batch.at(i)};
            if (failed) failed = take_in(*one);
        }
        if (!failed) return failed;
    }
    return ok();
}

Status Stream::take_in(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        fetched_ = std::max(fetched_, Offset{message.offset});
    } else if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (is_transport(message.err)) return ok();  // librdkafka goes on by itself
        return error_of(message.err, "read", rd_kafka_message_errstr(&message));
    } else {
        fetched_ = Offset{message.offset}.next();
        ready_.push_back({Offset{message.offset}, record_of(message)});
    }
    if (ready_.empty()) next_ = fetched_;
    return ok();
}

Records Stream::take(const ReadLimits& limits) {
    std::vector<StoredRecord> records;
    std::size_t bytes = 0;
    while (!ready_.empty() && records.size() < std::max<std::size_t>(limits.records_max, 1)) {
        const std::size_t size = ready_.front().record.size_bytes();
        if (!records.empty() && bytes + size > limits.bytes_max) break;
        bytes += size;
        records.push_back(std::move(ready_.front()));
        ready_.pop_front();
    }
    bytes_taken_ += bytes;
    if (!records.empty()) given_ = records.back().offset.next();
    next_ = ready_.empty() ? fetched_ : given_;
    return {std::move(records), next_};
}

}  // namespace sluice::log::kafka
