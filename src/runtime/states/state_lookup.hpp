#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "base/ids.hpp"
#include "log/log.hpp"
#include "state/at.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::runtime {

/// A subject's state at one of its positions.
struct StateView {
    Position position;
    Instant time;
    std::uint64_t missing{};  ///< positions up to here that are in no state
    Position missing_last;
    std::optional<std::string> unknown;  ///< why it is not known; `state` is then the one before
    std::string state;
};

/// Why there is no state to answer with.
enum class NoState : std::uint8_t {
    kNone,    ///< no such subject, position or event, or nothing by then
    kGone,    ///< retention has taken it
    kBehind,  ///< not folded that far yet
};

struct StateAnswer {
    std::optional<StateView> view;
    NoState why{};     ///< if there is no view
    std::string text;  ///< the same for a person
};

/// Whose states are asked for.
struct StatesOf {
    std::string_view domain;
    std::uint32_t homes{};
    std::string_view subject;
};

/// From what is stored, without a lease; nothing is folded. Where that is not far enough, waits for
/// what was in the ordered topic when it was asked.
/// Threads:  any.
/// Failure:  those of the log; kInvalidArgument: two events of the subject have that id.
/// Limits:   waits for `patience`. A position or a time is found by halving; an event's id by
///           reading all entries of the subject.
[[nodiscard]] Result<StateAnswer> state_at(
    const log::Log& log, const StatesOf& of, const state::At& at, Milliseconds patience
);

}  // namespace sluice::runtime
