#include "runtime/domain/topics.hpp"

#include "contract/units.hpp"
#include "doctor/examine.hpp"
#include "doctor/settings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::doctor {

namespace {

using log::kafka::TopicFact;

constexpr std::uint64_t kRecordOverhead = std::uint64_t{64}
                                          << 10;  // headers that Sluice adds, and the batch's own

class TopicChecks {
public:
    TopicChecks(
        const TopicFact& topic,
        const Findings& findings,
        const Expectations& expected,
        Checks& checks
    )
        : topic_{topic},
          expected_{expected},
          brokers_{findings.cluster.brokers.size()},
          checks_{checks} {}

    /// What any topic that Sluice reads must be. False: nothing more can be said.
    void common() {
        leaders();
        if (!topic_.refusal.empty()) {
            warn(
                "something of it is not told: " + topic_.refusal,
                "allow Describe and DescribeConfigs on it"
            );
        }
        if (setting(topic_.settings, "cleanup.policy").value_or("").find("compact") !=
            std::string::npos) {
            fail(
                "it is compacted: of each key only the last record stays, and the others are gone "
                "before they are read",
                "cleanup.policy=delete"
            );
        }
        copies();
    }

    void partitions(std::uint32_t wanted, bool fixed) {
        if (topic_.partitions.size() == wanted) return;
        const std::string detail = fmt::format(
            "it has {} partitions, the contract says {}", topic_.partitions.size(), wanted
        );
        if (!fixed && topic_.partitions.size() > wanted) {
            const bool whole = topic_.partitions.size() % wanted == 0;
            warn(
                detail + (whole ? ": it has grown"
                                : ": it has grown, and to no multiple: keys moved between the "
                                  "partitions that it had, so that events without a number may "
                                  "have changed their order"),
                "give the contract the topic's count (bindings.kafka.partitions); let a channel "
                "grow to a multiple"
            );
            return;
        }
        fixed ? fail(
                    detail,
                    "the count of homes does not change in place: give the contract this one; for "
                    "more, `sluice domain grow`"
                )
              : fail(detail, "give the contract the topic's count (bindings.kafka.partitions)");
    }

    void retention() {
        const auto kept = number(topic_.settings, "retention.ms");
        if (kept && *kept >= 0 && *kept < expected_.outage.count()) {
            fail(
                fmt::format(
                    "records are kept for {}, and an outage may last {}: what is not read by then "
                    "is lost",
                    contract::write_duration(Milliseconds{*kept}),
                    contract::write_duration(expected_.outage)
                ),
                fmt::format("retention.ms={} or more", expected_.outage.count())
            );
        }
        const auto bytes = number(topic_.settings, "retention.bytes");
        if (bytes && *bytes >= 0) {
            warn(
                fmt::format(
                    "retention.bytes is {}: a busy day may cut records before their time", *bytes
                ),
                "retention.bytes=-1, and watch the disks"
            );
        }
    }

    void size() {
        const auto most = number(topic_.settings, "max.message.bytes");
        const std::uint64_t wanted = expected_.event_bytes_max + kRecordOverhead;
        if (!most || static_cast<std::uint64_t>(std::max<std::int64_t>(*most, 0)) >= wanted) return;
        warn(
            fmt::format(
                "max.message.bytes is {}: an event of limits.event ({}) does not fit",
                *most,
                expected_.event_bytes_max
            ),
            fmt::format("max.message.bytes={}", wanted)
        );
    }

    /// After all checks: nothing was wrong.
    void fine(std::string_view role) {
        if (wrong_) return;
        checks_.ok(
            what(),
            fmt::format(
                "{}, {} partitions, {} copies, kept {}",
                role,
                topic_.partitions.size(),
                fewest_copies(),
                kept_text()
            )
        );
    }

private:
    [[nodiscard]] std::string what() const { return "topic " + topic_.name; }

    void warn(std::string detail, std::string advice) {
        wrong_ = true;
        checks_.warn(what(), std::move(detail), std::move(advice));
    }

    void fail(std::string detail, std::string advice) {
        wrong_ = true;
        checks_.fail(what(), std::move(detail), std::move(advice));
    }

    [[nodiscard]] std::uint32_t fewest_copies() const {
        std::uint32_t fewest = topic_.partitions.empty() ? 0 : topic_.partitions.front().replicas;
        for (const auto& partition : topic_.partitions)
            fewest = std::min(fewest, partition.replicas);
        return fewest;
    }

    [[nodiscard]] std::string kept_text() const {
        const auto kept = number(topic_.settings, "retention.ms");
        if (!kept) return "for a time that is not told";
        return *kept < 0 ? "for ever" : "for " + contract::write_duration(Milliseconds{*kept});
    }

    void leaders() {
        std::size_t leaderless = 0;
        std::size_t behind = 0;
        for (const auto& partition : topic_.partitions) {
            if (partition.leader < 0) ++leaderless;
            if (partition.in_sync < partition.replicas) ++behind;
        }
        if (leaderless > 0) {
            fail(
                fmt::format(
                    "{} of {} partitions have no leader: nobody reads or writes them",
                    leaderless,
                    topic_.partitions.size()
                ),
                "bring the brokers back that have them"
            );
        } else if (behind > 0) {
            warn(
                fmt::format(
                    "{} of {} partitions have copies that are behind",
                    behind,
                    topic_.partitions.size()
                ),
                "is a broker down, or too slow?"
            );
        }
    }

    void copies() {
        if (brokers_ < 2) return;
        const std::uint32_t copies = fewest_copies();
        const std::size_t wanted = std::min<std::size_t>(3, brokers_);
        if (copies < wanted) {
            warn(
                fmt::format(
                    "it has {} of {} copies that {} brokers allow", copies, wanted, brokers_
                ),
                "reassign it to more brokers"
            );
        }
        const auto in_sync = number(topic_.settings, "min.insync.replicas");
        if (in_sync && copies > 1 && *in_sync < 2) {
            warn(
                "min.insync.replicas is 1: what was acknowledged may be on one disk only",
                "min.insync.replicas=2"
            );
        } else if (in_sync && *in_sync > 1 && *in_sync >= copies) {
            warn(
                fmt::format(
                    "min.insync.replicas is {} of {} copies: one broker down stops all writing",
                    *in_sync,
                    copies
                ),
                fmt::format("min.insync.replicas={}", std::max<std::uint32_t>(copies, 2) - 1)
            );
        }
        if (setting(topic_.settings, "unclean.leader.election.enable") == "true") {
            warn(
                "an unclean leader may be elected: acknowledged records can vanish",
                "unclean.leader.election.enable=false"
            );
        }
    }

    const TopicFact& topic_;
    const Expectations& expected_;
    std::size_t brokers_;
    Checks& checks_;
    bool wrong_{false};
};

}  // namespace

void check_topics(const Findings& findings, const Expectations& expected, Checks& checks) {
    for (const auto& contract : expected.contracts) {
        for (const contract::Channel& channel : contract->channels) {
            const TopicFact* topic = findings.topic(expected.prefix + channel.topic);
            if (topic == nullptr) {
                checks.warn(
                    "topic " + expected.prefix + channel.topic,
                    "the channel is not there, or may not be seen",
                    "its producer makes it, or Sluice at its first start; if it is there: allow "
                    "Describe on it"
                );
                continue;
            }
            TopicChecks look{*topic, findings, expected, checks};
            look.common();
            look.partitions(channel.partitions, contract->given.has_value());
            look.retention();
            look.fine(contract->given ? "in order already" : "a channel");
        }
        if (contract->given) continue;
        for (const std::string& name :
             {runtime::ordered_topic(contract->domain),
              runtime::repartition_topic(contract->domain),
              runtime::aside_topic(contract->domain)}) {
            const TopicFact* topic = findings.topic(expected.prefix + name);
            if (topic == nullptr) {
                checks.ok(
                    "topic " + expected.prefix + name,
                    "not there yet: Sluice makes it at its first start"
                );
                continue;
            }
            TopicChecks look{*topic, findings, expected, checks};
            look.common();
            look.partitions(contract->homes, true);
            look.retention();
            look.size();
            look.fine("Sluice's own");
        }
    }
}

}  // namespace sluice::doctor
