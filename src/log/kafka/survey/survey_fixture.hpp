#pragma once

#include "log/kafka/options.hpp"
#include "log/kafka/survey/client.hpp"
#include "tests/kafka/broker.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace sluice::log::kafka::test {

inline KafkaOptions shared_cluster() {
    return {sluice::test::shared_broker(), {}, {}, {}};
}

/// What other programs do on the shared broker: make topics and write to them.
class Producer {
public:
    explicit Producer(const KafkaOptions& options = shared_cluster())
        : client_{std::move(survey::Client::open(options, RD_KAFKA_PRODUCER, Milliseconds{30'000}))
                      .value()} {}

    void make_topic(
        const std::string& name,
        int partitions,
        const std::vector<std::pair<const char*, const char*>>& settings = {}
    ) {
        rd_kafka_NewTopic_t* topic =
            rd_kafka_NewTopic_new(name.c_str(), partitions, -1, nullptr, 0);
        for (const auto& [setting, value] : settings)
            rd_kafka_NewTopic_set_config(topic, setting, value);
        const auto done =
            client_->ask(RD_KAFKA_ADMIN_OP_CREATETOPICS, [&](const auto* options, auto* queue) {
                rd_kafka_CreateTopics(client_->handle(), &topic, 1, options, queue);
            });
        rd_kafka_NewTopic_destroy(topic);
        ASSERT_TRUE(done) << done.error().message;
        // A broker tells of it when it has heard of it from its controller.
        for (int tries = 0; tries < 300 && leaders_of(name) < partitions; ++tries) {
            rd_kafka_poll(client_->handle(), 100);
        }
        ASSERT_EQ(leaders_of(name), partitions);
    }

    /// With the key "key" and a header "h" of "1".
    void send(
        const std::string& topic, int partition, std::string value, std::int64_t time_ms = 0
    ) {
        std::string key{"key"};
        std::string header{"1"};
        std::array<rd_kafka_vu_t, 7> parts{};
        parts[0].vtype = RD_KAFKA_VTYPE_TOPIC;
        parts[0].u.cstr = topic.c_str();
        parts[1].vtype = RD_KAFKA_VTYPE_PARTITION;
        parts[1].u.i32 = partition;
        parts[2].vtype = RD_KAFKA_VTYPE_KEY;
        parts[2].u.mem = {key.data(), key.size()};
        parts[3].vtype = RD_KAFKA_VTYPE_VALUE;
        parts[3].u.mem = {value.data(), value.size()};
        parts[4].vtype = RD_KAFKA_VTYPE_HEADER;
        parts[4].u.header = {"h", header.data(), static_cast<ssize_t>(header.size())};
        parts[5].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
        parts[5].u.i64 = time_ms;
        parts[6].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
        parts[6].u.i = RD_KAFKA_MSG_F_COPY;
        rd_kafka_error_t* error = rd_kafka_produceva(client_->handle(), parts.data(), parts.size());
        ASSERT_EQ(error, nullptr) << rd_kafka_error_string(error);
    }

    /// For a producer that has a transactional.id.
    void send_in_transaction(const std::string& topic, int partition, std::string value) {
        constexpr int kPatienceMs = 30'000;
        rd_kafka_t* handle = client_->handle();
        if (!std::exchange(ready_, true)) {
            ASSERT_EQ(rd_kafka_init_transactions(handle, kPatienceMs), nullptr);
        }
        ASSERT_EQ(rd_kafka_begin_transaction(handle), nullptr);
        send(topic, partition, std::move(value));
        ASSERT_EQ(rd_kafka_commit_transaction(handle, kPatienceMs), nullptr);
    }

    void flush() {
        ASSERT_EQ(rd_kafka_flush(client_->handle(), 30'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    }

    [[nodiscard]] survey::Client& client() { return *client_; }

private:
    /// Partitions that have one, in the list of all topics.
    [[nodiscard]] int leaders_of(const std::string& topic) const {
        constexpr int kPatienceMs = 10'000;
        const rd_kafka_metadata_t* all = nullptr;
        if (rd_kafka_metadata(client_->handle(), 1, nullptr, &all, kPatienceMs) !=
            RD_KAFKA_RESP_ERR_NO_ERROR)
            return 0;
        int leaders = 0;
        for (int at = 0; at < all->topic_cnt; ++at) {
            const rd_kafka_metadata_topic& one = all->topics[at];
            for (int id = 0; one.topic == topic && id < one.partition_cnt; ++id) {
                if (one.partitions[id].leader >= 0) ++leaders;
            }
        }
        rd_kafka_metadata_destroy(all);
        return leaders;
    }

    std::unique_ptr<survey::Client> client_;
    bool ready_{false};
};

/// As a consumer of that group commits it.
inline void commit_offset(
    const std::string& group, const std::string& topic, int partition, std::int64_t offset
) {
    KafkaOptions options = shared_cluster();
    options.properties["group.id"] = group;
    const auto consumer = survey::Client::open(options, RD_KAFKA_CONSUMER, Milliseconds{30'000});
    ASSERT_TRUE(consumer) << consumer.error().message;
    auto* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), partition)->offset = offset;
    const auto code = rd_kafka_commit(consumer.value()->handle(), list, 0);
    rd_kafka_topic_partition_list_destroy(list);
    ASSERT_EQ(code, RD_KAFKA_RESP_ERR_NO_ERROR) << rd_kafka_err2str(code);
}

}  // namespace sluice::log::kafka::test
