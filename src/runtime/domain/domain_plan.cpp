#include "runtime/domain/domain_plan.hpp"

#include "runtime/domain/topics.hpp"

#include <algorithm>

namespace sluice::runtime {

std::vector<log::TopicSpec> DomainPlan::channel_topics() const {
    std::vector<log::TopicSpec> topics;
    topics.reserve(channels.size());
    for (const ChannelPlan& one : channels) topics.push_back({one.topic, one.partitions});
    return topics;
}

std::string DomainPlan::ordered_topic() const {
    return given ? given->places.topic : runtime::ordered_topic(name);
}

bool DomainPlan::takes_events() const {
    return !given || given->order.positions == contract::Positions::kOffset;
}

const ChannelPlan* DomainPlan::channel(std::string_view topic) const {
    const auto found = std::find_if(channels.begin(), channels.end(), [topic](const auto& one) {
        return one.topic == topic;
    });
    return found == channels.end() ? nullptr : &*found;
}

const TypePlan* DomainPlan::type(std::string_view of) const {
    const auto found = types.find(of);
    return found == types.end() ? nullptr : &found->second;
}

bool DomainPlan::closes_subjects() const {
    return std::any_of(types.begin(), types.end(), [](const auto& one) {
        return one.second.closes;
    });
}

}  // namespace sluice::runtime
