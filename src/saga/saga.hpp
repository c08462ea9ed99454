#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "saga/definition.hpp"
#include "saga/instance.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::saga {

enum class Direction : std::uint8_t { kDo, kUndo };

/// "checkout-17/reserve/do": the same for every attempt, before and after any crash. By it a
/// service knows a command that it has seen, and an answer finds its step.
struct Key {
    std::string saga;
    std::string step;
    Direction direction{Direction::kDo};

    bool operator==(const Key&) const = default;
};

[[nodiscard]] std::string to_string(const Key& key);

/// kInvalidArgument: it is none of ours.
[[nodiscard]] Result<Key> parse_key(std::string_view text);

/// A command to be sent, once the instance that decided it is stored.
struct Send {
    Key key;
    std::size_t step{};
    std::uint32_t attempt{1};

    bool operator==(const Send&) const = default;
};

enum class Verdict : std::uint8_t {
    kDone,
    kRefused,  ///< no, for good: it has had no effect, and the same key never will
    kLater,    ///< not now; nothing is said about earlier attempts
};

struct Reply {
    std::string step;
    Direction direction{Direction::kDo};
    Verdict verdict{};
    std::string result{};                 ///< kDone
    std::string reason{};                 ///< otherwise; one line
    std::optional<Milliseconds> after{};  ///< kLater: asks for this wait
};

/// What an input has brought. `changed`: the instance is another, and must be stored before
/// anything is sent.
struct Decision {
    bool changed{false};
    std::optional<Send> send;

    bool operator==(const Decision&) const = default;
};

/// The rules of a definition: an instance and an input in, the instance changed and what to send
/// out. Steps go one after another. A step that is refused, or gives no answer in all its attempts,
/// turns the saga round: what is done, and what may be done, is undone in reverse order. From the
/// pivot on it goes only forward: the pivot itself may still refuse; whatever else fails there, or
/// while going back, is stuck until an answer comes after all or a person says retry.
///
///     make ─► waiting ─► forward ──────► done
///                           │ refused, no answer, cancel, compensate: up to the pivot
///                           ▼
///                        backward ─────► compensated
///
/// Threads:  const and shared; an instance is decided by one thread at a time.
/// Failure:  `make` and the verbs of people refuse and have then changed nothing. An answer that
///           nobody waits for (double, late) changes nothing. An instance of another shape is our
///           caller's bug and ends the process: ask `fits` first.
/// Limits:   Definition's.
class Saga {
public:
    /// Of a definition that is valid.
    explicit Saga(Definition definition);

    [[nodiscard]] const Definition& definition() const { return definition_; }

    /// kInvalidArgument, kTooLarge: the id, the subject or the input is not one.
    [[nodiscard]] Result<Instance> make(
        std::string id, std::string subject, std::string input, std::uint64_t ticket, Instant now
    ) const;

    /// Whether the instance can go on with this definition. kConflict says why not.
    [[nodiscard]] Status fits(const Instance& instance) const;

    [[nodiscard]] Decision start(Instance& instance, Instant now) const;

    [[nodiscard]] Decision reply(Instance& instance, const Reply& reply, Instant now) const;

    /// The clock is there; does something once `due_at` is reached.
    [[nodiscard]] Decision tick(Instance& instance, Instant now) const;

    /// The caller wants it no more: it goes back as soon as the answer under way is known.
    /// kConflict from the pivot on.
    [[nodiscard]] Result<Decision> cancel(Instance& instance, std::string_view why, Instant now)
        const;

    /// An operator turns it round now: what is under way is undone as if it were done. kConflict
    /// from the pivot on.
    [[nodiscard]] Result<Decision> compensate(Instance& instance, std::string_view why, Instant now)
        const;

    /// Sends again at once what is stuck or pauses; a stuck command's attempts count anew.
    [[nodiscard]] Result<Decision> retry(Instance& instance, Instant now) const;

    /// The command whose answer is awaited: sent again after a crash, for nobody knows whether it
    /// went out.
    [[nodiscard]] std::optional<Send> under_way(const Instance& instance) const;

    /// When `tick` does something.
    [[nodiscard]] static std::optional<Instant> due(const Instance& instance);

private:
    [[nodiscard]] const CommandSpec& command_of(const Instance& instance) const;
    [[nodiscard]] bool can_turn_round(const Instance& instance) const;
    [[nodiscard]] Status check_turn_round(const Instance& instance) const;

    Decision send(Instance& instance, Instant now) const;
    Decision forward(Instance& instance, Instant now) const;
    Decision backward(Instance& instance, Instant now) const;
    Decision give_up_step(Instance& instance, Instant now) const;
    Decision refused(Instance& instance, const std::string& reason, Instant now) const;
    Decision failed(
        Instance& instance, std::string reason, std::optional<Milliseconds> after, Instant now
    ) const;
    Decision end(Instance& instance, Phase phase, Instant now) const;

    Definition definition_;
    std::uint64_t shape_;
    std::optional<std::size_t> pivot_;
};

/// "waiting", "forward", …
[[nodiscard]] std::string_view to_string(Phase phase);
[[nodiscard]] std::string_view to_string(StepState state);
[[nodiscard]] std::string_view to_string(Direction direction);

/// 1 to 128 of [a-zA-Z0-9._:-].
[[nodiscard]] bool is_saga_id(std::string_view text);

}  // namespace sluice::saga
