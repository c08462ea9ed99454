#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "sequence/arrival.hpp"

namespace sluice::sequence {

/// What kind of record stands at a position of the ordered topic.
enum class OrderedKind : std::uint8_t {  // stored: never renumber
    kEvent = 1,
    kGap = 2,   ///< `sluice.gap`: the numbers `skipped_from..number` of `source` were given up
    kLate = 3,  ///< an event put at the end of the history, its own place being gone
};

/// What an ordered record says about itself: all that `apply` needs, and nothing of today's contract.
/// Format: docs/formats/ordered-record.md. Codec: ordered.hpp.
struct OrderedFacts {
    OrderedKind kind{OrderedKind::kEvent};
    std::string subject;
    Position position;
    std::string source;
    std::optional<SourceNumber> number;
    std::optional<SourceNumber> skipped_from;  ///< kGap only
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
    std::string source;
    SourceNumber released;          ///< the highest number released or given up
    std::deque<NumberHash> recent;  ///< the last kComparedNumbersMax
    std::vector<Skipped> skipped;   ///< at most kSkippedRangesMax, the newest

    bool operator==(const SourceHistory&) const = default;
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
    std::deque<RecentId> recent_ids;
    std::vector<Mark> marks;  ///< sorted, unique
    bool closed{false};
    Instant closed_at;

    bool operator==(const SubjectHistory&) const = default;

    [[nodiscard]] const SourceHistory* find(std::string_view source) const;
    [[nodiscard]] SourceNumber released(std::string_view source) const;
    [[nodiscard]] bool knows(Mark mark) const;
};

/// The one function by which a release changes state: used live, on restore and by `sluice verify`.
/// kCorrupt when the record does not follow (position not last+1, number not above the source's last): the
/// ordered topic and the state disagree, and nothing was changed.
Status apply(SubjectHistory& history, const OrderedFacts& facts);

}  // namespace sluice::sequence
