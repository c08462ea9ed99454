#include "saga/state_codec.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "saga/definition.hpp"
#include "saga/saga.hpp"

#include <fmt/format.h>

#include <limits>

namespace sluice::saga {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kFlagCancelled = 1;

Error corrupt(std::string_view why) {
    return Error{
        ErrorCode::kCorrupt,
        fmt::format("saga state: {}; the state is damaged or of another version", why)};
}

template <class Enum>
std::uint8_t number_of(Enum value) {
    return static_cast<std::uint8_t>(value);
}

template <class Enum>
Enum get_enum(ByteReader& reader, Enum last) {
    const std::uint8_t value = reader.u8();
    if (value >= 1 && value <= number_of(last)) return static_cast<Enum>(value);
    reader.fail();
    return last;
}

std::uint32_t get_u32(ByteReader& reader) {
    const std::uint64_t value = reader.varint();
    if (value > std::numeric_limits<std::uint32_t>::max()) reader.fail();
    return static_cast<std::uint32_t>(value);
}

Instant get_instant(ByteReader& reader) {
    return Instant{static_cast<std::int64_t>(reader.u64())};
}

bool may_be_done(StepState state) {
    return state == StepState::kDone || state == StepState::kUnknown;
}

bool is_possible_at(const Instance& instance, std::size_t at) {
    const StepState state = instance.steps[at].state;
    switch (instance.phase) {
        case Phase::kWaiting: return state == StepState::kPlanned;
        case Phase::kForward:
            if (at == instance.at) return state == StepState::kSent;
            return state == (at < instance.at ? StepState::kDone : StepState::kPlanned);
        case Phase::kBackward:
            if (at < instance.at) return state == StepState::kDone;
            if (at == instance.at) return may_be_done(state);
            return state != StepState::kSent && !may_be_done(state);
        case Phase::kDone: return state == StepState::kDone;
        case Phase::kCompensated: return state != StepState::kSent && !may_be_done(state);
    }
    SLUICE_UNREACHABLE();
}

/// Whether some input leads there: what the rules rest on when they index and assert.
bool is_possible(const Instance& instance) {
    if (instance.steps.empty() || instance.at >= instance.steps.size()) return false;
    const bool moves = instance.phase == Phase::kForward || instance.phase == Phase::kBackward;
    if (moves == (instance.awaits == Awaits::kNothing)) return false;
    for (std::size_t at = 0; at < instance.steps.size(); ++at) {
        if (!is_possible_at(instance, at)) return false;
    }
    return true;
}

}  // namespace

std::string encode(const Instance& instance) {
    std::string out;
    ByteWriter writer{out};
    writer.u8(kVersion);
    writer.bytes(instance.id);
    writer.bytes(instance.definition);
    writer.varint(instance.version);
    writer.u64(instance.shape);
    writer.bytes(instance.subject);
    writer.varint(instance.ticket);
    writer.bytes(instance.input);
    writer.u8(number_of(instance.phase));
    writer.u8(number_of(instance.awaits));
    writer.u8(instance.cancelled ? kFlagCancelled : 0);
    writer.varint(instance.at);
    writer.varint(instance.attempts);
    writer.u64(static_cast<std::uint64_t>(instance.due_at.ms));
    writer.bytes(instance.reason);
    writer.u64(static_cast<std::uint64_t>(instance.began_at.ms));
    writer.u64(static_cast<std::uint64_t>(instance.ended_at.ms));
    writer.varint(instance.steps.size());
    for (const StepRecord& step : instance.steps) {
        writer.u8(number_of(step.state));
        writer.bytes(step.result);
    }
    return out;
}

Result<Instance> decode_instance(std::string_view bytes) {
    ByteReader reader{bytes};
    if (reader.u8() != kVersion) return corrupt("no version 1");
    Instance instance;
    instance.id = reader.bytes();
    instance.definition = reader.bytes();
    instance.version = get_u32(reader);
    instance.shape = reader.u64();
    instance.subject = reader.bytes();
    instance.ticket = reader.varint();
    instance.input = reader.bytes();
    instance.phase = get_enum(reader, Phase::kCompensated);
    instance.awaits = get_enum(reader, Awaits::kPerson);
    const std::uint8_t flags = reader.u8();
    instance.cancelled = (flags & kFlagCancelled) != 0;
    instance.at = get_u32(reader);
    instance.attempts = get_u32(reader);
    instance.due_at = get_instant(reader);
    instance.reason = reader.bytes();
    instance.began_at = get_instant(reader);
    instance.ended_at = get_instant(reader);
    const std::uint64_t steps = reader.varint();
    if (!reader.ok() || steps > Definition::kStepsMax) return corrupt("cut short");
    for (std::uint64_t at = 0; at < steps; ++at) {
        StepRecord step;
        step.state = get_enum(reader, StepState::kUndone);
        step.result = reader.bytes();
        instance.steps.push_back(std::move(step));
    }
    if (!reader.at_end()) return corrupt("cut short, or bytes too many");
    if ((flags & ~unsigned{kFlagCancelled}) != 0) {
        return corrupt(fmt::format("unknown flags {}", flags));
    }
    if (!is_saga_id(instance.id) || !is_name(instance.definition) || !is_possible(instance)) {
        return corrupt(fmt::format("no input leads where saga \"{}\" stands", instance.id));
    }
    return instance;
}

}  // namespace sluice::saga
