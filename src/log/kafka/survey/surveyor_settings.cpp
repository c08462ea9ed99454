#include "log/kafka/survey/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace sluice::log::kafka {

namespace {

using survey::DestroyedBy;
using Resource =
    std::unique_ptr<rd_kafka_ConfigResource_t, DestroyedBy<rd_kafka_ConfigResource_destroy>>;

struct Answer {
    Settings settings;
    std::string refusal;
};

Answer answer_of(const rd_kafka_ConfigResource_t& resource) {
    Answer answer;
    if (rd_kafka_ConfigResource_error(&resource) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        const char* words = rd_kafka_ConfigResource_error_string(&resource);
        answer.refusal =
            words != nullptr ? words : rd_kafka_err2str(rd_kafka_ConfigResource_error(&resource));
        return answer;
    }
    std::size_t count = 0;
    const auto* entries = rd_kafka_ConfigResource_configs(&resource, &count);
    for (const rd_kafka_ConfigEntry_t* entry : std::span{entries, count}) {
        const char* value = rd_kafka_ConfigEntry_value(entry);  // null: not set, or a secret
        if (value != nullptr) answer.settings.emplace(rd_kafka_ConfigEntry_name(entry), value);
    }
    return answer;
}

/// By the resource's name. A broker answers for itself only, so brokers are asked one by one.
Result<std::map<std::string, Answer>> describe(
    const survey::Client& client, rd_kafka_ResourceType_t type, std::span<const std::string> names
) {
    std::vector<Resource> owned;
    std::vector<rd_kafka_ConfigResource_t*> resources;
    for (const std::string& name : names) {
        owned.emplace_back(rd_kafka_ConfigResource_new(type, name.c_str()));
        resources.push_back(owned.back().get());
    }
    const auto event =
        client.ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, [&](const auto* options, auto* queue) {
            rd_kafka_DescribeConfigs(
                client.handle(), resources.data(), resources.size(), options, queue
            );
        });
    if (!event) return event.error();
    std::size_t count = 0;
    const auto* result = rd_kafka_event_DescribeConfigs_result(event.value().get());
    const auto* answers = rd_kafka_DescribeConfigs_result_resources(result, &count);
    std::map<std::string, Answer> found;
    for (const auto* resource : std::span{answers, count}) {
        found.emplace(rd_kafka_ConfigResource_name(resource), answer_of(*resource));
    }
    return found;
}

void put(Result<std::map<std::string, Answer>>& answers, const std::string& name, auto& fact) {
    if (!answers) {
        fact.refusal = answers.error().message;
        return;
    }
    Answer& answer = answers.value()[name];
    fact.settings = std::move(answer.settings);
    if (fact.refusal.empty()) fact.refusal = std::move(answer.refusal);
}

/// Kafka's word for it (org.apache.kafka.common.resource.ResourceType). librdkafka 2.0.2 has the
/// names of what has settings: 4 is the cluster where it is about ACLs. It does not know
/// transactional ids; what else it does not know (delegation tokens, users) has no name that could
/// be one of ours.
std::string resource_of(rd_kafka_ResourceType_t type) {
    switch (type) {
        case RD_KAFKA_RESOURCE_BROKER: return "CLUSTER";
        case RD_KAFKA_RESOURCE_UNKNOWN: return "TRANSACTIONAL_ID";
        default: return rd_kafka_ResourceType_name(type);
    }
}

}  // namespace

void Surveyor::add_settings(ClusterFact& cluster, std::span<const std::string> topics) const {
    const survey::Client& client = *parts_->client;
    for (BrokerFact& broker : cluster.brokers) {
        const std::string name = fmt::to_string(broker.id);
        auto answers = describe(client, RD_KAFKA_RESOURCE_BROKER, {&name, 1});
        put(answers, name, broker);
    }
    const std::set<std::string> asked{topics.begin(), topics.end()};
    std::vector<TopicFact*> known;
    std::vector<std::string> names;
    for (TopicFact& topic : cluster.topics) {
        if (!asked.contains(topic.name)) continue;
        known.push_back(&topic);
        names.push_back(topic.name);
    }
    if (names.empty()) return;
    auto answers = describe(client, RD_KAFKA_RESOURCE_TOPIC, names);
    for (TopicFact* topic : known) put(answers, topic->name, *topic);
}

Result<std::vector<AclFact>> Surveyor::acls() const {
    using Filter =
        std::unique_ptr<rd_kafka_AclBindingFilter_t, DestroyedBy<rd_kafka_AclBinding_destroy>>;
    const survey::Client& client = *parts_->client;
    const Filter any{rd_kafka_AclBindingFilter_new(
        RD_KAFKA_RESOURCE_ANY,
        nullptr,
        RD_KAFKA_RESOURCE_PATTERN_ANY,
        nullptr,
        nullptr,
        RD_KAFKA_ACL_OPERATION_ANY,
        RD_KAFKA_ACL_PERMISSION_TYPE_ANY,
        nullptr,
        0
    )};
    const auto event =
        client.ask(RD_KAFKA_ADMIN_OP_DESCRIBEACLS, [&](const auto* options, auto* queue) {
            rd_kafka_DescribeAcls(client.handle(), any.get(), options, queue);
        });
    if (!event) return event.error();
    std::size_t count = 0;
    const auto* result = rd_kafka_event_DescribeAcls_result(event.value().get());
    const auto* bindings = rd_kafka_DescribeAcls_result_acls(result, &count);
    std::vector<AclFact> acls;
    for (const rd_kafka_AclBinding_t* acl : std::span{bindings, count}) {
        acls.push_back(
            {resource_of(rd_kafka_AclBinding_restype(acl)),
             rd_kafka_AclBinding_name(acl),
             rd_kafka_ResourcePatternType_name(rd_kafka_AclBinding_resource_pattern_type(acl)),
             rd_kafka_AclBinding_principal(acl),
             rd_kafka_AclBinding_host(acl),
             rd_kafka_AclOperation_name(rd_kafka_AclBinding_operation(acl)),
             rd_kafka_AclPermissionType_name(rd_kafka_AclBinding_permission_type(acl))}
        );
    }
    std::sort(acls.begin(), acls.end());
    return acls;
}

}  // namespace sluice::log::kafka
