#pragma once

#include <sluice/time.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::saga {

/// Where a saga stands. Stored: never renumber.
enum class Phase : std::uint8_t {
    kWaiting = 1,      ///< made; its lock is another's, or nobody has started it yet
    kForward = 2,      ///< carries out its steps
    kBackward = 3,     ///< takes them back, the last one first
    kDone = 4,         ///< every step is done. An end
    kCompensated = 5,  ///< nothing of it is left. An end
};

/// What has become of a step. Stored: never renumber.
enum class StepState : std::uint8_t {
    kPlanned = 1,  ///< its command was never sent
    kSent = 2,     ///< under way: it may have been carried out
    kDone = 3,
    kRefused = 4,  ///< its service said no: it has had no effect, and never will
    kUnknown = 5,  ///< given up without an answer: undone as if it were done
    kUndone = 6,
};

/// What must happen for the saga to go on. Stored: never renumber.
enum class Awaits : std::uint8_t {
    kNothing = 1,  ///< it waits for its start, or has ended
    kAnswer = 2,   ///< of the command under way, until `due_at`
    kPause = 3,    ///< its command is sent again at `due_at`; a late answer still counts
    kPerson = 4,   ///< stuck: neither forward nor back; a late answer still counts
};

struct StepRecord {
    StepState state{StepState::kPlanned};
    std::string result;  ///< what its service answered; bytes

    bool operator==(const StepRecord&) const = default;
};

/// All that is known of one saga: copied, compared, and stored (state_codec.hpp) in the step that
/// takes the input which has changed it.
struct Instance {
    std::string id;          ///< 1 to 128 of [a-zA-Z0-9._:-]
    std::string definition;  ///< its name
    std::uint32_t version{1};
    std::uint64_t shape{};   ///< shape_of the definition that it began with
    std::string subject;     ///< what it is about; its home, and its lock's key
    std::uint64_t ticket{};  ///< the order in which the sagas of a home were made
    std::string input;       ///< bytes
    Phase phase{Phase::kWaiting};
    Awaits awaits{Awaits::kNothing};
    bool cancelled{false};     ///< goes back as soon as the answer under way is there
    std::uint32_t at{};        ///< the step whose command, or undo, is under way
    std::uint32_t attempts{};  ///< how often that was sent
    Instant due_at;
    std::string reason;  ///< the last failure, or why it goes back: one line for a person
    Instant began_at;
    Instant ended_at;
    std::vector<StepRecord> steps;

    [[nodiscard]] bool ended() const {
        return phase == Phase::kDone || phase == Phase::kCompensated;
    }

    bool operator==(const Instance&) const = default;
};

}  // namespace sluice::saga
