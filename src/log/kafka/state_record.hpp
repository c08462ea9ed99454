#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::log::kafka {

/// Records of a group's state topic (docs/formats/kafka-state.md). Stored: never change.
///   key    | home 4, big-endian | table 1 | key … |
///   value  as the table has it; none: the key is gone
/// Table 0 is the log's own: its key "step" counts the steps that wrote to the home.

inline constexpr std::uint8_t kOwnTable = 0;
inline constexpr std::string_view kStepKey = "step";

/// The name of a topic of the group's own: "<group><suffix>". A name that no topic can have is
/// spelled with what it can, and told apart by its hash.
[[nodiscard]] std::string topic_of_group(std::string_view group, std::string_view suffix);

/// Where a group's state lies: "<group>.state".
[[nodiscard]] std::string state_topic(std::string_view group);

/// Whose state that topic has: nothing if it is no group's. Empty: a group's whose name does not
/// fit into a topic's, so that the topic has a hash of it.
[[nodiscard]] std::optional<std::string> group_of_state(std::string_view topic);

struct StateKey {
    HomeId home;
    std::uint8_t table{};
    std::string_view key;

    bool operator==(const StateKey&) const = default;
};

[[nodiscard]] std::string encode_state_key(const StateKey& key);

/// kCorrupt: too short. The view points into `bytes`.
[[nodiscard]] Result<StateKey> decode_state_key(std::string_view bytes);

/// The number of a home's last step: value of `kStepKey`.
[[nodiscard]] std::string encode_step(std::uint64_t number);
[[nodiscard]] Result<std::uint64_t> decode_step(std::string_view bytes);

/// What a step writes into the metadata of the offset of its home: who wrote it, and the home's
/// last step. Whoever takes the home over ends that owner's transaction, and looks for the step.
///   "sluice1 <step> <transactional id>"; "sluice1f …": the offset fences, and says nothing of what
/// was read.
struct CommitMark {
    std::uint64_t step{};
    std::string transactional_id;
    bool fence_only{false};  ///< the group has consumed nothing of its home topic

    bool operator==(const CommitMark&) const = default;
};

[[nodiscard]] std::string encode_mark(const CommitMark& mark);

/// Nothing when somebody else wrote it (a tool that set the group's offsets).
[[nodiscard]] std::optional<CommitMark> decode_mark(std::string_view text);

}  // namespace sluice::log::kafka
