#include "saga/saga.hpp"

#include "base/assert.hpp"
#include "saga/pause.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::saga {

namespace {

constexpr std::size_t kReasonMax = 500;

std::string one_line(std::string_view text) {
    std::string line{text.substr(0, kReasonMax)};
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    }
    return line;
}

bool is_live(const Instance& instance) {
    return instance.phase == Phase::kForward || instance.phase == Phase::kBackward;
}

}  // namespace

Saga::Saga(Definition definition)
    : definition_{std::move(definition)},
      shape_{shape_of(definition_)},
      pivot_{definition_.pivot()} {
    SLUICE_ASSERT(definition_.validate().has_value());
}

Decision Saga::start(Instance& instance, Instant now) const {
    SLUICE_ASSERT(fits(instance).has_value());
    SLUICE_ASSERT(instance.phase == Phase::kWaiting);
    instance.phase = Phase::kForward;
    return send(instance, now);
}

Decision Saga::reply(Instance& instance, const Reply& reply, Instant now) const {
    SLUICE_ASSERT(fits(instance).has_value());
    const Direction awaited =
        instance.phase == Phase::kBackward ? Direction::kUndo : Direction::kDo;
    const bool for_us = is_live(instance) && reply.direction == awaited &&
                        definition_.steps[instance.at].name == reply.step;
    if (!for_us) return {};  // double, or of a step that was given up
    switch (reply.verdict) {
        case Verdict::kDone: {
            StepRecord& step = instance.steps[instance.at];
            if (instance.phase == Phase::kBackward) {
                step.state = StepState::kUndone;
                return backward(instance, now);
            }
            step.state = StepState::kDone;
            step.result = reply.result.substr(0, definition_.result_bytes_max);
            return forward(instance, now);
        }
        case Verdict::kRefused: return refused(instance, reply.reason, now);
        case Verdict::kLater:
            if (instance.awaits != Awaits::kAnswer) return {};
            return failed(instance, one_line(reply.reason), reply.after, now);
    }
    SLUICE_UNREACHABLE();
}

Decision Saga::tick(Instance& instance, Instant now) const {
    SLUICE_ASSERT(fits(instance).has_value());
    const auto due_at = due(instance);
    if (!due_at || now < *due_at) return {};
    if (instance.awaits == Awaits::kPause) return send(instance, now);
    return failed(
        instance,
        fmt::format("no answer within {} ms", command_of(instance).answer_within.count()),
        std::nullopt,
        now
    );
}

std::optional<Send> Saga::under_way(const Instance& instance) const {
    if (instance.awaits != Awaits::kAnswer) return std::nullopt;
    const Direction direction =
        instance.phase == Phase::kBackward ? Direction::kUndo : Direction::kDo;
    return Send{
        {instance.id, definition_.steps[instance.at].name, direction},
        instance.at,
        instance.attempts};
}

std::optional<Instant> Saga::due(const Instance& instance) {
    if (instance.awaits != Awaits::kAnswer && instance.awaits != Awaits::kPause) {
        return std::nullopt;
    }
    return instance.due_at;
}

const CommandSpec& Saga::command_of(const Instance& instance) const {
    const StepSpec& step = definition_.steps[instance.at];
    if (instance.phase != Phase::kBackward) return step.command;
    SLUICE_ASSERT(step.undo.has_value());
    return *step.undo;
}

/// Nothing has been sent yet that cannot be taken back.
bool Saga::can_turn_round(const Instance& instance) const {
    return instance.phase == Phase::kForward && (!pivot_ || instance.at < *pivot_);
}

Decision Saga::send(Instance& instance, Instant now) const {
    ++instance.attempts;
    instance.awaits = Awaits::kAnswer;
    instance.due_at = now + command_of(instance).answer_within;
    if (instance.phase == Phase::kForward) instance.steps[instance.at].state = StepState::kSent;
    return {true, under_way(instance)};
}

/// The step at `at` is done.
Decision Saga::forward(Instance& instance, Instant now) const {
    if (instance.cancelled) {
        SLUICE_ASSERT(can_turn_round(instance));
        instance.phase = Phase::kBackward;
        return backward(instance, now);
    }
    if (instance.at + 1 == instance.steps.size()) return end(instance, Phase::kDone, now);
    ++instance.at;
    instance.attempts = 0;
    return send(instance, now);
}

/// The last step at or before `at` that is, or may be, done is undone next.
Decision Saga::backward(Instance& instance, Instant now) const {
    SLUICE_ASSERT(instance.phase == Phase::kBackward);
    for (std::size_t left = instance.at + std::size_t{1}; left > 0; --left) {
        StepRecord& step = instance.steps[left - 1];
        if (step.state != StepState::kDone && step.state != StepState::kUnknown) continue;
        if (!definition_.steps[left - 1].undo) {
            step.state = StepState::kUndone;
            continue;
        }
        instance.at = static_cast<std::uint32_t>(left - 1);
        instance.attempts = 0;
        return send(instance, now);
    }
    return end(instance, Phase::kCompensated, now);
}

/// Nobody knows whether the step under way is done: it is undone like one that is.
Decision Saga::give_up_step(Instance& instance, Instant now) const {
    SLUICE_ASSERT(can_turn_round(instance));
    instance.steps[instance.at].state = StepState::kUnknown;
    instance.phase = Phase::kBackward;
    return backward(instance, now);
}

Decision Saga::refused(Instance& instance, const std::string& reason, Instant now) const {
    const bool at_pivot = pivot_ && instance.at == *pivot_;
    const bool turns = can_turn_round(instance) || (instance.phase == Phase::kForward && at_pivot);
    std::string why = one_line(reason);
    if (!turns) {
        if (instance.awaits == Awaits::kPerson && instance.reason == why) return {};
        instance.awaits = Awaits::kPerson;
        instance.reason = std::move(why);
        return {true, std::nullopt};
    }
    instance.reason = std::move(why);
    instance.steps[instance.at].state = StepState::kRefused;
    instance.phase = Phase::kBackward;
    return backward(instance, now);
}

/// An attempt has brought no answer, or "not now".
Decision Saga::failed(
    Instance& instance, std::string reason, std::optional<Milliseconds> after, Instant now
) const {
    instance.reason = std::move(reason);
    const CommandSpec& command = command_of(instance);
    const bool forward = instance.phase == Phase::kForward;
    if (forward && instance.cancelled) return give_up_step(instance, now);
    if (instance.attempts >= command.attempts_max) {
        if (can_turn_round(instance)) return give_up_step(instance, now);
        instance.awaits = Awaits::kPerson;
        return {true, std::nullopt};
    }
    instance.awaits = Awaits::kPause;
    instance.due_at = now + pause_before(instance, command, after);
    return {true, std::nullopt};
}

Decision Saga::end(Instance& instance, Phase phase, Instant now) const {
    instance.phase = phase;
    instance.awaits = Awaits::kNothing;
    instance.attempts = 0;
    instance.due_at = Instant{};
    instance.ended_at = now;
    return {true, std::nullopt};
}

// ---- what people say -----------------------------------------------------------------------

Status Saga::check_turn_round(const Instance& instance) const {
    if (instance.ended()) {
        return Error{
            ErrorCode::kConflict,
            fmt::format("saga {} has ended: {}", instance.id, to_string(instance.phase))};
    }
    if (instance.phase == Phase::kForward && !can_turn_round(instance)) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "saga {} is at step {}, its pivot or behind it: it goes only forward; retry what "
                "is stuck",
                instance.id,
                definition_.steps[instance.at].name
            )};
    }
    return ok();
}

Result<Decision> Saga::cancel(Instance& instance, std::string_view why, Instant now) const {
    SLUICE_ASSERT(fits(instance).has_value());
    if (instance.awaits != Awaits::kAnswer || instance.phase != Phase::kForward) {
        return compensate(instance, why, now);
    }
    if (Status may = check_turn_round(instance); !may) return may.error();
    if (instance.cancelled) return Decision{};
    instance.cancelled = true;
    instance.reason = one_line(why);
    return Decision{true, std::nullopt};
}

Result<Decision> Saga::compensate(Instance& instance, std::string_view why, Instant now) const {
    SLUICE_ASSERT(fits(instance).has_value());
    if (Status may = check_turn_round(instance); !may) return may.error();
    if (instance.phase == Phase::kBackward) return Decision{};  // it does already
    instance.cancelled = true;
    instance.reason = one_line(why);
    if (instance.phase == Phase::kWaiting) return end(instance, Phase::kCompensated, now);
    return give_up_step(instance, now);
}

Result<Decision> Saga::retry(Instance& instance, Instant now) const {
    SLUICE_ASSERT(fits(instance).has_value());
    if (instance.awaits == Awaits::kPause) return send(instance, now);
    if (instance.awaits == Awaits::kPerson) {
        instance.attempts = 0;
        return send(instance, now);
    }
    return Error{
        ErrorCode::kConflict,
        fmt::format(
            "saga {} is {}: nothing of it is stuck or pauses",
            instance.id,
            instance.awaits == Awaits::kAnswer ? "waiting for an answer" : to_string(instance.phase)
        )};
}

}  // namespace sluice::saga
