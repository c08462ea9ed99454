#include "sequence/command.hpp"

#include <sluice/event.hpp>

#include "base/bytes.hpp"
#include "sequence/event_codec.hpp"
#include "sequence/ordered.hpp"
#include "sequence/wire.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace sluice::sequence {

namespace {

constexpr std::uint8_t kVersion = 1;

enum Verb : std::uint8_t {  // stored: never renumber
    kSkip = 1,
    kRelease = 2,
    kDrop = 3,
    kSettle = 4,
    kTakeBack = 5,
    kAdopt = 6,
    kClearFlood = 7,
    kRepair = 8,
};

template <class... Cases>
struct Match : Cases... {
    using Cases::operator()...;
};

template <class... Cases>
Match(Cases...) -> Match<Cases...>;

void put(ByteWriter& out, const EventRef& event) {
    out.bytes(event.source);
    out.bytes(event.id);
    out.u64(event.content_hash);
}

EventRef get_ref(ByteReader& in) {
    EventRef event;
    event.source = in.bytes();
    event.id = in.bytes();
    event.content_hash = in.u64();
    return event;
}

void put(ByteWriter& out, const Choice& choice) {
    std::visit(
        Match{
            [&](const SkipMissing& skip) {
                out.u8(kSkip);
                out.bytes(skip.wanted);
            },
            [&](const ReleaseNow& release) {
                out.u8(kRelease);
                put(out, release.event);
            },
            [&](const DropWaiting& drop) {
                out.u8(kDrop);
                put(out, drop.event);
            },
            [&](const SettleConflict& settle) {
                out.u8(kSettle);
                put(out, settle.newcomer);
                out.u8(static_cast<std::uint8_t>(settle.winner));
            },
            [&](const TakeBack& back) {
                out.u8(kTakeBack);
                wire::put(out, back.event);
            },
            [&](const AdoptSubject&) { out.u8(kAdopt); },
            [&](const ClearFlood&) { out.u8(kClearFlood); },
            [&](const Repair& repair) {
                out.u8(kRepair);
                put(out, repair.event);
                wire::put(out, repair.copy);
            },
        },
        choice
    );
}

std::optional<Winner> winner_of(std::uint8_t stored) {
    switch (static_cast<Winner>(stored)) {
        case Winner::kFirst: return Winner::kFirst;
        case Winner::kNewcomer: return Winner::kNewcomer;
    }
    return std::nullopt;
}

/// Nothing: a verb or a winner that is not known.
std::optional<Choice> get_choice(ByteReader& in) {
    const std::uint8_t verb = in.u8();
    switch (static_cast<Verb>(verb)) {
        case kSkip: return SkipMissing{std::string{in.bytes()}};
        case kRelease: return ReleaseNow{get_ref(in)};
        case kDrop: return DropWaiting{get_ref(in)};
        case kSettle: {
            EventRef newcomer = get_ref(in);
            const auto winner = winner_of(in.u8());
            if (!winner.has_value()) return std::nullopt;
            return SettleConflict{std::move(newcomer), *winner};
        }
        case kTakeBack: return TakeBack{wire::get_arrival(in)};
        case kAdopt: return AdoptSubject{};
        case kClearFlood: return ClearFlood{};
        case kRepair: {
            EventRef event = get_ref(in);
            return Repair{std::move(event), wire::get_arrival(in)};
        }
    }
    return std::nullopt;
}

std::string_view verb_of(const Choice& choice) {
    return std::visit(
        Match{
            [](const SkipMissing&) { return "skip"; },
            [](const ReleaseNow&) { return "release"; },
            [](const DropWaiting&) { return "drop"; },
            [](const SettleConflict&) { return "settle"; },
            [](const TakeBack&) { return "take-back"; },
            [](const AdoptSubject&) { return "adopt"; },
            [](const ClearFlood&) { return "clear-flood"; },
            [](const Repair&) { return "repair"; },
        },
        choice
    );
}

Error damaged(std::string_view what) {
    return Error{ErrorCode::kCorrupt, fmt::format("command record: {}", what)};
}

}  // namespace

Record to_record(const Command& command) {
    Record record;
    record.key = command.subject;
    record.time = command.at;
    std::string& bytes = record.value.emplace();
    ByteWriter out{bytes};
    out.u8(kVersion);
    out.bytes(command.id);
    out.bytes(command.by);
    out.bytes(command.why);
    wire::put(out, command.at);
    put(out, command.choice);
    record.headers = {
        {"ce_specversion", "1.0"},
        {"ce_id", command.id},
        {"ce_source", std::string{kGapSource}},
        {"ce_type", std::string{kCommandType}},
        {"ce_subject", command.subject},
        {"ce_time", to_rfc3339(command.at)},
        {std::string{kCommandHeader}, std::string{verb_of(command.choice)}},
    };
    return record;
}

bool is_command(const Record& record) {
    return !record.headers.empty() && record.headers.back().name == kCommandHeader;
}

Result<Command> command_of(const Record& record) {
    if (!is_command(record)) {
        return damaged("no header `sluice-command` at the end; only Sluice may write this topic");
    }
    if (!record.key.has_value()) return damaged("no key, which should be the subject");
    if (!record.value.has_value()) return damaged("no value");
    ByteReader in{*record.value};
    if (const std::uint8_t version = in.u8(); version != kVersion) {
        return damaged(fmt::format("version {}, known is 1", version));
    }
    Command command;
    command.subject = *record.key;
    command.id = in.bytes();
    command.by = in.bytes();
    command.why = in.bytes();
    command.at = wire::get_instant(in);
    auto choice = get_choice(in);
    if (!in.ok()) return damaged("cut short");
    if (!choice.has_value()) return damaged("a verb or a winner that is not known");
    if (!in.at_end()) return damaged("bytes too many");
    command.choice = *std::move(choice);
    const auto* back = std::get_if<TakeBack>(&command.choice);
    const auto* repair = std::get_if<Repair>(&command.choice);
    const Arrival* brought =
        back != nullptr ? &back->event : (repair != nullptr ? &repair->copy : nullptr);
    if (brought != nullptr && brought->subject != command.subject) {
        return damaged(fmt::format(
            "brings back an event of subject {} to subject {}", brought->subject, command.subject
        ));
    }
    return command;
}

}  // namespace sluice::sequence
