#include "log/kafka/removal.hpp"

#include "log/kafka/client.hpp"
#include "log/kafka/errors.hpp"
#include "log/kafka/remove.hpp"
#include "log/kafka/topics.hpp"

#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace sluice::log {

namespace kafka {

namespace {

Result<std::set<std::string>> groups_under(rd_kafka_t* client, const KafkaLogOptions& options) {
    const struct rd_kafka_group_list* listed = nullptr;
    const auto patience = static_cast<int>(options.answer.count());
    const auto error = rd_kafka_list_groups(client, nullptr, &listed, patience);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(error, "list the groups");
    const std::
        unique_ptr<const struct rd_kafka_group_list, DestroyedBy<rd_kafka_group_list_destroy>>
            held{listed};
    std::set<std::string> names;
    for (int i = 0; i < listed->group_cnt; ++i) {
        const std::string_view name{listed->groups[i].group};
        if (!name.starts_with(options.prefix)) continue;
        names.emplace(name.substr(options.prefix.size()));
    }
    return names;
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
    std::set<std::string> names;
    for (const TopicSpec& topic : there.value()) names.insert(topic.name);
    if (const Status done = kafka::remove_topics(asker, options, names); !done) {
        return done.error();
    }
    const auto groups = kafka::groups_under(asker, options);
    if (!groups) return groups.error();
    if (const Status done = kafka::remove_groups(asker, options, groups.value()); !done) {
        return done.error();
    }
    return names.size();
}

}  // namespace sluice::log
