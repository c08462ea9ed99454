#include "log/kafka/survey/record_reader.hpp"

#include "log/kafka/survey/client.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace sluice::log::kafka {

namespace {

using survey::DestroyedBy;
using survey::refusal;
using Topic = std::unique_ptr<rd_kafka_topic_t, DestroyedBy<rd_kafka_topic_destroy>>;
using Message = std::unique_ptr<rd_kafka_message_t, DestroyedBy<rd_kafka_message_destroy>>;

std::string bytes_of(const void* data, std::size_t size) {
    return {static_cast<const char*>(data), size};
}

StoredRecord record_of(const rd_kafka_message_t& message) {
    StoredRecord stored;
    stored.offset = Offset{message.offset};
    if (message.key != nullptr) stored.record.key = bytes_of(message.key, message.key_len);
    if (message.payload != nullptr) stored.record.value = bytes_of(message.payload, message.len);
    rd_kafka_timestamp_type_t kind{};
    stored.record.time = Instant{rd_kafka_message_timestamp(&message, &kind)};
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return stored;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t at = 0;
         rd_kafka_header_get_all(headers, at, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++at) {
        const char* bytes = value == nullptr ? "" : static_cast<const char*>(value);
        stored.record.headers.push_back({name, {bytes, size}});
    }
    return stored;
}

/// The partitions that are being read; each is stopped when it is done, and all are at the end.
class Reading {
public:
    Reading(const survey::Client& client, const RecordReader::Take& take)
        : client_{client},
          take_{take},
          queue_{rd_kafka_queue_new(client.handle())} {}

    ~Reading() {
        for (const auto& [of, part] : parts_) stop(of);
    }

    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    Status start(const RecordReader::Range& range) {
        if (range.from >= range.to) return ok();
        Topic& topic = topics_[range.of.topic];
        if (!topic)
            topic.reset(rd_kafka_topic_new(client_.handle(), range.of.topic.c_str(), nullptr));
        const auto partition = static_cast<std::int32_t>(range.of.partition.value);
        if (rd_kafka_consume_start_queue(topic.get(), partition, range.from.value, queue_.get()) !=
            0) {
            return refusal(rd_kafka_last_error(), range.of.topic);
        }
        parts_.emplace(range.of, range.to);
        return ok();
    }

    Status run() {
        while (!parts_.empty()) {
            const Message message{rd_kafka_consume_queue(queue_.get(), client_.patience_ms())};
            if (!message) return refusal(RD_KAFKA_RESP_ERR__TIMED_OUT, parts_.begin()->first.topic);
            if (const Status done = process(*message); !done) return done;
        }
        return ok();
    }

private:
    Status process(const rd_kafka_message_t& message) {
        if (message.rkt == nullptr) return refusal(message.err, "the cluster");
        const PartitionRef of{
            rd_kafka_topic_name(message.rkt),
            PartitionId{static_cast<std::uint32_t>(message.partition)}};
        const auto part = parts_.find(of);
        if (part == parts_.end()) return ok();  // read ahead of its end
        switch (message.err) {
            case RD_KAFKA_RESP_ERR__PARTITION_EOF: finish(of); return ok();
            case RD_KAFKA_RESP_ERR_NO_ERROR: break;
            case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
                return Error{
                    ErrorCode::kNotFound,
                    fmt::format(
                        "{}/{}: {}", of.topic, of.partition.value, rd_kafka_message_errstr(&message)
                    )};
            default: return refusal(message.err, of.topic);
        }
        const StoredRecord stored = record_of(message);
        if (stored.offset < part->second) {
            if (const Status taken = take_(of, stored); !taken) return taken;
        }
        if (stored.offset.next() >= part->second) finish(of);
        return ok();
    }

    void finish(const PartitionRef& of) {
        stop(of);
        parts_.erase(of);
    }

    void stop(const PartitionRef& of) const {
        rd_kafka_consume_stop(
            topics_.at(of.topic).get(), static_cast<std::int32_t>(of.partition.value)
        );
    }

    const survey::Client& client_;
    const RecordReader::Take& take_;
    survey::Queue queue_;
    std::map<std::string, Topic> topics_;
    std::map<PartitionRef, Offset> parts_;  ///< not done yet: where each ends
};

}  // namespace

struct RecordReader::Parts {
    std::unique_ptr<survey::Client> client;
};

RecordReader::RecordReader(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}

RecordReader::~RecordReader() = default;
RecordReader::RecordReader(RecordReader&&) noexcept = default;
RecordReader& RecordReader::operator=(RecordReader&&) noexcept = default;

Result<RecordReader> RecordReader::open(const KafkaOptions& options, Milliseconds patience) {
    KafkaOptions bounded = options;
    bounded.properties.emplace("queued.max.messages.kbytes", "16384");
    auto client = survey::Client::open(bounded, RD_KAFKA_CONSUMER, patience);
    if (!client) return client.error();
    return RecordReader{std::make_unique<Parts>(Parts{std::move(client).value()})};
}

Status RecordReader::read(std::span<const Range> ranges, const Take& take) {
    Reading reading{*parts_->client, take};
    for (const Range& range : ranges) {
        if (const Status started = reading.start(range); !started) return started;
    }
    return reading.run();
}

}  // namespace sluice::log::kafka
