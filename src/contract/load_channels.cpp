#include "contract/load_parts.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::contract::parts {

namespace {

constexpr std::uint32_t kPartitionsMax = 4'096;

/// Bindings of other protocols are none of ours; a misspelt `kafka` is.
void check_bindings(const Node& bindings) {
    bindings.only(
        {"amqp",  "amqp1",   "anypointmq", "googlepubsub", "http",  "ibmmq",  "jms",
         "kafka", "mercure", "mqtt",       "mqtt5",        "nats",  "pulsar", "redis",
         "ros2",  "sns",     "solace",     "sqs",          "stomp", "ws"},
        Extensions::kAllowed
    );
}

void load_kafka_binding(const Node& binding, Channel& channel) {
    binding.only(
        {"topic", "partitions", "replicas", "topicConfiguration", "bindingVersion"},
        Extensions::kAllowed
    );
    if (const auto topic = binding.at("topic").text()) channel.topic = *topic;
    if (const auto count = binding.at("partitions").count(1, kPartitionsMax)) {
        channel.partitions = static_cast<std::uint32_t>(*count);
    }
}

void load_channel_rules(const Node& sluice, Channel& channel) {
    sluice.only({"partitioner", "validation", "others", "plain"});
    channel.partitioner =
        sluice.at("partitioner")
            .choice<Partitioner>(
                {{"murmur2", Partitioner::kMurmur2}, {"crc32", Partitioner::kCrc32}}
            )
            .value_or(channel.partitioner);
    channel.validation = validation_of(sluice.at("validation")).value_or(channel.validation);
    channel.others =
        sluice.at("others").choice<Others>({{"pass", Others::kPass}, {"foreign", Others::kForeign}}
        ).value_or(channel.others);
}

void check_topic(const Node& node, const Channel& channel, const Contract& contract) {
    if (!is_topic_name(channel.topic)) {
        node.problem(fmt::format(
            "{} is not the name of a topic: 1 to 249 of a-z, A-Z, 0-9, '.', '_' and '-'",
            event::shown(channel.topic)
        ));
    }
    if (const Channel* other = contract.channel_of(channel.topic); other != nullptr) {
        node.problem(fmt::format(
            "{} is the topic of channel {} already",
            event::shown(channel.topic),
            event::shown(other->name)
        ));
    }
}

void load_channel(
    const std::string& name,
    const Node& node,
    const Defaults& defaults,
    Contract& contract,
    MessageNodes& messages
) {
    node.only(
        {"address",
         "messages",
         "title",
         "summary",
         "description",
         "servers",
         "parameters",
         "tags",
         "externalDocs",
         "bindings",
         "x-sluice"},
        Extensions::kAllowed
    );
    Channel channel;
    channel.name = name;
    channel.topic = node.at("address").text().value_or(name);
    channel.partitions = contract.homes;
    channel.validation = defaults.validation;
    check_bindings(node.at("bindings"));
    load_kafka_binding(node.at("bindings").at("kafka"), channel);
    load_channel_rules(node.at("x-sluice"), channel);
    const Node binding_topic = node.at("bindings").at("kafka").at("topic");
    check_topic(binding_topic.present() ? binding_topic : node.at("address"), channel, contract);
    for (const auto& [key, message] : node.at("messages").members()) {
        std::string type = load_message(key, message, defaults, contract, messages);
        if (!type.empty()) channel.types.push_back(std::move(type));
    }
    std::sort(channel.types.begin(), channel.types.end());
    load_plain(node.at("x-sluice").at("plain"), contract, channel);
    contract.channels.push_back(std::move(channel));
}

}  // namespace

bool is_topic_name(std::string_view name) {
    const auto allowed = [](char letter) {
        const bool digit = letter >= '0' && letter <= '9';
        const bool lower = letter >= 'a' && letter <= 'z';
        const bool upper = letter >= 'A' && letter <= 'Z';
        return digit || lower || upper || letter == '.' || letter == '_' || letter == '-';
    };
    return !name.empty() && name.size() <= 249 && name != "." && name != ".." &&
           std::all_of(name.begin(), name.end(), allowed);
}

void load_channels(
    const Node& channels, const Defaults& defaults, Contract& contract, MessageNodes& messages
) {
    for (const auto& [name, node] : channels.members()) {
        if (node.present()) {
            load_channel(name, node, defaults, contract, messages);
        } else if (!node.lost()) {
            node.problem("a channel is due here; {} is one that says nothing");
        }
    }
    if (channels.members().empty()) channels.problem("a domain has at least one channel");
}

}  // namespace sluice::contract::parts
