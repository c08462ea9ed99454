#include "log/kafka/retention.hpp"

#include "log/kafka/admin.hpp"
#include "log/kafka/errors.hpp"
#include "log/kafka/state_record.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sluice::log::kafka {

namespace {

using AskedOffsets = std::unique_ptr<
    rd_kafka_ListConsumerGroupOffsets_t,
    DestroyedBy<rd_kafka_ListConsumerGroupOffsets_destroy>>;

constexpr std::string_view kAsking = "ask which groups need the records";

/// Every broker is asked, those that are dead as well, until their time is over.
Result<std::vector<std::string>> listed_groups(rd_kafka_t* client, const KafkaLogOptions& options) {
    const auto answered = administer(
        client,
        RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS,
        options.answer,
        kAsking,
        [&](rd_kafka_AdminOptions_t* asked, rd_kafka_queue_t* answers) {
            rd_kafka_ListConsumerGroups(client, asked, answers);
        }
    );
    if (!answered) return answered.error();
    const auto* result = rd_kafka_event_ListConsumerGroups_result(answered.value().get());
    std::size_t count = 0;
    const auto** failed = rd_kafka_ListConsumerGroups_result_errors(result, &count);
    if (count > 0) {  // whose groups it coordinates may need the records
        return error_of(rd_kafka_error_code(failed[0]), kAsking, rd_kafka_error_string(failed[0]));
    }
    const auto** all = rd_kafka_ListConsumerGroups_result_valid(result, &count);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i) {
        std::string name{rd_kafka_ConsumerGroupListing_group_id(all[i])};
        if (name.starts_with(options.prefix)) names.push_back(std::move(name));
    }
    return names;
}

/// A group that consumes has a topic for its state, which any broker tells. Only where a name did
/// not fit into its topic's the brokers are asked for it.
Result<std::vector<std::string>> groups_of(
    rd_kafka_t* client, const KafkaLogOptions& options, const Topics& topics
) {
    const auto there = topics.all();
    if (!there) return there.error();
    std::vector<std::string> names;
    for (const TopicSpec& topic : there.value()) {
        const auto group = group_of_state(topic.name);
        if (!group) continue;
        if (group->empty()) return listed_groups(client, options);
        names.push_back(options.prefix + *group);
    }
    return names;
}

Result<std::optional<Offset>> ask_offset(
    rd_kafka_t* client,
    const KafkaLogOptions& options,
    const Topics& topics,
    const std::string& group,
    const PartitionRef& of
) {
    const PartitionsHandle list{rd_kafka_topic_partition_list_new(1)};
    const auto partition = static_cast<std::int32_t>(of.partition.value);
    rd_kafka_topic_partition_list_add(list.get(), topics.on_broker(of.topic).c_str(), partition);
    const AskedOffsets wanted{rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), list.get())};
    const auto answered = administer(
        client,
        RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
        options.answer,
        kAsking,
        [&](rd_kafka_AdminOptions_t* asked, rd_kafka_queue_t* answers) {
            const ErrorHandle unset{rd_kafka_AdminOptions_set_require_stable_offsets(asked, 1)};
            rd_kafka_ListConsumerGroupOffsets_t* all[] = {wanted.get()};
            rd_kafka_ListConsumerGroupOffsets(client, std::data(all), 1, asked, answers);
        }
    );
    if (!answered) return answered.error();
    const auto* result = rd_kafka_event_ListConsumerGroupOffsets_result(answered.value().get());
    std::size_t count = 0;
    const auto** groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count);
    if (count != 1) return error_of(RD_KAFKA_RESP_ERR__BAD_MSG, kAsking);
    if (const auto* error = rd_kafka_group_result_error(groups[0])) {
        return error_of(rd_kafka_error_code(error), kAsking, rd_kafka_error_string(error));
    }
    const auto* partitions = rd_kafka_group_result_partitions(groups[0]);
    if (partitions == nullptr || partitions->cnt != 1) return std::optional<Offset>{};
    const rd_kafka_topic_partition_t& one = partitions->elems[0];
    if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(one.err, kAsking);
    return one.offset < 0 ? std::nullopt : std::optional{Offset{one.offset}};
}

/// Asks again while a step's offsets are not yet stable, or the coordinator is moving.
Result<std::optional<Offset>> offset_of(
    rd_kafka_t* client,
    const KafkaLogOptions& options,
    const Topics& topics,
    const std::string& group,
    const PartitionRef& of
) {
    Result<std::optional<Offset>> next{std::nullopt};
    static_cast<void>(wait_until(options.answer, [&] {
        next = ask_offset(client, options, topics, group, of);
        return next || next.error().code != ErrorCode::kUnavailable;
    }));
    return next;
}

}  // namespace

Status nobody_needs(
    rd_kafka_t* client,
    const KafkaLogOptions& options,
    const Topics& topics,
    const PartitionRef& of,
    Offset below
) {
    const auto groups = groups_of(client, options, topics);
    if (!groups) return groups.error();
    for (const std::string& group : groups.value()) {
        const auto next = offset_of(client, options, topics, group, of);
        if (!next) return next.error();
        if (!next.value() || *next.value() >= below) continue;
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "trim {}/{} below {}: group \"{}\" has consumed only up to {}",
                of.topic,
                of.partition.value,
                below.value,
                group.substr(options.prefix.size()),
                next.value()->value
            )};
    }
    return ok();
}

}  // namespace sluice::log::kafka
