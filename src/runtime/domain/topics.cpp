#include "runtime/domain/topics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::runtime {

std::string ordered_topic(std::string_view domain) {
    return fmt::format("{}.ordered", domain);
}

std::string repartition_topic(std::string_view domain) {
    return fmt::format("{}.repartition", domain);
}

std::string aside_topic(std::string_view domain) {
    return fmt::format("{}.aside", domain);
}

std::string commands_topic(std::string_view domain) {
    return fmt::format("{}.commands", domain);
}

std::string audit_topic(std::string_view domain) {
    return fmt::format("{}.audit", domain);
}

std::string sequencer_group(std::string_view domain) {
    return fmt::format("sequencer.{}", domain);
}

std::string runner_group(std::string_view runner) {
    return fmt::format("runner.{}", runner);
}

namespace {

constexpr std::string_view kOtherHomes =
    "a domain keeps its homes; put the old number back, or let it have more: sluice domain grow";

Status ensure(log::Log& log, const log::TopicSpec& wanted, std::string_view advice) {
    const auto found = log.topic(wanted.name);
    if (!found) return found.error();
    const std::optional<log::TopicSpec>& there = found.value();
    if (there.has_value() && there->partitions != wanted.partitions) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "topic {} has {} partitions, the contract says {}: {}",
                wanted.name,
                there->partitions,
                wanted.partitions,
                advice
            )};
    }
    return log.create_topic(wanted);
}

}  // namespace

Status ensure_topics(
    log::Log& log,
    std::string_view domain,
    std::uint32_t homes,
    std::span<const log::TopicSpec> channels
) {
    for (const auto& name :
         {ordered_topic(domain),
          repartition_topic(domain),
          aside_topic(domain),
          commands_topic(domain),
          audit_topic(domain)}) {
        const Status made = ensure(log, {name, homes}, kOtherHomes);
        if (!made) return made;
    }
    for (const log::TopicSpec& channel : channels) {
        const auto there = log.topic(channel.name);
        if (!there) return there.error();
        if (there.value() && there.value()->partitions > channel.partitions) continue;  // has grown
        const Status made =
            ensure(log, channel, "correct `partitions` of this channel in the contract");
        if (!made) return made;
    }
    return ok();
}

Status check_given_topic(const log::Log& log, const DomainPlan& plan) {
    const std::string topic = plan.ordered_topic();
    const auto there = log.topic(topic);
    if (!there) return there.error();
    if (!there.value()) {
        return Error{ErrorCode::kNotFound, fmt::format("topic {} is gone", topic)};
    }
    if (there.value()->partitions == plan.homes) return ok();
    return Error{
        ErrorCode::kConflict,
        fmt::format(
            "topic {} has {} partitions, and the contract's homes are {}. If it was given more, "
            "subjects have moved, and their order does not hold across that: once all "
            "subscriptions have read it, make a domain of another name, with as many homes",
            topic,
            there.value()->partitions,
            plan.homes
        )};
}

Status ensure_given_topics(log::Log& log, const DomainPlan& plan) {
    const auto there = log.topic(plan.ordered_topic());
    if (!there) return there.error();
    if (!there.value()) {
        const Status made = log.create_topic({plan.ordered_topic(), plan.homes});
        if (!made) return made;
    }
    if (const Status same = check_given_topic(log, plan); !same) return same;
    for (const auto& name : {commands_topic(plan.name), audit_topic(plan.name)}) {
        const Status made = ensure(
            log, {name, plan.homes}, "P is fixed when a domain is made; put the old number back"
        );
        if (!made) return made;
    }
    return ok();
}

Result<std::vector<log::TopicSpec>> as_they_are(
    const log::Log& log, std::vector<log::TopicSpec> channels
) {
    for (log::TopicSpec& channel : channels) {
        const auto there = log.topic(channel.name);
        if (!there) return there.error();
        if (!there.value()) {
            return Error{
                ErrorCode::kNotFound,
                fmt::format("topic {}: the channel is gone; make it again", channel.name)};
        }
        channel.partitions = std::max(channel.partitions, there.value()->partitions);
    }
    return channels;
}

}  // namespace sluice::runtime
