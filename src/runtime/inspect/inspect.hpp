#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/log.hpp"
#include "runtime/domain/waiting_census.hpp"
#include "runtime/inspect/aside_ledger.hpp"
#include "runtime/subjects/domain_facts.hpp"
#include "sequence/subject.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

// Looks at a log from outside, without a lease: what `sluice status`, `stuck` and `why` show. Works
// on a daemon's live log and on a directory that nobody runs on. What is answered was true at some
// recent step. Which domains: those given, or all that have run here.
// Threads: any.   Failure: those of the log; kCorrupt for state that cannot be read.

struct PartitionStatus {
    log::PartitionRef at;
    Offset first;
    Offset end;
    Offset read;  ///< what the sequencer has committed; of an ordered partition: what all
                  ///< subscriptions have

    [[nodiscard]] std::int64_t unread() const { return end.value - read.value; }
};

struct SubscriptionStatus {
    std::string name;
    std::int64_t behind{};  ///< offsets of the ordered topic not yet passed: on Kafka, where ends
                            ///< of transactions take some, at least as many as records
    std::uint64_t parked{};
    std::uint64_t retrying{};
    std::uint64_t backlog_events{};
    std::uint64_t backlog_bytes{};
};

struct DomainStatus {
    std::string name;
    std::uint32_t homes{};
    bool sequenced{true};  ///< false: its ordered topic is somebody else's
    std::vector<PartitionStatus> channels;
    std::vector<PartitionStatus> repartition;
    std::vector<PartitionStatus> ordered;
    std::int64_t aside{};
    std::uint64_t waiting_subjects{};
    std::uint64_t waiting_events{};
    std::vector<SharedGap> shared_gaps;  ///< of more than kSharedGapSubjects, the worst first
    std::vector<SubscriptionStatus> subscriptions;
};

[[nodiscard]] Result<std::vector<DomainStatus>> status(const log::Log& log);
[[nodiscard]] Result<std::vector<DomainStatus>> status(
    const log::Log& log, std::span<const DomainFacts> domains
);

/// Something that does not move.
struct Stuck {
    std::string domain;
    std::string cause;    ///< gap, cycle, conflict, invalid, flooded, parked-gap, waiting, parked,
                          ///< hole, retrying, paused, aside
    std::string subject;  ///< may be empty for aside; of a paused subscription it is
    std::string subscription;                ///< parked, hole, retrying and paused
    Instant since;                           ///< aside: the record's time
    std::uint64_t behind{};                  ///< events that wait for it
    std::string detail;                      ///< one line for a person
    std::string type;                        ///< of the event that does not move, where it is known
    std::string next;                        ///< what happens next
    std::optional<Position> head;            ///< of a backlog
    std::optional<Offset> offset;            ///< aside: in the aside topic of its home
    std::optional<sequence::Subject> whole;  ///< what waits, if the filter asks for it
};

/// Which of it is asked for; what is empty asks for all.
struct StuckFilter {
    std::string domain{};
    std::string subscription{};
    std::string cause{};
    std::string type{};
    std::string subject{};
    std::optional<Instant> before{};  ///< that has stood since then or longer
    bool whole{false};                ///< with all that is known of what waits

    bool operator==(const StuckFilter&) const = default;
};

[[nodiscard]] bool fits(const StuckFilter& filter, const Stuck& item);

/// Page by page, so that a million parked subjects can be shown. `next` goes into the following
/// call.
struct StuckPage {
    std::vector<Stuck> items;
    std::optional<std::string> next;
};

/// Maybe nothing, and a `next`, for want of what the filter asks for. kInvalidArgument: `cursor`
/// is none that a page of the same domains has given.
[[nodiscard]] Result<StuckPage> stuck(
    const log::Log& log,
    std::span<const DomainFacts> domains,
    const std::optional<std::string>& cursor,
    std::size_t limit,
    const StuckFilter& filter,
    AsideLedger& aside
);

/// Of everything, by a ledger of its own.
[[nodiscard]] Result<StuckPage> stuck(
    const log::Log& log, const std::optional<std::string>& cursor, std::size_t limit
);

/// One line about one subject in one domain.
struct Why {
    std::string domain;
    std::string state;  ///< flowing, closed, or a cause as in Stuck
    std::string text;
};

/// A line per domain that knows the subject, and one per subscription in which it is parked or
/// tried again.
[[nodiscard]] Result<std::vector<Why>> why(const log::Log& log, std::string_view subject);
[[nodiscard]] Result<std::vector<Why>> why(
    const log::Log& log, std::span<const DomainFacts> domains, std::string_view subject
);

/// A record of a topic and where it lies.
struct ReadRecord {
    PartitionId partition;
    log::StoredRecord stored;
};

/// Reads a topic, partition by partition, each in its order; again from where it stood when there
/// is more.
class TopicReader {
public:
    struct Query {
        std::string topic;
        std::string subject;         ///< empty: all. Only records with this key or `ce_subject`
        std::optional<Offset> from;  ///< in each partition; otherwise from what is there
    };

    /// kNotFound: no such topic.
    [[nodiscard]] static Result<TopicReader> open(const log::Log& log, Query query);

    /// At most `limit` records; none: at the end for now.
    [[nodiscard]] Result<std::vector<ReadRecord>> next(std::size_t limit);

private:
    TopicReader(const log::Log& log, Query query) : log_{&log}, query_{std::move(query)} {}

    [[nodiscard]] bool matches(const Record& record) const;

    const log::Log* log_;
    Query query_;
    std::vector<std::pair<PartitionId, Offset>> at_;
};

}  // namespace sluice::runtime
