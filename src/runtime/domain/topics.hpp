#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "log/log.hpp"
#include "runtime/domain/domain_plan.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

/// Names of what Sluice keeps for a domain. All of them have P partitions, one per home.
[[nodiscard]] std::string ordered_topic(std::string_view domain);
[[nodiscard]] std::string repartition_topic(std::string_view domain);
[[nodiscard]] std::string aside_topic(std::string_view domain);

/// What operators choose about its subscriptions, and what has become of that.
[[nodiscard]] std::string commands_topic(std::string_view domain);
[[nodiscard]] std::string audit_topic(std::string_view domain);

/// Of no domain: where changes of subscriptions lie, in one partition; all daemons on a log fold
/// it.
inline constexpr std::string_view kSubscriptionsTopic = "sluice.subscriptions";

/// The group whose leases write the domain's steps, and the one of a runner's subscriptions.
[[nodiscard]] std::string sequencer_group(std::string_view domain);
[[nodiscard]] std::string runner_group(std::string_view runner);

/// Makes the domain's topics and those of its channels that are not there yet. kConflict says which
/// of the domain's topics has another count of partitions, or which channel has fewer than the
/// contract says, and what can be done.
[[nodiscard]] Status ensure_topics(
    log::Log& log,
    std::string_view domain,
    std::uint32_t homes,
    std::span<const log::TopicSpec> channels
);

/// The same for a domain whose topic somebody else has put in order: that topic, if it is not
/// there, and those of operators' commands.
[[nodiscard]] Status ensure_given_topics(log::Log& log, const DomainPlan& plan);

/// kConflict: the topic has another count of partitions than the contract says.
[[nodiscard]] Status check_given_topic(const log::Log& log, const DomainPlan& plan);

/// The channels with as many partitions as they have now: a channel may be given more while it is
/// in use, never fewer. kNotFound: one is gone.
[[nodiscard]] Result<std::vector<log::TopicSpec>> as_they_are(
    const log::Log& log, std::vector<log::TopicSpec> channels
);

/// The home that reads a channel's partition: whose task commits its offset.
[[nodiscard]] inline HomeId reader_of(PartitionId partition, std::uint32_t homes) {
    return HomeId{partition.value % homes};
}

}  // namespace sluice::runtime
