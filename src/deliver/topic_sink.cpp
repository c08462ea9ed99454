#include "deliver/topic_sink.hpp"

#include "base/hash.hpp"
#include "deliver/decode.hpp"
#include "sequence/ordered.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace sluice::deliver {

using dispatch::Failure;
using dispatch::FailureKind;
using dispatch::RunOutcome;

namespace {

constexpr std::string_view kPosition = "ce_subjectposition";
constexpr std::string_view kNotes = "sluice-";

/// What Sluice notes for itself (facts of the release, who chose what), and what is written anew.
bool is_ours(const Header& header) {
    return header.name == sequence::kFactsHeader || header.name.starts_with(kNotes) ||
           header.name == kPosition;
}

/// Of the record itself: another one may well be taken.
bool is_of_the_record(const Error& error) {
    return error.code == ErrorCode::kTooLarge || error.code == ErrorCode::kInvalidArgument;
}

}  // namespace

Result<std::unique_ptr<TopicSink>> TopicSink::open(log::Log& log, Options options) {
    auto there = log.topic(options.topic);
    if (!there) return there.error();
    if (!there.value() && options.partitions) {
        const Status made = log.create_topic({options.topic, *options.partitions});
        if (!made) return made.error();
        there = log.topic(options.topic);
        if (!there) return there.error();
    }
    if (!there.value()) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format(
                "topic {}: there is no such topic; make it, or say with how many `partitions` to "
                "make it",
                options.topic
            )};
    }
    const std::uint32_t partitions = there.value()->partitions;
    return std::unique_ptr<TopicSink>{new TopicSink{log, std::move(options), partitions}};
}

bool TopicSink::wants(std::string_view type) const {
    return is_wanted(options_.types, type);
}

log::PartitionRef TopicSink::place_of(std::string_view subject) const {
    return {options_.topic, partition_by_murmur2(subject, partitions_)};
}

Result<Record> TopicSink::record_of(const Outgoing& event, std::string_view subject) const {
    if (const auto valid = decode(event, options_.limits); !valid) return valid.error();
    Record record = *event.record;
    record.key = std::string{subject};
    record.headers.erase_if(is_ours);
    record.headers.push_back({kPosition, fmt::to_string(event.position.value)});
    return record;
}

std::vector<RunOutcome> TopicSink::deliver(std::span<const RunWork> runs) {
    std::vector<RunOutcome> outcomes(runs.size());
    std::map<log::PartitionRef, std::vector<Record>> by_place;
    for (std::size_t at = 0; at < runs.size(); ++at) {
        for (const Outgoing& event : runs[at].events) {
            auto record = record_of(event, runs[at].subject);
            if (!record) {
                outcomes[at].failure = Failure{FailureKind::kDead, record.error().message, {}};
                break;
            }
            by_place[place_of(runs[at].subject)].push_back(std::move(record.value()));
            ++outcomes[at].handled;
        }
    }
    if (by_place.empty()) return outcomes;
    std::vector<log::Append> appends;
    for (auto& [place, records] : by_place) appends.push_back({place, std::move(records)});
    const auto written = log_.publish(std::move(appends));
    if (written) return outcomes;
    for (std::size_t at = 0; at < runs.size(); ++at) {
        outcomes[at] =
            is_of_the_record(written.error())
                ? deliver_singly(runs[at])
                : RunOutcome{0, Failure{FailureKind::kNotTried, written.error().message, {}}};
    }
    return outcomes;
}

/// One event of many cannot be written: which one shows when each is written alone.
RunOutcome TopicSink::deliver_singly(const RunWork& run) {
    RunOutcome outcome;
    for (const Outgoing& event : run.events) {
        auto record = record_of(event, run.subject);
        if (!record) {
            outcome.failure = Failure{FailureKind::kDead, record.error().message, {}};
            return outcome;
        }
        std::vector<log::Append> appends{{place_of(run.subject), {std::move(record.value())}}};
        const auto written = log_.publish(std::move(appends));
        if (!written) {
            const bool dead = is_of_the_record(written.error());
            const FailureKind kind = dead ? FailureKind::kDead : FailureKind::kNotTried;
            outcome.failure = Failure{kind, written.error().message, {}};
            return outcome;
        }
        ++outcome.handled;
    }
    return outcome;
}

}  // namespace sluice::deliver
