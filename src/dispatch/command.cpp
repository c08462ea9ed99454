#include "dispatch/command.hpp"

#include "base/bytes.hpp"
#include "base/match.hpp"
#include "event/command_frame.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace sluice::dispatch {

namespace {

constexpr event::CommandReader kReader{"command of a subscription"};

enum Verb : std::uint8_t {  // stored: never renumber
    kRedrive = 1,
    kSkip = 2,
    kEdit = 3,
    kTryOut = 4,
    kPauseSubject = 5,
    kResumeSubject = 6,
    kPauseAll = 7,
    kResumeAll = 8,
};

void put(ByteWriter& out, Instant at) {
    out.u64(static_cast<std::uint64_t>(at.ms));
}

Instant get_instant(ByteReader& in) {
    return Instant{static_cast<std::int64_t>(in.u64())};
}

/// | time | has key, has value 1 | key? | value? | headers varint | name, value … |
void put(ByteWriter& out, const Record& record) {
    put(out, record.time);
    out.u8(static_cast<std::uint8_t>((record.key ? 1U : 0U) | (record.value ? 2U : 0U)));
    if (record.key) out.bytes(*record.key);
    if (record.value) out.bytes(*record.value);
    record.headers.write(out);
}

Record get_record(ByteReader& in) {
    Record record;
    record.time = get_instant(in);
    const std::uint8_t parts = in.u8();
    if ((parts & 1U) != 0) record.key = in.bytes();
    if ((parts & 2U) != 0) record.value = in.bytes();
    record.headers = Headers::read(in);
    return record;
}

void put(ByteWriter& out, const Act& act) {
    std::visit(
        Match{
            [&](const Redrive& redrive) {
                out.u8(kRedrive);
                out.varint(redrive.head.value);
                put(out, redrive.not_before);
            },
            [&](const SkipHead& skip) {
                out.u8(kSkip);
                out.varint(skip.head.value);
            },
            [&](const EditHead& edit) {
                out.u8(kEdit);
                out.varint(edit.head.value);
                put(out, edit.copy);
            },
            [&](const TryOut& trial) {
                out.u8(kTryOut);
                out.varint(trial.head.value);
            },
            [&](const PauseSubject&) { out.u8(kPauseSubject); },
            [&](const ResumeSubject&) { out.u8(kResumeSubject); },
            [&](const PauseAll&) { out.u8(kPauseAll); },
            [&](const ResumeAll&) { out.u8(kResumeAll); },
        },
        act
    );
}

/// Nothing: a verb that is not known.
std::optional<Act> get_act(ByteReader& in) {
    switch (static_cast<Verb>(in.u8())) {
        case kRedrive: {
            const Position head{in.varint()};
            return Redrive{head, get_instant(in)};
        }
        case kSkip: return SkipHead{Position{in.varint()}};
        case kEdit: {
            const Position head{in.varint()};
            return EditHead{head, get_record(in)};
        }
        case kTryOut: return TryOut{Position{in.varint()}};
        case kPauseSubject: return PauseSubject{};
        case kResumeSubject: return ResumeSubject{};
        case kPauseAll: return PauseAll{};
        case kResumeAll: return ResumeAll{};
    }
    return std::nullopt;
}

}  // namespace

std::string_view verb_of(const Act& act) {
    return std::visit(
        Match{
            [](const Redrive&) { return "redrive"; },
            [](const SkipHead&) { return "skip"; },
            [](const EditHead&) { return "edit"; },
            [](const TryOut&) { return "try"; },
            [](const PauseSubject&) { return "pause"; },
            [](const ResumeSubject&) { return "resume"; },
            [](const PauseAll&) { return "pause"; },
            [](const ResumeAll&) { return "resume"; },
        },
        act
    );
}

Record to_record(const Command& command) {
    Record record = event::command_record(
        {command.subject, command.id, command.by, command.why, command.at},
        command.subject.empty() ? command.subscription : command.subject,
        fmt::format("{} in {}", verb_of(command.act), command.subscription)
    );
    ByteWriter out{*record.value};
    out.bytes(command.subscription);
    put(out, command.act);
    return record;
}

Result<Command> command_of(const Record& record) {
    auto opened = kReader.open(record);
    if (!opened) return opened.error();
    auto& [frame, body] = opened.value();
    std::string subscription{body.bytes()};
    auto act = get_act(body);
    const Status whole = kReader.close(body, act.has_value());
    if (!whole) return whole.error();
    return Command{
        std::move(subscription),
        std::move(frame.subject),
        std::move(frame.id),
        std::move(frame.by),
        std::move(frame.why),
        frame.at,
        *std::move(act)};
}

}  // namespace sluice::dispatch
