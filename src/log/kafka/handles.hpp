#pragma once

#include <librdkafka/rdkafka.h>
#include <memory>

namespace sluice::log::kafka {

/// librdkafka's C objects, each destroyed by its own function.
template <auto Destroy>
struct DestroyedBy {
    template <class T>
    void operator()(T* object) const {
        Destroy(object);
    }
};

using ConfHandle = std::unique_ptr<rd_kafka_conf_t, DestroyedBy<rd_kafka_conf_destroy>>;
using TopicConfHandle =
    std::unique_ptr<rd_kafka_topic_conf_t, DestroyedBy<rd_kafka_topic_conf_destroy>>;
using ClientHandle = std::unique_ptr<rd_kafka_t, DestroyedBy<rd_kafka_destroy>>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, DestroyedBy<rd_kafka_topic_destroy>>;
using QueueHandle = std::unique_ptr<rd_kafka_queue_t, DestroyedBy<rd_kafka_queue_destroy>>;
using EventHandle = std::unique_ptr<rd_kafka_event_t, DestroyedBy<rd_kafka_event_destroy>>;
using ErrorHandle = std::unique_ptr<rd_kafka_error_t, DestroyedBy<rd_kafka_error_destroy>>;
using MessageHandle = std::unique_ptr<rd_kafka_message_t, DestroyedBy<rd_kafka_message_destroy>>;
using HeadersHandle = std::unique_ptr<rd_kafka_headers_t, DestroyedBy<rd_kafka_headers_destroy>>;
using PartitionsHandle = std::
    unique_ptr<rd_kafka_topic_partition_list_t, DestroyedBy<rd_kafka_topic_partition_list_destroy>>;
using GroupMetadataHandle = std::unique_ptr<
    rd_kafka_consumer_group_metadata_t,
    DestroyedBy<rd_kafka_consumer_group_metadata_destroy>>;
using AdminOptionsHandle =
    std::unique_ptr<rd_kafka_AdminOptions_t, DestroyedBy<rd_kafka_AdminOptions_destroy>>;

}  // namespace sluice::log::kafka
