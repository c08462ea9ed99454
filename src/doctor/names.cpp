#include "doctor/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace sluice::doctor {

namespace {

using log::kafka::Names;

/// What is not behind the prefix is nobody's here, and keeps its name.
std::optional<std::string> name_of(
    const Names& names, const std::string& prefix, const std::string& on_broker
) {
    if (!on_broker.starts_with(prefix)) return on_broker;
    auto name = names.topic_name(std::string_view{on_broker}.substr(prefix.size()));
    return name ? std::optional{prefix + *name} : std::nullopt;
}

void rename(const Names& names, const std::string& prefix, GroupSeen& group) {
    if (group.fact.name.starts_with(prefix)) {
        const auto on_broker = std::string_view{group.fact.name}.substr(prefix.size());
        group.fact.name = prefix + names.group_name(on_broker);
    }
    std::map<log::PartitionRef, Offset> committed;
    for (const auto& [of, next] : group.fact.committed) {
        if (auto name = name_of(names, prefix, of.topic)) {
            committed.emplace(log::PartitionRef{std::move(*name), of.partition}, next);
        }
    }
    group.fact.committed = std::move(committed);
    std::map<std::string, std::int64_t> lags;
    for (const auto& [topic, lag] : group.lag_by_topic) {
        if (auto name = name_of(names, prefix, topic)) lags.emplace(std::move(*name), lag);
    }
    group.lag_by_topic = std::move(lags);
}

}  // namespace

Result<Names> read_names(
    const log::kafka::Surveyor& surveyor,
    log::kafka::RecordReader& reader,
    const log::kafka::ClusterFact& cluster,
    const std::string& prefix
) {
    const log::PartitionRef of{prefix + std::string{log::kafka::kNamesTopic}, PartitionId{0}};
    const bool there =
        std::any_of(cluster.topics.begin(), cluster.topics.end(), [&](const auto& topic) {
            return topic.name == of.topic;
        });
    Names names;
    if (!there) return names;
    const auto ends = surveyor.ends(of);
    if (!ends) return ends.error();
    const std::array ranges{
        log::kafka::RecordReader::Range{of, ends.value().first, ends.value().committed}};
    const Status read = reader.read(
        ranges,
        [&](const log::PartitionRef& /*of*/, const log::StoredRecord& stored) -> Status {
            auto decoded = Names::decode(stored.record.value.value_or(""));
            if (!decoded) return decoded.error();
            names = std::move(decoded.value());
            return ok();
        }
    );
    if (!read) return read.error();
    return names;
}

std::vector<std::string> on_brokers(
    const Names& names, const std::string& prefix, std::vector<std::string> topics
) {
    for (std::string& topic : topics) {
        topic = prefix + names.topic_on_broker(std::string_view{topic}.substr(prefix.size()));
    }
    return topics;
}

void go_by_names(const Names& names, const std::string& prefix, Findings& findings) {
    if (names.is_plain()) return;
    auto& topics = findings.cluster.topics;
    for (auto topic = topics.begin(); topic != topics.end();) {
        auto name = name_of(names, prefix, topic->name);
        if (name) {
            topic->name = std::move(*name);
            ++topic;
        } else {
            topic = topics.erase(topic);
        }
    }
    for (GroupSeen& group : findings.groups) rename(names, prefix, group);
}

void check_names(
    const Names& names, const std::string& prefix, const Findings& findings, Checks& checks
) {
    std::vector<std::string> told;
    for (const auto& [name, on_broker] : names.topics()) {
        if (findings.topic(prefix + on_broker) == nullptr) continue;  // of what is gone
        told.push_back(fmt::format("{}{} is {}{}", prefix, name, prefix, on_broker));
    }
    if (!told.empty()) {
        checks.ok(
            "names",
            fmt::format(
                "called otherwise on the brokers, since it has grown: {}", fmt::join(told, ", ")
            )
        );
    }
    std::vector<std::string> left;
    for (const std::string& topic : names.retired_topics()) {
        if (findings.topic(prefix + topic) != nullptr) left.push_back(prefix + topic);
    }
    if (left.empty()) return;
    checks.warn(
        "names",
        fmt::format("replaced, and not deleted: {}", fmt::join(left, ", ")),
        "give `sluice domain grow` of the domain again, with the homes that it has: it deletes them"
    );
}

}  // namespace sluice::doctor
