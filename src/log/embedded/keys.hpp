#pragma once

#include "base/ids.hpp"
#include "log/log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::log {

/// Keys of the three column families (docs/formats/embedded-log.md). Numbers are big-endian, so
/// that RocksDB's byte order is the order of offsets. Stored: a new layout needs a new
/// kFormatVersion.
///
///   records   | topic 4 | partition 4 | offset 8 |   of a batch's first record
///   state     | group 4 | home 4 | table 1 | key … |
///   meta      | 'G' |                              last group's number
///             | 'T' | topic name … |               id, partitions
///             | 'E' | topic 4 | partition 4 |      first and next offset
///             | 'N' | group name … |               id
///             | 'C' | group 4 | topic 4 | partition 4 |   consumed: next offset
inline constexpr std::uint32_t kFormatVersion = 2;

using TopicId = StrongId<struct TopicIdTag, std::uint32_t>;
using GroupId = StrongId<struct GroupIdTag, std::uint32_t>;

/// A partition, as stored.
struct Place {
    TopicId topic;
    PartitionId partition;

    auto operator<=>(const Place&) const = default;
};

inline constexpr std::size_t kRecordKeyBytes = 4 + 4 + 8;
inline constexpr std::size_t kStatePrefixBytes = 4 + 4 + 1;
static_assert(kRecordKeyBytes == 16 && kStatePrefixBytes == 9);

inline constexpr std::string_view kLastGroupKey = "G";
inline constexpr char kTopicTag = 'T';
inline constexpr char kEndsTag = 'E';
inline constexpr char kGroupNameTag = 'N';
inline constexpr char kConsumedTag = 'C';

[[nodiscard]] std::string record_key(Place place, Offset offset);
/// Reads back the offset of a `record_key`.
[[nodiscard]] Offset offset_of(std::string_view record_key);
[[nodiscard]] std::string state_key(GroupId group, HomeId home, Table table, std::string_view key);
/// The first key behind all keys of that table; empty when there is none.
[[nodiscard]] std::string state_end(GroupId group, HomeId home, Table table);
[[nodiscard]] std::string topic_key(std::string_view name);
[[nodiscard]] std::string group_key(std::string_view name);
[[nodiscard]] std::string ends_key(Place place);
[[nodiscard]] std::string consumed_key(GroupId group, Place place);

/// Reads back `ends_key`; nothing when it is none.
[[nodiscard]] std::optional<Place> parse_ends_key(std::string_view key);

/// Values of meta: little-endian, as ByteWriter writes them.
[[nodiscard]] std::string number_value(std::uint64_t number);
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view value);
[[nodiscard]] std::string pair_value(std::uint64_t first, std::uint64_t second);
[[nodiscard]] std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_pair(
    std::string_view value
);

}  // namespace sluice::log
