#include "log/kafka/survey/surveyor.hpp"

#include "log/kafka/survey/parts.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace sluice::log::kafka {

namespace {

using survey::refusal;
using Metadata =
    std::unique_ptr<const rd_kafka_metadata_t, survey::DestroyedBy<rd_kafka_metadata_destroy>>;
using Offsets = std::unique_ptr<
    rd_kafka_topic_partition_list_t,
    survey::DestroyedBy<rd_kafka_topic_partition_list_destroy>>;

// Of ListOffsets, in place of a time.
constexpr std::int64_t kLatest = -1;
constexpr std::int64_t kEarliest = -2;

PartitionFact partition_of(const rd_kafka_metadata_partition& partition) {
    return {
        PartitionId{static_cast<std::uint32_t>(partition.id)},
        partition.leader,
        static_cast<std::uint32_t>(partition.replica_cnt),
        static_cast<std::uint32_t>(partition.isr_cnt)};
}

TopicFact topic_of(const rd_kafka_metadata_topic& topic) {
    TopicFact fact;
    fact.name = topic.topic;
    if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR) fact.refusal = rd_kafka_err2str(topic.err);
    for (const auto& partition : survey::span_of(topic.partitions, topic.partition_cnt)) {
        fact.partitions.push_back(partition_of(partition));
    }
    std::sort(fact.partitions.begin(), fact.partitions.end(), [](const auto& a, const auto& b) {
        return a.id < b.id;
    });
    return fact;
}

Offsets list_of(std::span<const PartitionRef> partitions, std::int64_t value) {
    Offsets list{rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size()))};
    for (const PartitionRef& one : partitions) {
        const auto partition = static_cast<std::int32_t>(one.partition.value);
        rd_kafka_topic_partition_list_add(list.get(), one.topic.c_str(), partition)->offset = value;
    }
    return list;
}

}  // namespace

Surveyor::Surveyor(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}

Surveyor::~Surveyor() = default;
Surveyor::Surveyor(Surveyor&&) noexcept = default;
Surveyor& Surveyor::operator=(Surveyor&&) noexcept = default;

Result<Surveyor> Surveyor::open(const KafkaOptions& options, Milliseconds patience) {
    auto client = survey::Client::open(options, RD_KAFKA_PRODUCER, patience);
    if (!client) return client.error();
    return Surveyor{std::make_unique<Parts>(Parts{options, std::move(client).value(), {}})};
}

Result<ClusterFact> Surveyor::cluster() const {
    const survey::Client& client = *parts_->client;
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code = rd_kafka_metadata(client.handle(), 1, nullptr, &answer, client.patience_ms());
    const Metadata metadata{answer};
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return refusal(code, "metadata");
    ClusterFact cluster;
    for (const auto& broker : survey::span_of(metadata->brokers, metadata->broker_cnt)) {
        cluster.brokers.push_back(
            {broker.id, broker.host, static_cast<std::uint16_t>(broker.port), {}, {}}
        );
    }
    for (const auto& topic : survey::span_of(metadata->topics, metadata->topic_cnt)) {
        cluster.topics.push_back(topic_of(topic));
    }
    std::sort(cluster.brokers.begin(), cluster.brokers.end(), [](const auto& a, const auto& b) {
        return a.id < b.id;
    });
    std::sort(cluster.topics.begin(), cluster.topics.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    if (char* id = rd_kafka_clusterid(client.handle(), client.patience_ms()); id != nullptr) {
        cluster.id = id;
        rd_kafka_mem_free(client.handle(), id);
    }
    cluster.controller = rd_kafka_controllerid(client.handle(), client.patience_ms());
    return cluster;
}

Result<Ends> Surveyor::ends(const PartitionRef& of) const {
    const survey::Client& client = *parts_->client;
    std::array<Offset, 2> found;
    for (std::size_t i = 0; i < found.size(); ++i) {
        // Not rd_kafka_query_watermark_offsets: it keeps no timeout.
        const Offsets list = list_of(std::array{of}, i == 0 ? kEarliest : kLatest);
        auto code = rd_kafka_offsets_for_times(client.handle(), list.get(), client.patience_ms());
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = list->elems[0].err;
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return refusal(code, of.topic);
        found.at(i) = Offset{list->elems[0].offset};
    }
    return Ends{found[0], found[1], found[1]};
}

Result<std::map<PartitionRef, std::optional<Offset>>> Surveyor::offsets_at(
    std::span<const PartitionRef> partitions, Instant moment
) const {
    const survey::Client& client = *parts_->client;
    const Offsets list = list_of(partitions, moment.ms);
    const auto code = rd_kafka_offsets_for_times(client.handle(), list.get(), client.patience_ms());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return refusal(code, "offsets at a time");
    std::map<PartitionRef, std::optional<Offset>> found;
    for (const auto& one : survey::span_of(list->elems, list->cnt)) {
        const PartitionRef at{one.topic, PartitionId{static_cast<std::uint32_t>(one.partition)}};
        if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR) return refusal(one.err, at.topic);
        found[at] = one.offset < 0 ? std::nullopt : std::optional{Offset{one.offset}};
    }
    return found;
}

std::vector<Complaint> Surveyor::complaints() const {
    return parts_->client->complaints();
}

}  // namespace sluice::log::kafka
