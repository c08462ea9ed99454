#include "log/kafka/topics.hpp"

#include "log/checks.hpp"
#include "log/kafka/admin.hpp"
#include "log/kafka/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

namespace sluice::log::kafka {

namespace {

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, DestroyedBy<rd_kafka_NewTopic_destroy>>;
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, DestroyedBy<rd_kafka_metadata_destroy>>;
using Deletion =
    std::unique_ptr<rd_kafka_DeleteRecords_t, DestroyedBy<rd_kafka_DeleteRecords_destroy>>;

Status outcome_of_creation(const rd_kafka_event_t* event, const std::string& doing) {
    const auto* result = rd_kafka_event_CreateTopics_result(
        const_cast<rd_kafka_event_t*>(  // NOLINT(cppcoreguidelines-pro-type-const-cast): C
            event
        )
    );
    std::size_t count = 0;
    const rd_kafka_topic_result_t** topics = rd_kafka_CreateTopics_result_topics(result, &count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto error = rd_kafka_topic_result_error(topics[i]);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        const char* words = rd_kafka_topic_result_error_string(topics[i]);
        return error_of(error, doing, words != nullptr ? words : rd_kafka_err2str(error));
    }
    return ok();
}

}  // namespace

TopicConfig kept_topic(const KafkaLogOptions& options) {
    constexpr std::size_t kOverhead = std::size_t{64} << 10;  // of a batch around one record
    return {
        {"cleanup.policy", "delete"},
        {"retention.ms", "-1"},
        {"retention.bytes", "-1"},
        {"message.timestamp.type", "CreateTime"},
        {"message.timestamp.after.max.ms", "9223372036854775807"},
        {"max.message.bytes", fmt::to_string(options.record_bytes_max + kOverhead)}};
}

TopicConfig compacted_topic(const KafkaLogOptions& options) {
    constexpr std::size_t kOverhead = std::size_t{64} << 10;
    return {
        {"cleanup.policy", "compact"},
        // A copy of the state that is older than this is thrown away (cache.hpp).
        {"delete.retention.ms", "604800000"},
        {"message.timestamp.type", "CreateTime"},
        {"message.timestamp.after.max.ms", "9223372036854775807"},
        {"max.message.bytes", fmt::to_string(options.state_bytes_max + kOverhead)}};
}

Status Topics::create(const TopicSpec& spec, const TopicConfig& config) {
    if (Status valid = validate(spec); !valid) return valid;
    auto there = find(spec.name);
    if (!there) return there.error();
    if (!there.value()) {
        Status made = create_now(spec, config);
        if (made) return wait_until_there(spec);
        if (made.error().code != ErrorCode::kAlreadyExists) return made;
        // Another process was faster, and not all brokers know of its topic yet.
        const bool known = wait_until(options_.answer, [&] {
            there = find(spec.name);
            return !there || there.value().has_value();
        });
        if (!there) return there.error();
        if (!known) return made;
    }
    if (there.value()->partitions == spec.partitions) return ok();
    return Error{
        ErrorCode::kConflict,
        fmt::format(
            "topic {} has {} partitions, not {}; the count of a topic never changes",
            spec.name,
            there.value()->partitions,
            spec.partitions
        )};
}

/// A topic is made before all brokers know of it and its partitions have leaders.
Status Topics::wait_until_there(const TopicSpec& spec) const {
    Status answered = ok();
    const bool there = wait_until(options_.answer, [&] {
        const auto found = ask(spec.name, /*there_already=*/false);
        if (!found) answered = found.error();
        return !found || (found.value() && found.value()->partitions == spec.partitions);
    });
    if (!answered) return answered;
    if (there) {
        const std::lock_guard lock{mutex_};
        partitions_[spec.name] = spec.partitions;
        return ok();
    }
    return Error{
        ErrorCode::kUnavailable,
        fmt::format("topic {} was made, and is not served yet; try again", spec.name)};
}

Status Topics::create_now(const TopicSpec& spec, const TopicConfig& config) {
    const std::string doing = fmt::format("make topic {}", spec.name);
    std::array<char, 256> why{};
    const NewTopic topic{rd_kafka_NewTopic_new(
        on_broker(spec.name).c_str(),
        static_cast<int>(spec.partitions),
        options_.cluster.replication ? *options_.cluster.replication : -1,
        why.data(),
        why.size()
    )};
    if (topic == nullptr) return Error{ErrorCode::kInvalidArgument, doing + ": " + why.data()};
    for (const auto& [name, value] : config) {
        rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
    }
    const auto answered = administer(
        client_,
        RD_KAFKA_ADMIN_OP_CREATETOPICS,
        options_.answer,
        doing,
        [&](rd_kafka_AdminOptions_t* asked, rd_kafka_queue_t* answers) {
            rd_kafka_NewTopic_t* topics[] = {topic.get()};
            rd_kafka_CreateTopics(client_, std::data(topics), 1, asked, answers);
        }
    );
    if (!answered) return answered.error();
    return outcome_of_creation(answered.value().get(), doing);
}

Result<std::optional<TopicSpec>> Topics::find(std::string_view name) const {
    {
        const std::lock_guard lock{mutex_};
        const auto known = partitions_.find(name);
        if (known != partitions_.end()) {
            return std::optional{TopicSpec{std::string{name}, known->second}};
        }
    }
    return look(name);
}

bool Topics::is_known(std::string_view name) const {
    const std::lock_guard lock{mutex_};
    return partitions_.contains(name);
}

Result<std::optional<TopicSpec>> Topics::look(std::string_view name) const {
    constexpr std::chrono::milliseconds kBehind{3'000};  // one broker, at most, behind another
    auto asked = ask(name, /*there_already=*/true);
    if (asked && !asked.value() && is_known(name)) {
        static_cast<void>(wait_until(kBehind, [&] {
            asked = ask(name, /*there_already=*/true);
            return !asked || asked.value().has_value();
        }));
        const std::lock_guard lock{mutex_};
        const auto known = partitions_.find(name);
        if (asked && !asked.value() && known != partitions_.end()) partitions_.erase(known);
    }
    if (asked && asked.value()) {
        const std::lock_guard lock{mutex_};
        std::uint32_t& known = partitions_[std::string{name}];
        known = std::max(known, asked.value()->partitions);  // a broker may be behind another
        asked.value()->partitions = known;
    }
    return asked;
}

Result<std::optional<TopicSpec>> Topics::ask(std::string_view name, bool there_already) const {
    using Found = std::optional<TopicSpec>;
    // A name that Kafka does not take is not there; asking for it is an error.
    if (!validate(TopicSpec{std::string{name}, 1})) return Found{};
    const TopicHandle topic{rd_kafka_topic_new(client_, on_broker(name).c_str(), nullptr)};
    const rd_kafka_metadata_t* told = nullptr;
    const auto error = ask_again(options_.answer, [&](int timeout_ms) {
        return rd_kafka_metadata(client_, 0, topic.get(), &told, timeout_ms);
    });
    const Metadata metadata{told};
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return error_of(error, fmt::format("look for topic {}", name));
    }
    if (told->topic_cnt != 1) return Found{};
    const rd_kafka_metadata_topic_t& one = told->topics[0];
    if (one.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        one.err == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION) {
        return Found{};
    }
    if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR &&
        one.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) {
        return error_of(one.err, fmt::format("look for topic {}", name));
    }
    // On its way: not all of its partitions have a leader yet.
    const bool served = std::all_of(
        one.partitions,
        one.partitions + one.partition_cnt,
        [](const rd_kafka_metadata_partition_t& partition) { return partition.leader >= 0; }
    );
    if (one.partition_cnt == 0 || (!there_already && !served)) return Found{};
    return Found{TopicSpec{std::string{name}, static_cast<std::uint32_t>(one.partition_cnt)}};
}

Result<std::vector<TopicSpec>> Topics::all() const {
    const rd_kafka_metadata_t* told = nullptr;
    const auto error = ask_again(options_.answer, [&](int timeout_ms) {
        return rd_kafka_metadata(client_, 1, nullptr, &told, timeout_ms);
    });
    const Metadata metadata{told};
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(error, "list the topics");
    std::vector<TopicSpec> all;
    for (int i = 0; i < told->topic_cnt; ++i) {
        const std::string_view name{told->topics[i].topic};
        if (!name.starts_with(options_.prefix) || name.starts_with("__")) continue;
        all.push_back(
            {std::string{name.substr(options_.prefix.size())},
             static_cast<std::uint32_t>(told->topics[i].partition_cnt)}
        );
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
}

Status Topics::locate(const PartitionRef& of) const {
    auto found = find(of.topic);
    if (!found) return found.error();
    if (found.value() && of.partition.value >= found.value()->partitions) {
        found = look(of.topic);  // it may have been given more
        if (!found) return found.error();
    }
    if (!found.value()) {
        return Error{ErrorCode::kNotFound, fmt::format("topic {}: no such topic", of.topic)};
    }
    if (of.partition.value < found.value()->partitions) return ok();
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "{}/{}: no such partition; the topic has {}",
            of.topic,
            of.partition.value,
            found.value()->partitions
        )};
}

Status Topics::delete_below(const PartitionRef& of, Offset below) {
    const std::string doing = fmt::format("trim {}/{}", of.topic, of.partition.value);
    const PartitionsHandle offsets{rd_kafka_topic_partition_list_new(1)};
    const auto partition = static_cast<std::int32_t>(of.partition.value);
    rd_kafka_topic_partition_list_add(offsets.get(), on_broker(of.topic).c_str(), partition)
        ->offset = below.value;
    const Deletion deletion{rd_kafka_DeleteRecords_new(offsets.get())};
    const auto answered = administer(
        client_,
        RD_KAFKA_ADMIN_OP_DELETERECORDS,
        options_.answer,
        doing,
        [&](rd_kafka_AdminOptions_t* asked, rd_kafka_queue_t* answers) {
            rd_kafka_DeleteRecords_t* all[] = {deletion.get()};
            rd_kafka_DeleteRecords(client_, std::data(all), 1, asked, answers);
        }
    );
    if (!answered) return answered.error();
    const auto* result = rd_kafka_event_DeleteRecords_result(answered.value().get());
    const auto* after = rd_kafka_DeleteRecords_result_offsets(result);
    for (int i = 0; i < after->cnt; ++i) {
        if (after->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            return error_of(after->elems[i].err, doing);
        }
    }
    return ok();
}

}  // namespace sluice::log::kafka
