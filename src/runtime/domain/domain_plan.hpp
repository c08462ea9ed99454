#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "contract/json_pointer.hpp"
#include "contract/plain.hpp"
#include "event/limits.hpp"
#include "log/log.hpp"
#include "runtime/domain/given_places.hpp"
#include "runtime/domain/waiting_census.hpp"
#include "sequence/arrival.hpp"
#include "sequence/sequencer.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::contract {
struct Contract;
}  // namespace sluice::contract

namespace sluice::runtime {

enum class Checking : std::uint8_t { kOff, kWarn, kEnforce };

enum class Partitioner : std::uint8_t { kMurmur2, kCrc32 };

struct ChannelPlan {
    std::string topic;
    std::uint32_t partitions{};
    Partitioner partitioner{Partitioner::kMurmur2};
    std::vector<std::string> types;  ///< that the contract puts on it
    Checking checking{Checking::kOff};
    bool others_are_foreign{
        false};  ///< a shared topic: types that the contract does not name are skipped
    std::optional<contract::PlainRecords> plain{};  ///< how records that are no events are read
};

/// "One of these types must have been released"; with `same`, "… with the same value there".
struct NeedPlan {
    std::vector<std::string> types;
    std::vector<sequence::Mark> marks;  ///< of the types; only without `same`
    std::optional<contract::JsonPointer> same;
    std::string wanted;  ///< for people
    bool if_seen{false};
};

/// What the contract's rules say about one type.
struct TypePlan {
    std::vector<NeedPlan> needs;
    std::vector<sequence::Mark> marks;  ///< that its release makes known, if any rule asks for it
    std::vector<contract::JsonPointer> remembered;  ///< whose values its release makes known
    bool closes{false};
};

/// What is kept of a topic that Sluice writes: of a domain's homes together.
struct RetentionRule {
    std::optional<Milliseconds> age;       ///< nothing: whatever its age
    std::optional<std::uint64_t> records;  ///< nothing: however many

    bool operator==(const RetentionRule&) const = default;

    [[nodiscard]] bool keeps_all() const { return !age && !records; }
};

/// The domain's one channel is its ordered topic: somebody else has put it in order, and nothing is
/// sequenced.
struct GivenPlan {
    contract::GivenOrder order;
    GivenPlaces places;
};

/// A contract, as the runtime needs it: what is looked at per event lies ready. A value, made by
/// `plan_of` (plan_of.hpp).
/// Threads:  const after that; share it.
struct DomainPlan {
    std::string name;
    std::uint32_t homes{};
    std::vector<ChannelPlan> channels;
    std::map<std::string, TypePlan, std::less<>> types;
    sequence::SequencerOptions sequencer;
    SourceLimits source_waiting;
    Milliseconds closed_kept{0};     ///< from closing to the tombstone
    Milliseconds tombstone_kept{0};  ///< from closing to oblivion
    bool assume_older{true};         ///< first start on cut channels
    RetentionRule keep_ordered;
    RetentionRule keep_aside;
    event::EventLimits limits;
    std::optional<GivenPlan> given{};
    std::shared_ptr<const contract::Contract>
        folded;  ///< whose reducer makes the states of its subjects; null: none are kept

    /// Why the data of an event of that type breaks the contract; empty: it does
    /// not.
    std::function<std::string(std::string_view type, const Record&)> check;

    [[nodiscard]] std::vector<log::TopicSpec> channel_topics() const;
    [[nodiscard]] std::string ordered_topic() const;

    /// Whether events are published to its channels. Not where each has a position that another
    /// Sluice gives.
    [[nodiscard]] bool takes_events() const;
    [[nodiscard]] const ChannelPlan* channel(std::string_view topic) const;
    [[nodiscard]] const TypePlan* type(std::string_view name) const;
    [[nodiscard]] bool closes_subjects() const;
};

}  // namespace sluice::runtime
