#include "observe/observe.hpp"

#include "runtime/sequencing/classify.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>
#include <variant>

namespace sluice::observe {

namespace {

/// Not a failure: what was counted so far holds.
constexpr const char* kFull = "enough";

class Reading {
public:
    Reading(
        const runtime::DomainPlan& plan, const ObserveOptions& options, Observation& observation
    )
        : plan_{plan},
          observation_{observation},
          count_{watched(plan, options), options.events_max} {
        for (std::size_t at = 0; at < plan.channels.size(); ++at)
            index_[plan.channels[at].topic] = at;
    }

    Status take(const log::PartitionRef& of, const log::StoredRecord& stored) {
        if (stored.record.time >= observation_.until) return ok();
        const std::size_t channel = index_.at(of.topic);
        ChannelSeen& seen = observation_.channels[channel];
        auto classified = runtime::classify(
            plan_,
            plan_.channels[channel],
            stored.record,
            {of.topic, of.partition, stored.offset},
            runtime::Depth::kWhole
        );
        if (const auto* event = std::get_if<sequence::Arrival>(&classified.what)) {
            if (!count_.add(channel, stored.record.time, *event)) {
                observation_.full = true;
                return Error{ErrorCode::kFull, kFull};
            }
            ++seen.events;
        } else if (auto* unreadable = std::get_if<runtime::Unreadable>(&classified.what)) {
            if (seen.unreadable++ == 0) seen.reason = std::move(unreadable->reason);
        } else {
            const bool foreign = std::holds_alternative<runtime::Foreign>(classified.what);
            ++(foreign ? seen.foreign : seen.tombstones);
        }
        return ok();
    }

    [[nodiscard]] Counts counts(std::size_t worst_max) const { return count_.counts(worst_max); }

private:
    static std::vector<Watched> watched(
        const runtime::DomainPlan& plan, const ObserveOptions& options
    ) {
        std::vector<Watched> channels;
        for (const runtime::ChannelPlan& channel : plan.channels) {
            const auto lag = options.lags.find(channel.topic);
            channels.push_back(
                {channel.topic, lag == options.lags.end() ? Milliseconds{0} : lag->second}
            );
        }
        return channels;
    }

    const runtime::DomainPlan& plan_;
    Observation& observation_;
    OrderCount count_;
    std::map<std::string, std::size_t, std::less<>> index_;
};

Status check_lags(const std::vector<std::string>& topics, const ObserveOptions& options) {
    for (const auto& [topic, lag] : options.lags) {
        if (std::find(topics.begin(), topics.end(), topic) != topics.end()) continue;
        return Error{
            ErrorCode::kNotFound,
            fmt::format(
                "'{}' is none of the domain's channels; there are: {}",
                topic,
                fmt::join(topics, ", ")
            )};
    }
    return ok();
}

}  // namespace

Result<Observation> observe(
    Source& source, const runtime::DomainPlan& plan, const ObserveOptions& options, Instant now
) {
    std::vector<std::string> topics;
    for (const runtime::ChannelPlan& channel : plan.channels) topics.push_back(channel.topic);
    if (const Status good = check_lags(topics, options); !good) return good.error();
    Observation observation;
    observation.until = now;
    observation.since = Instant{now.ms - options.window.count()};
    for (const std::string& topic : topics) {
        ChannelSeen& seen = observation.channels.emplace_back();
        seen.topic = topic;
        if (const auto lag = options.lags.find(topic); lag != options.lags.end())
            seen.lag = lag->second;
    }
    runtime::DomainPlan unchecked = plan;
    unchecked.check = nullptr;  // schemas order nothing
    Reading reading{unchecked, options, observation};
    const auto extents =
        source.read(topics, observation.since, [&](const auto& of, const auto& stored) {
            return reading.take(of, stored);
        });
    if (!extents && !observation.full) return extents.error();
    if (extents) {
        if (extents->empty()) {
            return Error{
                ErrorCode::kNotFound,
                fmt::format("none of the channels is there: {}", fmt::join(topics, ", "))};
        }
        for (ChannelSeen& seen : observation.channels) {
            const auto extent = extents->find(seen.topic);
            seen.there = extent != extents->end();
            if (!seen.there) continue;
            seen.partitions = extent->second.partitions;
            seen.cut = extent->second.cut;
        }
    }
    observation.counts = reading.counts(options.worst_max);
    return observation;
}

}  // namespace sluice::observe
