#include "bench/kafka/raw_kafka.hpp"

#include "bench/pipeline.hpp"
#include "log/kafka/handles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sluice::bench {

namespace {

using log::kafka::ClientHandle;
using log::kafka::ConfHandle;
using log::kafka::ErrorHandle;
using log::kafka::GroupMetadataHandle;
using log::kafka::MessageHandle;
using log::kafka::PartitionsHandle;
using log::kafka::QueueHandle;
using log::kafka::TopicHandle;

constexpr int kTimeoutMs = 60'000;
constexpr const char* kGroup = "bench.raw";

ClientHandle client_of(rd_kafka_type_t type, const std::map<std::string, std::string>& settings) {
    ConfHandle conf{rd_kafka_conf_new()};
    std::array<char, 512> why{};
    for (const auto& [name, value] : settings) {
        const auto set =
            rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), why.data(), why.size());
        if (set != RD_KAFKA_CONF_OK) require(Error{ErrorCode::kBadConfig, why.data()});
    }
    ClientHandle made{rd_kafka_new(type, conf.get(), why.data(), why.size())};
    if (made == nullptr) require(Error{ErrorCode::kBadConfig, why.data()});
    static_cast<void>(conf.release());  // the client's now
    return made;
}

/// The same checks as Sluice makes: a record's CRC, and committed records only.
ClientHandle consumer_of(const RawKafka& of) {
    ClientHandle made = client_of(
        RD_KAFKA_CONSUMER,
        {{"bootstrap.servers", of.brokers},
         {"group.id", kGroup},
         {"check.crcs", "true"},
         {"isolation.level", "read_committed"},
         {"enable.auto.commit", "false"},
         {"auto.offset.reset", "earliest"}}
    );
    rd_kafka_poll_set_consumer(made.get());
    const PartitionsHandle all{rd_kafka_topic_partition_list_new(static_cast<int>(of.partitions))};
    for (std::uint32_t p = 0; p < of.partitions; ++p) {
        rd_kafka_topic_partition_list_add(all.get(), of.from.c_str(), static_cast<int>(p))->offset =
            RD_KAFKA_OFFSET_BEGINNING;
    }
    rd_kafka_assign(made.get(), all.get());
    return made;
}

void must(rd_kafka_error_t* error) {
    const ErrorHandle held{error};
    if (held) require(Error{ErrorCode::kUnavailable, rd_kafka_error_string(held.get())});
}

/// Takes messages in batches until all have come; the first batch, for which clients connect, is
/// not timed.
template <class Batch>
Cost take_all(const RawKafka& of, rd_kafka_t* consumer, Batch&& batch) {
    const QueueHandle queue{rd_kafka_queue_get_consumer(consumer)};
    std::vector<rd_kafka_message_t*> messages(of.step_records);
    std::uint64_t taken = 0;
    const auto take = [&] {
        // It waits until it has as many, so the last batch asks for no more than there are.
        const auto wanted = std::min<std::uint64_t>(messages.size(), of.records - taken);
        const auto count =
            rd_kafka_consume_batch_queue(queue.get(), 1'000, messages.data(), wanted);
        std::uint64_t good = 0;
        for (auto i = 0; i < count; ++i) {
            if (messages[static_cast<std::size_t>(i)]->err == RD_KAFKA_RESP_ERR_NO_ERROR) ++good;
        }
        batch(messages.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
        return good;
    };
    while (taken == 0) taken += take();
    const std::uint64_t before = taken;
    Cost cost = timed([&] {
        while (taken < of.records) taken += take();
    });
    const auto share = static_cast<double>(of.records) / static_cast<double>(of.records - before);
    return {cost.seconds * share, cost.cpu_seconds * share};
}

class Transactor {
public:
    Transactor(const RawKafka& of, rd_kafka_t* consumer, const std::string& to)
        : of_{of},
          consumer_{consumer},
          producer_{client_of(
              RD_KAFKA_PRODUCER,
              {{"bootstrap.servers", of.brokers},
               {"transactional.id", "bench.raw"},
               {"linger.ms", "5"},
               {"queue.buffering.max.messages", "1000000"}}
          )},
          to_{rd_kafka_topic_new(producer_.get(), to.c_str(), nullptr)},
          next_(of.partitions, -1) {
        must(rd_kafka_init_transactions(producer_.get(), kTimeoutMs));
        must(rd_kafka_begin_transaction(producer_.get()));
    }

    void take(rd_kafka_message_t** messages, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            const MessageHandle message{messages[i]};
            if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
            ++by_key_[std::string{static_cast<const char*>(message->key), message->key_len}];
            forward(*message);
            next_[static_cast<std::size_t>(message->partition)] = message->offset + 1;
            if (++in_step_ == of_.step_records) commit();
        }
    }

    void commit() {
        if (in_step_ == 0) return;
        const PartitionsHandle offsets{
            rd_kafka_topic_partition_list_new(static_cast<int>(of_.partitions))};
        for (std::size_t p = 0; p < next_.size(); ++p) {
            if (next_[p] < 0) continue;
            rd_kafka_topic_partition_list_add(offsets.get(), of_.from.c_str(), static_cast<int>(p))
                ->offset = next_[p];
        }
        const GroupMetadataHandle group{rd_kafka_consumer_group_metadata(consumer_)};
        must(rd_kafka_send_offsets_to_transaction(
            producer_.get(), offsets.get(), group.get(), kTimeoutMs
        ));
        must(rd_kafka_commit_transaction(producer_.get(), kTimeoutMs));
        must(rd_kafka_begin_transaction(producer_.get()));
        in_step_ = 0;
    }

private:
    void forward(const rd_kafka_message_t& message) {
        rd_kafka_headers_t* headers = nullptr;
        rd_kafka_message_headers(&message, &headers);
        std::array<rd_kafka_vu_t, 6> parts{};
        parts[0].vtype = RD_KAFKA_VTYPE_RKT;
        parts[0].u.rkt = to_.get();
        parts[1].vtype = RD_KAFKA_VTYPE_PARTITION;
        parts[1].u.i32 = message.partition;
        parts[2].vtype = RD_KAFKA_VTYPE_KEY;
        parts[2].u.mem = {message.key, message.key_len};
        parts[3].vtype = RD_KAFKA_VTYPE_VALUE;
        parts[3].u.mem = {message.payload, message.len};
        parts[4].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
        parts[4].u.i = RD_KAFKA_MSG_F_COPY;
        parts[5].vtype = RD_KAFKA_VTYPE_HEADERS;
        while (true) {
            rd_kafka_headers_t* copy =
                headers == nullptr ? nullptr : rd_kafka_headers_copy(headers);
            parts[5].u.headers = copy;  // its own when it takes the message
            const ErrorHandle error{
                rd_kafka_produceva(producer_.get(), parts.data(), parts.size())};
            if (!error) return;
            if (copy != nullptr) rd_kafka_headers_destroy(copy);
            if (rd_kafka_error_code(error.get()) != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
                require(Error{ErrorCode::kUnavailable, rd_kafka_error_string(error.get())});
            }
            rd_kafka_poll(producer_.get(), 10);
        }
    }

    const RawKafka& of_;
    rd_kafka_t* consumer_;
    ClientHandle producer_;
    TopicHandle to_;
    std::vector<std::int64_t> next_;
    std::unordered_map<std::string, std::uint64_t> by_key_;
    std::size_t in_step_{0};
};

}  // namespace

Cost raw_transactions(const RawKafka& of, const std::string& to) {
    const ClientHandle consumer = consumer_of(of);
    Transactor transactor{of, consumer.get(), to};
    std::uint64_t taken = 0;
    return take_all(of, consumer.get(), [&](rd_kafka_message_t** messages, std::size_t count) {
        taken += count;
        transactor.take(messages, count);
        if (taken >= of.records) transactor.commit();  // the last, within the time
    });
}

Cost raw_consuming(const RawKafka& of, RawHeaders headers) {
    const ClientHandle consumer = consumer_of(of);
    return take_all(of, consumer.get(), [&](rd_kafka_message_t** messages, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            rd_kafka_headers_t* parsed = nullptr;
            if (headers == RawHeaders::kParsed) rd_kafka_message_headers(messages[i], &parsed);
            rd_kafka_message_destroy(messages[i]);
        }
    });
}

}  // namespace sluice::bench
