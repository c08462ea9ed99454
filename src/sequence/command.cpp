#include "sequence/command.hpp"

#include "base/bytes.hpp"
#include "base/match.hpp"
#include "event/command_frame.hpp"
#include "sequence/event_codec.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace sluice::sequence {

namespace {

constexpr event::CommandReader kReader{"command record"};

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

}  // namespace

Record to_record(const Command& command) {
    Record record = event::command_record(
        {command.subject, command.id, command.by, command.why, command.at},
        command.subject,
        std::string{verb_of(command.choice)}
    );
    ByteWriter out{*record.value};
    put(out, command.choice);
    return record;
}

Result<Command> command_of(const Record& record) {
    auto opened = kReader.open(record);
    if (!opened) return opened.error();
    auto& [frame, body] = opened.value();
    auto choice = get_choice(body);
    const Status whole = kReader.close(body, choice.has_value());
    if (!whole) return whole.error();
    const auto* back = std::get_if<TakeBack>(&*choice);
    const auto* repair = std::get_if<Repair>(&*choice);
    const Arrival* brought =
        back != nullptr ? &back->event : (repair != nullptr ? &repair->copy : nullptr);
    if (brought != nullptr && brought->subject != frame.subject) {
        return kReader.damaged(fmt::format(
            "brings back an event of subject {} to subject {}", brought->subject, frame.subject
        ));
    }
    return Command{
        std::move(frame.subject),
        std::move(frame.id),
        std::move(frame.by),
        std::move(frame.why),
        frame.at,
        *std::move(choice)};
}

}  // namespace sluice::sequence
