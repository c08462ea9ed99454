#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "sequence/arrival.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::sequence {

/// What kind of record stands at a position of the ordered topic.
enum class OrderedKind : std::uint8_t {  // stored: never renumber
    kEvent = 1,
    kGap = 2,   ///< `sluice.gap`: something that was waited for was given up
    kLate = 3,  ///< an event put at the end of the history, its own place being gone
};

/// What an ordered record says about itself: all that `apply` needs, and nothing of today's
/// contract. Format: docs/formats/ordered-record.md. Codec: ordered.hpp.
struct OrderedFacts {
    OrderedKind kind{OrderedKind::kEvent};
    std::string subject;
    Position position;
    std::string source;  ///< kGap: whose numbers were given up; empty: a stamp or a rule's need was
    std::optional<SourceNumber> number;        ///< kGap with a source: the last number given up
    std::optional<SourceNumber> skipped_from;  ///< kGap with a source: the first
    std::string wanted;                        ///< kGap only: what was given up, for people
    std::uint64_t id_hash{};
    std::uint64_t content_hash{};
    std::vector<Mark> marks;
    bool closes{false};
    Instant released_at;
    Origin origin;

    bool operator==(const OrderedFacts&) const = default;
};

struct NumberHash {
    SourceNumber number;
    std::uint64_t id_hash{};
    std::uint64_t content_hash{};

    bool operator==(const NumberHash&) const = default;
};

/// Closed range of numbers that were given up.
struct Skipped {
    SourceNumber first;
    SourceNumber last;

    bool operator==(const Skipped&) const = default;
};

struct SourceHistory {
    std::string source;               ///< empty: known by its hash only, from a tombstone
    std::uint32_t hash_if_unnamed{};  ///< 0 once it has a name
    SourceNumber released;            ///< the highest number released or given up
    std::vector<NumberHash> recent;   ///< the last kComparedNumbersMax, oldest first
    std::vector<Skipped> skipped;  ///< at most kSkippedRangesMax; beyond, the oldest two become one

    bool operator==(const SourceHistory&) const = default;

    [[nodiscard]] bool gave_up(SourceNumber number) const;
};

struct RecentId {
    std::uint64_t id_hash{};
    std::uint64_t content_hash{};

    bool operator==(const RecentId&) const = default;
};

inline constexpr std::size_t kComparedNumbersMax = 64;  ///< beyond: "duplicate, not compared"
inline constexpr std::size_t kRememberedIdsMax = 256;   ///< of events without a number
inline constexpr std::size_t kSkippedRangesMax = 16;

/// One subject's released history, as far as it must be remembered: a fold of its ordered records.
/// A value: copied, compared, serialized (state_codec.hpp).
struct SubjectHistory {
    Position last;  ///< 0: nothing released yet
    std::vector<SourceHistory> sources;
    std::vector<RecentId> recent_ids;  ///< the last kRememberedIdsMax, oldest first
    std::vector<Mark> marks;           ///< sorted, unique
    bool closed{false};
    Instant closed_at;

    bool operator==(const SubjectHistory&) const = default;

    [[nodiscard]] const SourceHistory* find(std::string_view source) const;
    [[nodiscard]] SourceNumber released(std::string_view source) const;
    [[nodiscard]] bool knows(Mark mark) const;
};

/// The one function by which a release changes state: used live, on restore and by `sluice verify`.
/// kCorrupt when the record does not follow (position not last+1, number or gap not right after the
/// source's last): the ordered topic and the state disagree, and nothing was changed.
Status apply(SubjectHistory& history, const OrderedFacts& facts);

/// How a tombstone knows a source.
[[nodiscard]] std::uint32_t source_hash(std::string_view source);

}  // namespace sluice::sequence
