#include "sequence/state_codec.hpp"

#include "base/bytes.hpp"
#include "sequence/event_codec.hpp"
#include "sequence/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace sluice::sequence {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kHeadVersion = 3;  // 1 held the events as well, 2 only their count
constexpr std::uint8_t kTombstoneWithSkipped = 2;
constexpr std::size_t kHistoryBytes = 160;  // of a short one

Error damaged(std::string_view what) {
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "sequencer state, {}: unknown version, or bytes are missing or too many", what
        )};
}

void put(ByteWriter& out, const std::vector<Skipped>& ranges) {
    out.varint(ranges.size());
    for (const Skipped& range : ranges) {
        out.varint(range.first.value);
        out.varint(range.last.value);
    }
}

std::vector<Skipped> get_skipped(ByteReader& in) {
    std::vector<Skipped> ranges;
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        const SourceNumber first{in.varint()};
        ranges.push_back(Skipped{first, SourceNumber{in.varint()}});
    }
    return ranges;
}

void put(ByteWriter& out, const SourceHistory& source) {
    out.bytes(source.source);
    out.u32(source.hash_if_unnamed);
    out.varint(source.released.value);
    out.varint(source.recent.size());
    for (const NumberHash& one : source.recent) {
        out.varint(one.number.value);
        out.u64(one.id_hash);
        out.u64(one.content_hash);
    }
    put(out, source.skipped);
}

SourceHistory get_source(ByteReader& in) {
    SourceHistory source;
    source.source = in.bytes();
    source.hash_if_unnamed = in.u32();
    source.released.value = in.varint();
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        const SourceNumber number{in.varint()};
        const std::uint64_t id = in.u64();
        source.recent.push_back(NumberHash{number, id, in.u64()});
    }
    source.skipped = get_skipped(in);
    return source;
}

void put(ByteWriter& out, const Gap& gap) {
    wire::put(out, gap.missing);
    wire::put(out, gap.opened_at);
    out.varint(gap.opened_before.value);
    out.u8(gap.proven_at.has_value() ? 1 : 0);
    wire::put(out, gap.proven_at.value_or(Instant{}));
    out.varint(static_cast<std::uint64_t>(gap.proven_for.count()));
    wire::put(out, gap.counted_until);
    out.varint(gap.act_after.value_or(SweepId{}).value);
}

Gap get_gap(ByteReader& in) {
    Gap gap;
    gap.missing = wire::get_need(in);
    gap.opened_at = wire::get_instant(in);
    gap.opened_before.value = in.varint();
    const bool proven = in.u8() != 0;
    const Instant proven_at = wire::get_instant(in);
    if (proven) gap.proven_at = proven_at;
    gap.proven_for = Milliseconds{static_cast<std::int64_t>(in.varint())};
    gap.counted_until = wire::get_instant(in);
    const SweepId act_after{in.varint()};
    if (act_after != SweepId{}) gap.act_after = act_after;
    return gap;
}

void put(ByteWriter& out, const Hold& hold) {
    out.u8(static_cast<std::uint8_t>(hold.cause));
    wire::put(out, hold.since);
    out.bytes(hold.detail);
}

Hold get_hold(ByteReader& in) {
    Hold hold;
    hold.cause = static_cast<HoldCause>(in.u8());
    hold.since = wire::get_instant(in);
    hold.detail = in.bytes();
    return hold;
}

bool is_known(HoldCause cause) {
    switch (cause) {
        case HoldCause::kConflict:
        case HoldCause::kInvalid:
        case HoldCause::kFlooded:
        case HoldCause::kGap: return true;
    }
    return false;
}

void put(ByteWriter& out, const Flood& flood) {
    wire::put(out, flood.since);
    out.varint(flood.others);
    out.varint(flood.highest.size());
    for (const NeedNumber& one : flood.highest) {
        out.bytes(one.source);
        out.varint(one.number.value);
    }
}

Flood get_flood(ByteReader& in) {
    Flood flood;
    flood.since = wire::get_instant(in);
    flood.others = in.varint();
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        std::string source{in.bytes()};
        flood.highest.push_back(NeedNumber{std::move(source), SourceNumber{in.varint()}});
    }
    return flood;
}

enum WaitingPart : std::uint8_t {  // stored: never renumber
    kHoldPart = 1,
    kGapPart = 2,
    kFloodPart = 4,
    kBoundPart = 8,  ///< no bytes: an event waits that its channel's order holds back
};

std::uint8_t parts_of(const Subject& subject) {
    std::uint8_t parts = 0;
    if (subject.hold.has_value()) parts |= kHoldPart;
    if (subject.gap.has_value()) parts |= kGapPart;
    if (subject.flood.has_value()) parts |= kFloodPart;
    if (subject.waiting.has_bound()) parts |= kBoundPart;
    return parts;
}

void put(ByteWriter& out, const SourceLoads& loads) {
    out.varint(loads.by_source().size());
    for (const SourceLoad& one : loads.by_source()) {
        out.bytes(one.source);
        out.varint(one.events);
        out.varint(one.bytes);
    }
}

SourceLoads loads_of(std::span<const WaitingEvent> events) {
    SourceLoads loads;
    for (const WaitingEvent& one : events) {
        loads.add(one.arrival.source, one.arrival.size_bytes());
    }
    return loads;
}

/// Nothing: they contradict one another.
std::optional<SourceLoads> get_loads(ByteReader& in) {
    SourceLoads loads;
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        SourceLoad load;
        load.source = in.bytes();
        load.events = in.varint();
        load.bytes = in.varint();
        if (!loads.add(std::move(load))) return std::nullopt;
    }
    return loads;
}

}  // namespace

std::string encode_history(const SubjectHistory& history) {
    std::string bytes;
    bytes.reserve(kHistoryBytes);
    ByteWriter out{bytes};
    out.u8(kVersion);
    out.varint(history.last.value);
    out.u8(history.closed ? 1 : 0);
    wire::put(out, history.closed_at);
    out.varint(history.sources.size());
    for (const SourceHistory& source : history.sources) put(out, source);
    out.varint(history.recent_ids.size());
    for (const RecentId& one : history.recent_ids) {
        out.u64(one.id_hash);
        out.u64(one.content_hash);
    }
    wire::put(out, history.marks);
    return bytes;
}

Result<SubjectHistory> decode_history(std::string_view bytes) {
    ByteReader in{bytes};
    if (in.u8() != kVersion) return damaged("history");
    SubjectHistory history;
    history.last.value = in.varint();
    history.closed = in.u8() != 0;
    history.closed_at = wire::get_instant(in);
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        history.sources.push_back(get_source(in));
    }
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        const std::uint64_t id = in.u64();
        history.recent_ids.push_back(RecentId{id, in.u64()});
    }
    history.marks = wire::get_marks(in);
    if (!in.at_end()) return damaged("history");
    return history;
}

std::string encode_head(const Subject& subject) {
    std::string bytes;
    if (subject.settled()) return bytes;
    ByteWriter out{bytes};
    out.u8(kHeadVersion);
    out.u8(parts_of(subject));
    out.varint(subject.arrivals);
    put(out, subject.waiting.loads());
    put(out, loads_of(subject.conflicts));
    if (subject.hold.has_value()) put(out, *subject.hold);
    if (subject.gap.has_value()) put(out, *subject.gap);
    if (subject.flood.has_value()) put(out, *subject.flood);
    return bytes;
}

Result<WaitingHead> decode_head(std::string_view bytes) {
    WaitingHead head;
    if (bytes.empty()) return head;
    Subject& subject = head.subject;
    ByteReader in{bytes};
    const std::uint8_t version = in.u8();
    if (version == 1 || version == 2) {
        return Error{
            ErrorCode::kCorrupt,
            "sequencer state, waiting part: written by an older build, which stored what waits "
            "otherwise; let that build release or drop what waits, then upgrade"};
    }
    if (version != kHeadVersion) return damaged("waiting part");
    const std::uint8_t parts = in.u8();
    subject.arrivals = in.varint();
    auto in_line = get_loads(in);
    auto conflicts = get_loads(in);
    if (!in_line || !conflicts) return damaged("waiting part");
    const bool has_bound = (parts & kBoundPart) != 0;
    if (in_line->events() > 0) {
        subject.waiting = WaitingRoom::unread(*std::move(in_line), has_bound);
    }
    head.conflicts = *std::move(conflicts);
    if ((parts & kHoldPart) != 0) subject.hold = get_hold(in);
    if ((parts & kGapPart) != 0) subject.gap = get_gap(in);
    if ((parts & kFloodPart) != 0) subject.flood = get_flood(in);
    if (subject.hold.has_value() && !is_known(subject.hold->cause)) return damaged("waiting part");
    if (!in.at_end()) return damaged("waiting part");
    return head;
}

Status decode_line(std::span<const std::string_view> events, WaitingRoom& room) {
    std::vector<WaitingEvent> line;
    line.reserve(events.size());
    for (const std::string_view bytes : events) {
        auto event = decode_event(bytes);
        if (!event) return event.error();
        line.push_back(std::move(event.value()));
    }
    if (!room.read(std::move(line))) return damaged("waiting part");
    return ok();
}

Result<Subject> decode_waiting(
    WaitingHead head, std::span<const std::string_view> events, SubjectHistory history
) {
    Subject subject = std::move(head.subject);
    subject.history = std::move(history);
    const std::size_t waiting = subject.waiting.size();
    if (events.size() != waiting + head.conflicts.events()) return damaged("waiting part");
    if (waiting > 0) {
        if (Status read = decode_line(events.first(waiting), subject.waiting); !read) {
            return read.error();
        }
    }
    for (const std::string_view bytes : events.subspan(waiting)) {
        auto event = decode_event(bytes);
        if (!event) return event.error();
        subject.conflicts.push_back(std::move(event.value()));
    }
    if (loads_of(subject.conflicts) != head.conflicts) return damaged("waiting part");
    return subject;
}

std::string encode_event(const WaitingEvent& event) {
    std::string bytes;
    ByteWriter out{bytes};
    out.u8(kVersion);
    wire::put(out, event);
    return bytes;
}

Result<WaitingEvent> decode_event(std::string_view bytes) {
    ByteReader in{bytes};
    if (in.u8() != kVersion) return damaged("waiting event");
    WaitingEvent event = wire::get_event(in);
    if (!in.at_end()) return damaged("waiting event");
    return event;
}

std::string encode_tombstone(const Tombstone& tombstone) {
    std::string bytes;
    ByteWriter out{bytes};
    const bool whole = std::all_of(
        tombstone.sources.begin(),
        tombstone.sources.end(),
        [](const BuriedSource& source) { return source.skipped.empty(); }
    );
    out.u8(whole ? kVersion : kTombstoneWithSkipped);
    out.varint(tombstone.last.value);
    out.u32(static_cast<std::uint32_t>(tombstone.closed_day));
    out.varint(tombstone.sources.size());
    for (const BuriedSource& source : tombstone.sources) {
        out.u32(source.hash);
        out.varint(source.released.value);
        if (!whole) put(out, source.skipped);
    }
    return bytes;
}

Result<Tombstone> decode_tombstone(std::string_view bytes) {
    ByteReader in{bytes};
    const std::uint8_t version = in.u8();
    if (version != kVersion && version != kTombstoneWithSkipped) return damaged("tombstone");
    Tombstone tombstone;
    tombstone.last.value = in.varint();
    tombstone.closed_day = static_cast<std::int32_t>(in.u32());
    for (std::uint64_t left = in.varint(); left > 0 && in.ok(); --left) {
        BuriedSource source;
        source.hash = in.u32();
        source.released.value = in.varint();
        if (version == kTombstoneWithSkipped) source.skipped = get_skipped(in);
        tombstone.sources.push_back(std::move(source));
    }
    if (!in.at_end()) return damaged("tombstone");
    return tombstone;
}

}  // namespace sluice::sequence
