#include "log/kafka/removal.hpp"

#include "log/kafka/admin.hpp"
#include "log/kafka/client.hpp"
#include "log/kafka/errors.hpp"
#include "log/kafka/topics.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::log {

namespace kafka {

namespace {

template <class T, auto Destroy>
using Owned = std::unique_ptr<T, DestroyedBy<Destroy>>;

/// librdkafka takes an array of pointers.
template <class T, auto Destroy>
std::vector<T*> pointers_to(const std::vector<Owned<T, Destroy>>& all) {
    std::vector<T*> pointers;
    for (const auto& one : all) pointers.push_back(one.get());
    return pointers;
}

Status remove_topics(
    rd_kafka_t* client, const KafkaLogOptions& options, const std::vector<std::string>& names
) {
    std::vector<Owned<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>> owned;
    for (const std::string& name : names)
        owned.emplace_back(rd_kafka_DeleteTopic_new(name.c_str()));
    std::vector<rd_kafka_DeleteTopic_t*> topics = pointers_to(owned);
    const std::string doing = "remove the topics under " + options.prefix;
    const auto answered = administer(
        client,
        RD_KAFKA_ADMIN_OP_DELETETOPICS,
        options.answer,
        doing,
        [&](rd_kafka_AdminOptions_t* asked, rd_kafka_queue_t* answers) {
            rd_kafka_DeleteTopics(client, topics.data(), topics.size(), asked, answers);
        }
    );
    if (!answered) return answered.error();
    std::size_t count = 0;
    const auto* const* told = rd_kafka_DeleteTopics_result_topics(
        rd_kafka_event_DeleteTopics_result(answered.value().get()), &count
    );
    for (std::size_t i = 0; i < count; ++i) {
        const auto error = rd_kafka_topic_result_error(told[i]);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) continue;  // gone already
        return error_of(error, doing);
    }
    return ok();
}

Result<std::vector<std::string>> groups_under(rd_kafka_t* client, const KafkaLogOptions& options) {
    const struct rd_kafka_group_list* listed = nullptr;
    const auto patience = static_cast<int>(options.answer.count());
    const auto error = rd_kafka_list_groups(client, nullptr, &listed, patience);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(error, "list the groups");
    const Owned<const struct rd_kafka_group_list, rd_kafka_group_list_destroy> held{listed};
    std::vector<std::string> names;
    for (int i = 0; i < listed->group_cnt; ++i) {
        const std::string_view name{listed->groups[i].group};
        if (name.starts_with(options.prefix)) names.emplace_back(name);
    }
    return names;
}

Status remove_groups(
    rd_kafka_t* client, const KafkaLogOptions& options, const std::vector<std::string>& names
) {
    std::vector<Owned<rd_kafka_DeleteGroup_t, rd_kafka_DeleteGroup_destroy>> owned;
    for (const std::string& name : names)
        owned.emplace_back(rd_kafka_DeleteGroup_new(name.c_str()));
    std::vector<rd_kafka_DeleteGroup_t*> groups = pointers_to(owned);
    const auto answered = administer(
        client,
        RD_KAFKA_ADMIN_OP_DELETEGROUPS,
        options.answer,
        "remove the groups under " + options.prefix,
        [&](rd_kafka_AdminOptions_t* asked, rd_kafka_queue_t* answers) {
            rd_kafka_DeleteGroups(client, groups.data(), groups.size(), asked, answers);
        }
    );
    // A group whose static members are still remembered is not empty; it goes by itself.
    return answered ? ok() : Status{answered.error()};
}

}  // namespace

}  // namespace kafka

Result<std::size_t> remove_from_kafka(const KafkaLogOptions& options) {
    if (options.prefix.empty()) {
        return Error{
            ErrorCode::kInvalidArgument,
            "to remove topics they need a prefix of their own: without one that is everything"};
    }
    kafka::Trouble trouble;
    const auto client = kafka::make_asker(options, trouble, /*committed_only=*/false);
    if (!client) return client.error();
    rd_kafka_t* const asker = client.value().get();
    const kafka::Topics topics{asker, options};
    const auto there = topics.all();
    if (!there) return there.error();
    std::vector<std::string> names;
    for (const TopicSpec& topic : there.value()) names.push_back(topics.on_broker(topic.name));
    if (!names.empty()) {
        if (const Status done = kafka::remove_topics(asker, options, names); !done) {
            return done.error();
        }
    }
    const auto groups = kafka::groups_under(asker, options);
    if (!groups) return groups.error();
    if (!groups.value().empty()) {
        if (const Status done = kafka::remove_groups(asker, options, groups.value()); !done) {
            return done.error();
        }
    }
    return names.size();
}

}  // namespace sluice::log
