#pragma once

#include <sluice/result.hpp>

#include "base/ids.hpp"
#include "log/log.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::runtime {

// Where the records of each subject lie, so that its whole story is read without a search: state of
// group `trail.<domain>`, a fold of the domain's topics (docs/formats/trail-state.md).

enum class TrailTopic : std::uint8_t {  // stored: never renumber
    kOrdered = 1,
    kAside = 2,
    kAudit = 3,
};

inline constexpr std::array kTrailTopics{
    TrailTopic::kOrdered, TrailTopic::kAside, TrailTopic::kAudit};

namespace table {
inline constexpr log::Table kTrails{1, log::Restore::kFold};        ///< subject, topic -> offsets
inline constexpr log::Table kTrailedUntil{2, log::Restore::kFold};  ///< topic -> next offset
}  // namespace table

[[nodiscard]] std::string trail_group(std::string_view domain);
[[nodiscard]] std::string trail_topic(TrailTopic topic, std::string_view domain);

/// | hash of the subject u64 | topic 1 | first offset u64 |, big-endian: the offsets of a subject
/// in a topic lie together, ascending. Without an offset: what they all begin with.
[[nodiscard]] std::string trail_prefix(std::string_view subject, TrailTopic topic);
[[nodiscard]] std::string trail_key(std::string prefix, Offset first);

/// The offsets behind the first, each as the way from the one before, varints.
[[nodiscard]] std::string encode_trail(std::span<const Offset> offsets);

/// kCorrupt: cut, or not ascending.
[[nodiscard]] Result<std::vector<Offset>> decode_trail(
    std::string_view key, std::string_view value
);

/// The topic of a key, and its first offset; for whoever walks over all.
struct TrailKey {
    TrailTopic topic{};
    Offset first;
};

[[nodiscard]] Result<TrailKey> parse_trail_key(std::string_view key);

[[nodiscard]] std::string until_key(TrailTopic topic);
[[nodiscard]] std::string encode_until(Offset next);
[[nodiscard]] Result<Offset> decode_until(std::string_view value);

}  // namespace sluice::runtime
