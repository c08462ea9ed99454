#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"
#include "sim/history.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::sim {

/// The log of a simulated cluster, in memory, as docs/architecture/simulation.md models Kafka: a
/// step is a transaction with a part per home (its records and state), one per other home that gets
/// repartition records, and one for the consumed offsets. A late part is there for whoever holds
/// the home, and seen by others when its marker arrives. After an answer that was lost the next
/// owner of a home finds the offsets as they stood before that step, and of a torn step only
/// the parts that were kept.
/// Threads:  one.
/// Failure:  as Log and Lease; errors never leave half of anything but what `Fate` asks for.
class Broker {
public:
    explicit Broker(bool markers) : markers_{markers} {}

    Status create_topic(const log::TopicSpec& spec);
    [[nodiscard]] std::optional<log::TopicSpec> topic(std::string_view name) const;
    [[nodiscard]] std::vector<log::TopicSpec> topics() const;
    [[nodiscard]] Result<log::Ends> ends(const log::PartitionRef& of) const;
    [[nodiscard]] Result<log::Records> read(
        const log::PartitionRef& of, Offset from, const log::ReadLimits& limits
    ) const;
    Result<std::vector<Offset>> publish(std::vector<log::Append> appends);
    Status trim(const log::PartitionRef& of, Offset below);

    /// Takes the homes; answers the epoch of each. Late parts of these homes are seen from now on.
    std::vector<std::uint64_t> take(std::string_view group, const std::vector<HomeId>& homes);

    /// kFenced: one of the homes was taken since.
    [[nodiscard]] Status held(
        std::string_view group,
        const std::vector<HomeId>& leased,
        const std::vector<std::uint64_t>& epochs
    ) const;

    /// `entropy` says which parts of a torn step are kept.
    Result<std::vector<Offset>> commit(
        std::string_view group,
        const std::vector<HomeId>& leased,
        const std::vector<std::uint64_t>& epochs,
        log::Step step,
        Fate fate,
        std::uint64_t entropy
    );

    [[nodiscard]] std::optional<Offset> consumed(
        std::string_view group, const log::PartitionRef& from
    ) const;
    [[nodiscard]] std::optional<std::string> get(
        std::string_view group, HomeId home, log::Table table, std::string_view key
    ) const;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> scan(
        std::string_view group,
        HomeId home,
        log::Table table,
        std::string_view from,
        std::size_t limit
    ) const;

    /// One of the markers under way arrives, `which` modulo their number. False: there is none.
    bool show_one(std::size_t which);

    [[nodiscard]] std::uint64_t version() const { return version_; }

    [[nodiscard]] std::uint64_t torn() const { return torn_; }

    [[nodiscard]] std::uint64_t fenced() const { return fenced_; }

private:
    enum class Seen : std::uint8_t { kYes, kPending, kNever };

    struct Slot {
        Record record;
        Seen seen{};
    };

    struct Partition {
        std::vector<Slot> slots;
        std::int64_t first{0};
        std::int64_t committed{0};  ///< below it nothing is pending
    };

    /// Records of one partition, or offsets, that a step has written and nobody sees yet.
    struct Marker {
        std::vector<HomeId> homes;  ///< of the step
        std::string group;
        std::string topic;  ///< empty: the offsets
        std::uint32_t partition{};
        std::int64_t from{};
        std::int64_t to{};
        std::vector<log::Consumed> consumed;
    };

    struct Group {
        std::map<HomeId, std::uint64_t> epochs;
        std::map<log::PartitionRef, Offset> consumed;
        /// Where the next owner of a home reads on after a lost answer.
        std::map<HomeId, std::map<log::PartitionRef, std::optional<Offset>>> rewind;
        std::map<std::pair<HomeId, std::uint8_t>, std::map<std::string, std::string, std::less<>>>
            state;
    };

    struct Topic {
        std::vector<Partition> partitions;
    };

    [[nodiscard]] const Partition* find(const log::PartitionRef& of) const;
    [[nodiscard]] Group& group(std::string_view name);
    [[nodiscard]] const Group* group(std::string_view name) const;
    void show(const Marker& marker);
    void settle(Partition& partition);
    void show_pending_of(std::string_view name, const std::vector<HomeId>& leased);
    static void note_rewind(Group& owner, const std::vector<log::Consumed>& consumed);
    void write_state(Group& group, const log::StateChange& change);
    Offset append(log::Append append, Seen seen);
    void control(const log::PartitionRef& to);

    bool markers_;
    std::map<std::string, Topic, std::less<>> topics_;
    std::map<std::string, Group, std::less<>> groups_;
    std::vector<Marker> pending_;
    std::uint64_t version_{0};
    std::uint64_t epoch_{0};
    std::uint64_t torn_{0};
    std::uint64_t fenced_{0};
};

}  // namespace sluice::sim
