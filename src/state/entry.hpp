#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::state {

// What is stored of a position: docs/formats/state-at-positions.md.

struct StateEntry {
    bool whole{false};                   ///< `body` is the state; otherwise a delta (delta.hpp)
    bool closes{false};                  ///< its event closes the subject
    std::optional<std::string> unknown;  ///< why the state there is not known
    Offset offset;                       ///< of its event in the ordered partition
    Instant time;                        ///< when it happened
    std::uint64_t id_hash{};             ///< of its event's id
    std::uint64_t missing{};             ///< positions up to here that are in no state
    Position missing_last;               ///< the last of them; 0: there is none
    std::string body;

    bool operator==(const StateEntry&) const = default;
};

/// How many entries follow one another without a whole one, at most.
inline constexpr std::uint32_t kWholeEvery = 16;

/// What the keys of a subject's entries begin with; the newest comes first.
[[nodiscard]] std::string entry_prefix(std::string_view subject);
[[nodiscard]] std::string entry_key(std::string_view subject, Position position);

struct EntryKey {
    std::string_view subject;  ///< borrows from the key
    Position position;
};

/// kCorrupt: it is none.
[[nodiscard]] Result<EntryKey> parse_entry_key(std::string_view key);

[[nodiscard]] std::string encode_entry(const StateEntry& entry);

/// kCorrupt: cut, too long, or of another version.
[[nodiscard]] Result<StateEntry> decode_entry(std::string_view value);

/// The state behind the first of them; each following one is the next older, and the last is whole.
/// kCorrupt: they do not fit together.
[[nodiscard]] Result<std::string> state_behind(std::span<const StateEntry> newest_first);

}  // namespace sluice::state
