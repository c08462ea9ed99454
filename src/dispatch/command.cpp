#include "dispatch/command.hpp"

#include "base/bytes.hpp"
#include "base/match.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace sluice::dispatch {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kCommandHeader = "sluice-command";  // the last header

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
    out.varint(record.headers.size());
    for (const Header& header : record.headers) {
        out.bytes(header.name);
        out.bytes(header.value);
    }
}

Record get_record(ByteReader& in) {
    Record record;
    record.time = get_instant(in);
    const std::uint8_t parts = in.u8();
    if ((parts & 1U) != 0) record.key = in.bytes();
    if ((parts & 2U) != 0) record.value = in.bytes();
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        Header& header = record.headers.emplace_back();
        header.name = in.bytes();
        header.value = in.bytes();
    }
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

Error damaged(std::string_view what) {
    return Error{ErrorCode::kCorrupt, fmt::format("command of a subscription: {}", what)};
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
    Record record;
    record.key = command.subject;
    record.time = command.at;
    std::string& bytes = record.value.emplace();
    ByteWriter out{bytes};
    out.u8(kVersion);
    out.bytes(command.subscription);
    out.bytes(command.id);
    out.bytes(command.by);
    out.bytes(command.why);
    put(out, command.at);
    put(out, command.act);
    record.headers = {
        {"ce_specversion", "1.0"},
        {"ce_id", command.id},
        {"ce_source", "/sluice"},
        {"ce_type", "sluice.command"},
        {"ce_subject", command.subject.empty() ? command.subscription : command.subject},
        {"ce_time", to_rfc3339(command.at)},
        {std::string{kCommandHeader},
         fmt::format("{} in {}", verb_of(command.act), command.subscription)},
    };
    return record;
}

Result<Command> command_of(const Record& record) {
    if (record.headers.empty() || record.headers.back().name != kCommandHeader) {
        return damaged("no header `sluice-command` at the end; only Sluice may write this topic");
    }
    if (!record.key || !record.value) return damaged("no key or no value");
    ByteReader in{*record.value};
    if (const std::uint8_t version = in.u8(); version != kVersion) {
        return damaged(fmt::format("version {}, known is 1", version));
    }
    Command command;
    command.subject = *record.key;
    command.subscription = in.bytes();
    command.id = in.bytes();
    command.by = in.bytes();
    command.why = in.bytes();
    command.at = get_instant(in);
    auto act = get_act(in);
    if (!in.ok()) return damaged("cut short");
    if (!act.has_value()) return damaged("a verb that is not known");
    if (!in.at_end()) return damaged("bytes too many");
    command.act = *std::move(act);
    return command;
}

}  // namespace sluice::dispatch
