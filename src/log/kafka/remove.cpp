#include "log/kafka/remove.hpp"

#include "log/kafka/admin.hpp"
#include "log/kafka/errors.hpp"

#include <fmt/format.h>

#include <memory>
#include <vector>

namespace sluice::log::kafka {

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

}  // namespace

Status remove_topics(
    rd_kafka_t* client, const KafkaLogOptions& options, const std::set<std::string>& names
) {
    if (names.empty()) return ok();
    std::vector<Owned<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>> owned;
    for (const std::string& name : names)
        owned.emplace_back(rd_kafka_DeleteTopic_new((options.prefix + name).c_str()));
    std::vector<rd_kafka_DeleteTopic_t*> topics = pointers_to(owned);
    const std::string doing = fmt::format("remove {} topics", names.size());
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

Status remove_groups(
    rd_kafka_t* client, const KafkaLogOptions& options, const std::set<std::string>& names
) {
    if (names.empty()) return ok();
    std::vector<Owned<rd_kafka_DeleteGroup_t, rd_kafka_DeleteGroup_destroy>> owned;
    for (const std::string& name : names)
        owned.emplace_back(rd_kafka_DeleteGroup_new((options.prefix + name).c_str()));
    std::vector<rd_kafka_DeleteGroup_t*> groups = pointers_to(owned);
    const auto answered = administer(
        client,
        RD_KAFKA_ADMIN_OP_DELETEGROUPS,
        options.answer,
        fmt::format("remove {} groups", names.size()),
        [&](rd_kafka_AdminOptions_t* asked, rd_kafka_queue_t* answers) {
            rd_kafka_DeleteGroups(client, groups.data(), groups.size(), asked, answers);
        }
    );
    // A group whose static members are still remembered is not empty; it goes by itself.
    return answered ? ok() : Status{answered.error()};
}

}  // namespace sluice::log::kafka
