#include "log/kafka/retention.hpp"

#include "log/kafka/admin.hpp"
#include "log/kafka/errors.hpp"
#include "log/kafka/offsets.hpp"
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

}  // namespace

Status Retention::nobody_needs(const PartitionRef& of, Offset below) {
    const auto all = groups();
    if (!all) return all.error();
    const std::lock_guard turn{mutex_};
    for (const std::string& group : all.value()) {
        const auto next = offset_of(group, of);
        if (!next) return next.error();
        if (!next.value() || *next.value() >= below) continue;
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "trim {}/{} below {}: group \"{}\" has consumed only up to {}",
                of.topic,
                of.partition.value,
                below.value,
                group.substr(options_.prefix.size()),
                next.value()->value
            )};
    }
    return ok();
}

/// A group that consumes has a topic for its state, which any broker tells. Only where a name did
/// not fit into its topic's the brokers are asked for it.
Result<std::vector<std::string>> Retention::groups() const {
    const auto there = topics_.all();
    if (!there) return there.error();
    std::vector<std::string> names;
    for (const TopicSpec& topic : there.value()) {
        const auto group = group_of_state(topic.name);
        if (!group) continue;
        if (group->empty()) return listed_groups(lister_, options_);
        names.push_back(options_.prefix + *group);
    }
    return names;
}

/// Asks again while a step's offsets are not yet stable, or the coordinator is moving, which a
/// client that has known another one may not learn.
Result<std::optional<Offset>> Retention::offset_of(
    const std::string& group, const PartitionRef& of
) {
    Result<std::optional<Offset>> next{std::nullopt};
    static_cast<void>(wait_until(options_.answer, [&] {
        next = ask(group, of);
        if (next || next.error().code != ErrorCode::kUnavailable) return true;
        asker_.reset();
        return false;
    }));
    return next;
}

/// A client without a group of its own is no good: when a coordinator has moved, librdkafka 2.0.2
/// takes a group that is not there for one, and the process ends.
Result<rd_kafka_t*> Retention::asker(const std::string& group) {
    if (asker_) return asker_.get();
    ClientMaker maker{options_, trouble_};
    maker.set("group.id", group).set("enable.auto.commit", "false");
    auto made = maker.make(RD_KAFKA_CONSUMER);
    if (!made) return made.error();
    asker_ = std::move(made.value());
    return asker_.get();
}

Result<std::optional<Offset>> Retention::ask(const std::string& group, const PartitionRef& of) {
    const auto by = asker(group);
    if (!by) return by.error();
    const PartitionsHandle list{rd_kafka_topic_partition_list_new(1)};
    const auto partition = static_cast<std::int32_t>(of.partition.value);
    rd_kafka_topic_partition_list_add(list.get(), topics_.on_broker(of.topic).c_str(), partition);
    const AskedOffsets wanted{rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), list.get())};
    const auto answered = administer(
        by.value(),
        RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
        options_.answer,
        kAsking,
        [&](rd_kafka_AdminOptions_t* asked, rd_kafka_queue_t* answers) {
            const ErrorHandle unset{rd_kafka_AdminOptions_set_require_stable_offsets(asked, 1)};
            rd_kafka_ListConsumerGroupOffsets_t* all[] = {wanted.get()};
            rd_kafka_ListConsumerGroupOffsets(by.value(), std::data(all), 1, asked, answers);
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
    if (one.offset < 0) return std::optional<Offset>{};
    Committed committed{Offset{one.offset}, std::nullopt};
    if (one.metadata != nullptr) {
        committed.mark = decode_mark({static_cast<const char*>(one.metadata), one.metadata_size});
    }
    return committed.consumed();
}

}  // namespace sluice::log::kafka
