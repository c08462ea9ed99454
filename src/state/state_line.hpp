#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "state/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace sluice::state {

/// The newest state of a subject, which the next event changes.
struct StateHead {
    Position position;  ///< 0: nothing has happened to it yet
    Instant time;
    std::uint64_t missing{};
    Position missing_last;
    std::uint32_t since_whole{};  ///< entries behind the last whole one
    std::string state{"null"};

    bool operator==(const StateHead&) const = default;
};

/// What is known of an event besides what it makes of the state.
struct Passed {
    Position position;
    Offset offset;
    Instant happened;  ///< as it says
    Instant released;
    std::uint64_t id_hash{};
    bool closes{false};
};

/// The state behind an event; nothing: it leaves it as it was. An error: why it cannot be told.
using Folded = Result<std::optional<std::string>>;

inline constexpr std::size_t kStateBytesMax = std::size_t{1} << 20;

/// Takes the head past the event, and answers what is stored of its position, which lies behind the
/// head's. Positions between the two are missing, and so is one whose state cannot be told: it
/// stays as it was for those that follow.
[[nodiscard]] StateEntry advance(StateHead& head, const Passed& event, Folded folded);

/// The head that entries lead to, the newest first, the last one whole. kCorrupt: they do not fit
/// together.
[[nodiscard]] Result<StateHead> head_of(
    Position position, std::span<const StateEntry> newest_first
);

}  // namespace sluice::state
