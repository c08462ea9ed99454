#pragma once

#include "log/kafka/admin.hpp"
#include "log/kafka/client.hpp"
#include "log/kafka/kafka_fixture.hpp"

#include <array>
#include <memory>
#include <string>

namespace sluice::log::test {

/// Gives a topic so many partitions, as an operator would with Kafka's own tools.
inline void grow_topic(const KafkaLogOptions& options, const std::string& topic, int partitions) {
    using More = std::
        unique_ptr<rd_kafka_NewPartitions_t, kafka::DestroyedBy<rd_kafka_NewPartitions_destroy>>;
    kafka::Trouble trouble;
    const auto client = kafka::make_asker(options, trouble, /*committed_only=*/false);
    ASSERT_TRUE(client) << client.error().message;
    std::array<char, 256> why{};
    const std::string name = options.prefix + topic;
    const auto count = static_cast<std::size_t>(partitions);
    const More more{rd_kafka_NewPartitions_new(name.c_str(), count, why.data(), why.size())};
    ASSERT_NE(more, nullptr) << why.data();
    const auto answered = kafka::administer(
        client.value().get(),
        RD_KAFKA_ADMIN_OP_CREATEPARTITIONS,
        options.answer,
        "grow " + topic,
        [&](rd_kafka_AdminOptions_t* asked, rd_kafka_queue_t* answers) {
            rd_kafka_NewPartitions_t* all[] = {more.get()};
            rd_kafka_CreatePartitions(client.value().get(), std::data(all), 1, asked, answers);
        }
    );
    ASSERT_TRUE(answered) << answered.error().message;
    const auto* result = rd_kafka_event_CreatePartitions_result(answered.value().get());
    std::size_t topics = 0;
    const auto* const* told = rd_kafka_CreatePartitions_result_topics(result, &topics);
    ASSERT_EQ(topics, 1U);
    ASSERT_EQ(rd_kafka_topic_result_error(told[0]), RD_KAFKA_RESP_ERR_NO_ERROR);
}

}  // namespace sluice::log::test
