#include "base/assert.hpp"
#include "saga/saga.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::saga {

namespace {

constexpr std::size_t kIdMax = 128;
constexpr std::size_t kSubjectMax = 1'024;
constexpr std::string_view kDoEnd = "/do";
constexpr std::string_view kUndoEnd = "/undo";

}  // namespace

bool is_saga_id(std::string_view text) {
    constexpr std::string_view letters =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:-";
    return !text.empty() && text.size() <= kIdMax &&
           text.find_first_not_of(letters) == std::string_view::npos;
}

Result<Instance> Saga::make(
    std::string id, std::string subject, std::string input, std::uint64_t ticket, Instant now
) const {
    if (!is_saga_id(id)) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("a saga's id is 1 to {} of a-z, A-Z, 0-9 and ._:-", kIdMax)};
    }
    if (subject.empty() || subject.size() > kSubjectMax) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("saga {}: a subject has 1 to {} bytes", id, kSubjectMax)};
    }
    if (input.size() > definition_.input_bytes_max) {
        return Error{
            ErrorCode::kTooLarge,
            fmt::format(
                "saga {}: {} bytes of input, and {} takes {}",
                id,
                input.size(),
                definition_.name,
                definition_.input_bytes_max
            )};
    }
    Instance instance;
    instance.id = std::move(id);
    instance.definition = definition_.name;
    instance.version = definition_.version;
    instance.shape = shape_;
    instance.subject = std::move(subject);
    instance.ticket = ticket;
    instance.input = std::move(input);
    instance.began_at = now;
    instance.steps.resize(definition_.steps.size());
    return instance;
}

Status Saga::fits(const Instance& instance) const {
    if (instance.definition != definition_.name || instance.version != definition_.version) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "saga {} is of {} version {}, not of {} version {}",
                instance.id,
                instance.definition,
                instance.version,
                definition_.name,
                definition_.version
            )};
    }
    if (instance.shape != shape_ || instance.steps.size() != definition_.steps.size()) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "saga {} began with other steps: {} version {} was changed under it; give the "
                "change a version of its own, and keep the old one until its sagas have ended",
                instance.id,
                definition_.name,
                definition_.version
            )};
    }
    const bool undoing = instance.phase == Phase::kBackward && !definition_.steps[instance.at].undo;
    if (undoing) {
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "saga {} undoes {}, which cannot be undone",
                instance.id,
                definition_.steps[instance.at].name
            )};
    }
    return ok();
}

std::string_view to_string(Phase phase) {
    switch (phase) {
        case Phase::kWaiting: return "waiting";
        case Phase::kForward: return "forward";
        case Phase::kBackward: return "backward";
        case Phase::kDone: return "done";
        case Phase::kCompensated: return "compensated";
    }
    SLUICE_UNREACHABLE();
}

std::string_view to_string(StepState state) {
    switch (state) {
        case StepState::kPlanned: return "planned";
        case StepState::kSent: return "sent";
        case StepState::kDone: return "done";
        case StepState::kRefused: return "refused";
        case StepState::kUnknown: return "unknown";
        case StepState::kUndone: return "undone";
    }
    SLUICE_UNREACHABLE();
}

std::string_view to_string(Direction direction) {
    switch (direction) {
        case Direction::kDo: return "do";
        case Direction::kUndo: return "undo";
    }
    SLUICE_UNREACHABLE();
}

std::string to_string(const Key& key) {
    return fmt::format("{}/{}/{}", key.saga, key.step, to_string(key.direction));
}

Result<Key> parse_key(std::string_view text) {
    const auto none = [&] {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("\"{}\" is no key of a saga's command", text.substr(0, kIdMax))};
    };
    Key key;
    std::string_view rest = text;
    if (rest.ends_with(kUndoEnd)) {
        key.direction = Direction::kUndo;
        rest.remove_suffix(kUndoEnd.size());
    } else if (rest.ends_with(kDoEnd)) {
        rest.remove_suffix(kDoEnd.size());
    } else {
        return none();
    }
    const std::size_t slash = rest.find('/');
    if (slash == std::string_view::npos) return none();
    key.saga = rest.substr(0, slash);
    key.step = rest.substr(slash + 1);
    if (!is_saga_id(key.saga) || !is_name(key.step)) return none();
    return key;
}

}  // namespace sluice::saga
