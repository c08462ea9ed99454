#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "event/record.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::log {

struct PartitionRef {
    std::string topic;
    PartitionId partition;

    auto operator<=>(const PartitionRef&) const = default;
};

struct StoredRecord {
    Offset offset;
    Record record;

    bool operator==(const StoredRecord&) const = default;
};

/// A part of a partition, in offset order. Offsets may have holes: on Kafka what ends a
/// transaction, and what was aborted, takes an offset and is no record.
class Records {
public:
    Records() = default;

    Records(std::vector<StoredRecord> records, Offset next)
        : records_{std::move(records)},
          next_{next} {}

    /// Where reading goes on: behind the last record and whatever follows it that is none, as far
    /// as was looked. Without a record: where reading began, or further.
    [[nodiscard]] Offset next() const { return next_; }

    [[nodiscard]] bool empty() const { return records_.empty(); }

    [[nodiscard]] std::size_t size() const { return records_.size(); }

    [[nodiscard]] auto begin() { return records_.begin(); }

    [[nodiscard]] auto end() { return records_.end(); }

    [[nodiscard]] auto begin() const { return records_.begin(); }

    [[nodiscard]] auto end() const { return records_.end(); }

    [[nodiscard]] StoredRecord& operator[](std::size_t i) { return records_[i]; }

    [[nodiscard]] const StoredRecord& operator[](std::size_t i) const { return records_[i]; }

    [[nodiscard]] const StoredRecord& front() const { return records_.front(); }

    [[nodiscard]] const StoredRecord& back() const { return records_.back(); }

    bool operator==(const Records&) const = default;

private:
    std::vector<StoredRecord> records_;
    Offset next_;
};

/// The ends of a partition. `first` is the oldest offset still there, `committed` the one after the
/// last record that a reader may see, `high_watermark` the one after the last record that was
/// written at all (Kafka: an open transaction lies between the two; embedded: what is being
/// synced).
struct Ends {
    Offset first;
    Offset committed;
    Offset high_watermark;

    bool operator==(const Ends&) const = default;
};

struct TopicSpec {
    std::string name;            ///< 1 to 249 of [a-zA-Z0-9._-], as Kafka takes them
    std::uint32_t partitions{};  ///< 1 to 4,096
};

struct ReadLimits {
    std::size_t records_max{500};
    std::size_t bytes_max{std::size_t{1} << 20};  ///< at least one record comes, whatever its size
    /// Where records lie on other machines: for what is known to be there, and has not come yet.
    /// False is for who has other partitions to read meanwhile, and waits for a change after that.
    bool waits{true};
};

// ---- the step ----------------------------------------------------------------------------------

struct Append {
    PartitionRef to;
    std::vector<Record> records;  ///< 1 or more, written in this order
};

/// "This group has read `from` up to here": `next` is the first offset not yet consumed.
struct Consumed {
    HomeId home;
    PartitionRef from;
    Offset next;

    /// The home's `kFold` tables are a fold of `from`, and true up to `next`: what lies below may
    /// go once they are stored. Kafka keeps them on one machine and stores them now and then, so
    /// there the offset is committed later than the step, and so late only.
    bool folded{false};
};

/// How a table is restored on a backend that keeps no state of its own (Kafka): `kFold` is computed
/// again from the ordered topic, `kChangelog` is written to a compacted topic as well. Embedded: no
/// difference.
enum class Restore : std::uint8_t { kFold, kChangelog };

struct Table {
    std::uint8_t id{};  ///< unique within its group; stored: never renumber
    Restore restore{Restore::kChangelog};

    bool operator==(const Table&) const = default;
};

struct StateChange {
    HomeId home;
    Table table;
    std::string key;
    std::optional<std::string> value;  ///< nothing: the key goes
};

/// One atomic unit of work: what was read, what is written, what the state becomes. All or nothing.
/// Every home that any part names, and every home whose records are appended, is listed in `homes`
/// (that is what fences it), even when nothing of it was read.
struct Step {
    std::vector<HomeId> homes;
    std::vector<Append> appends;
    std::vector<Consumed> consumed;
    std::vector<StateChange> changes;

    [[nodiscard]] bool empty() const {
        return appends.empty() && consumed.empty() && changes.empty();
    }
};

/// A group's lease on some homes: the only way to write steps and to read their state.
/// Threads:  one at a time; different leases from different threads.
/// Lifetime: the Log outlives it. Destroying it gives the homes back.
/// Failure:  kFenced when another lease took one of the homes: nothing of the step was written, and
///           this lease is dead. kFull when the disk reserve is reached: nothing was written, try
///           later. After any other error the outcome is unknown: drop the lease, take the homes
///           anew and read the state and offsets again.
class Lease {
public:
    virtual ~Lease() = default;

    [[nodiscard]] virtual std::span<const HomeId> homes() const = 0;

    /// Durable when it returns. Answers the offset of each record, Append by Append. A step of
    /// nothing writes what was held back before (Consumed::folded), if it may go now.
    virtual Result<std::vector<Offset>> commit(Step step) = 0;

    /// The first offset of `from` that this group has not consumed; nothing if it never consumed
    /// any.
    [[nodiscard]] virtual Result<std::optional<Offset>> consumed(
        HomeId home, const PartitionRef& from
    ) const = 0;

    /// As of the last step that returned; kFenced when the home was taken: what an heir has written
    /// is never read. Likewise `consumed` and `scan`.
    [[nodiscard]] virtual Result<std::optional<std::string>> get(
        HomeId home, Table table, std::string_view key
    ) const = 0;

    /// Keys from `from` on (inclusive), ascending, at most `limit`; (key, value).
    [[nodiscard]] virtual Result<std::vector<std::pair<std::string, std::string>>> scan(
        HomeId home, Table table, std::string_view from, std::size_t limit
    ) const = 0;
};

// ---- groups ------------------------------------------------------------------------------------

/// Who shares the homes, and over which topics.
struct GroupSpec {
    std::string name;
    std::string home_topic;            ///< each of its partitions is a home
    std::vector<std::string> outputs;  ///< only the owner of home h writes to partition h of these
};

/// The homes of a group that are this process's. `round` is another whenever they changed.
struct Share {
    std::uint64_t round{};
    std::vector<HomeId> homes;  ///< ascending
};

/// This process's place in a group. When its share changes, it drops its leases between two steps
/// and takes what is its share now: other processes wait for that, though not for ever. A lease
/// that is held on is fenced.
/// Threads:  any.
/// Lifetime: the Log outlives it, it outlives the leases. Destroying it leaves the group.
class Membership {
public:
    virtual ~Membership() = default;

    [[nodiscard]] virtual Share share() const = 0;

    /// That of the share. Log::wait_for_change returns when it changes.
    [[nodiscard]] virtual std::uint64_t round() const = 0;
};

/// Topics, and steps over them: the one interface between Sluice and where its events live.
/// Implemented by log/embedded (RocksDB) and log/kafka; log/conformance_suite.hpp holds both to
/// it.
/// Threads:  any, for every method.
/// Lifetime: outlives its leases.
/// Failure:  kIo and kCorrupt mean that the process must stop; the others leave everything as it
///           was.
/// Limits:   a record of at most `record_bytes_max()`, key, value and headers together.
class Log {
public:
    virtual ~Log() = default;

    /// Makes the topic, or finds it there with the same count. kConflict with another count: P does
    /// not change in place. kInvalidArgument names the bad name or count.
    virtual Status create_topic(const TopicSpec& spec) = 0;

    [[nodiscard]] virtual Result<std::optional<TopicSpec>> topic(std::string_view name) const = 0;

    [[nodiscard]] virtual Result<std::vector<TopicSpec>> topics() const = 0;

    /// kNotFound names the topic or the partition and what there is. Whoever reads on from now on
    /// reaches `committed`.
    [[nodiscard]] virtual Result<Ends> ends(const PartitionRef& of) const = 0;

    /// Committed records from `from` on, in offset order; empty at the end. kNotFound when `from`
    /// lies below `first` (retention took it) or above the high watermark: reading never jumps by
    /// itself.
    [[nodiscard]] virtual Result<Records> read(
        const PartitionRef& of, Offset from, const ReadLimits& limits
    ) const = 0;

    /// A producer's write, outside of steps; durable when it returns. Answers as Lease::commit.
    /// kInvalidArgument, kTooLarge, kNotFound and kFull leave nothing behind. After any other error
    /// some of it may be there (embedded: nothing, or all): publish it again, duplicates are
    /// recognised. A record without a time (0) may get the log's.
    virtual Result<std::vector<Offset>> publish(std::vector<Append> appends) = 0;

    /// Joins the group: from now on its homes are taken as `Membership` says. Here: all homes,
    /// always, for a log that no other process has. kNotFound: no such topic.
    [[nodiscard]] virtual Result<std::unique_ptr<Membership>> join(const GroupSpec& group);

    /// Takes the homes for the group, fencing whoever held them in this process. Of a group that
    /// this process has joined: kFenced unless all are its share, and then whoever held them
    /// anywhere is fenced.
    virtual Result<std::unique_ptr<Lease>> take(
        std::string_view group, std::vector<HomeId> homes
    ) = 0;

    /// What the group has committed for this partition, by whatever lease; for sweeps and for
    /// status.
    [[nodiscard]] virtual Result<std::optional<Offset>> consumed_by(
        std::string_view group, const PartitionRef& from
    ) const = 0;

    /// Read-only look at a group's state, without a lease: as of some recent step. For status and
    /// stuck.
    [[nodiscard]] virtual Result<std::vector<std::pair<std::string, std::string>>> peek(
        std::string_view group, HomeId home, Table table, std::string_view from, std::size_t limit
    ) const = 0;

    /// Deletes the records below `below`, which becomes `first`; if it is there already, nothing
    /// happens. kInvalidArgument when it lies above `committed`. kConflict, naming the group, when
    /// a group that consumes this partition has not consumed all that would go: retention never
    /// takes what somebody still needs.
    virtual Status trim(const PartitionRef& of, Offset below) = 0;

    /// Changes whenever something was appended; a reader at the end waits for it to move.
    [[nodiscard]] virtual std::uint64_t version() const = 0;

    /// Returns when `version()` differs from `seen`, or after `timeout`.
    virtual void wait_for_change(std::uint64_t seen, std::chrono::milliseconds timeout) const = 0;

    [[nodiscard]] virtual std::size_t record_bytes_max() const = 0;
};

}  // namespace sluice::log
