#include "dispatch/state_codec.hpp"

#include "base/assert.hpp"
#include "base/bytes.hpp"

#include <fmt/format.h>

#include <limits>

namespace sluice::dispatch {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kLineVersion = 2;  // 1 knew neither holds nor redrives
constexpr std::uint8_t kFlagInBacklog = 1;
constexpr std::uint8_t kFlagRedriven = 2;
constexpr std::uint8_t kFlagHeld = 4;

Error corrupt(std::string_view what, std::string_view why) {
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "dispatcher state, {}: {}; the state is damaged or of another version", what, why
        )};
}

std::uint64_t unsigned_of(Offset offset) {
    SLUICE_ASSERT(offset.value >= 0);
    return static_cast<std::uint64_t>(offset.value);
}

/// Adds two parts of an offset; nothing if there is no such offset.
std::optional<Offset> offset_at(Offset base, std::uint64_t distance) {
    const auto room =
        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() - base.value);
    if (distance > room) return std::nullopt;
    return Offset{base.value + static_cast<std::int64_t>(distance)};
}

}  // namespace

std::string encode(const Progress& progress) {
    std::string out;
    ByteWriter writer{out};
    writer.u8(kVersion);
    writer.varint(unsigned_of(progress.next));
    writer.varint(progress.done_above.size());
    std::uint64_t before = unsigned_of(progress.next);
    for (const OffsetRange& range : progress.done_above) {
        SLUICE_ASSERT(unsigned_of(range.first) > before && range.end > range.first);
        writer.varint(unsigned_of(range.first) - before);
        writer.varint(unsigned_of(range.end) - unsigned_of(range.first));
        before = unsigned_of(range.end);
    }
    return out;
}

Result<Progress> decode_progress(std::string_view bytes) {
    ByteReader reader{bytes};
    if (reader.u8() != kVersion) return corrupt("progress", "no version 1");
    Progress progress;
    const auto next = offset_at(Offset{0}, reader.varint());
    const std::uint64_t count = reader.varint();
    if (!reader.ok() || !next.has_value()) return corrupt("progress", "cut short");
    progress.next = *next;
    Offset before = progress.next;
    for (std::uint64_t at = 0; at < count; ++at) {
        const std::uint64_t gap = reader.varint();
        const std::uint64_t length = reader.varint();
        if (!reader.ok()) return corrupt("progress", "cut short");
        if (gap == 0 || length == 0) return corrupt("progress", "ranges touch");
        const auto first = offset_at(before, gap);
        const auto end = first.has_value() ? offset_at(*first, length) : std::nullopt;
        if (!end.has_value()) return corrupt("progress", "an offset beyond 2^63");
        progress.done_above.push_back({*first, *end});
        before = *end;
    }
    if (!reader.at_end()) return corrupt("progress", "bytes too many");
    return progress;
}

void put(ByteWriter& writer, const Hold& hold) {
    writer.u64(static_cast<std::uint64_t>(hold.since.ms));
    writer.bytes(hold.by);
    writer.bytes(hold.why);
}

Hold get_hold(ByteReader& reader) {
    Hold hold;
    hold.since = Instant{static_cast<std::int64_t>(reader.u64())};
    hold.by = reader.bytes();
    hold.why = reader.bytes();
    return hold;
}

std::string encode(const Hold& hold) {
    std::string out;
    ByteWriter writer{out};
    writer.u8(kVersion);
    put(writer, hold);
    return out;
}

Result<Hold> decode_hold(std::string_view bytes) {
    ByteReader reader{bytes};
    if (reader.u8() != kVersion) return corrupt("hold", "no version 1");
    Hold hold = get_hold(reader);
    if (!reader.at_end()) return corrupt("hold", "cut short, or bytes too many");
    return hold;
}

std::string encode(const Line& line) {
    std::string out;
    ByteWriter writer{out};
    writer.u8(kLineVersion);
    writer.u8(static_cast<std::uint8_t>(line.state));
    writer.u8(static_cast<std::uint8_t>(
        (line.in_backlog ? kFlagInBacklog : 0U) | (line.redriven ? kFlagRedriven : 0U) |
        (line.hold ? kFlagHeld : 0U)
    ));
    writer.varint(line.head.value);
    writer.varint(line.attempts);
    writer.u64(static_cast<std::uint64_t>(line.since.ms));
    writer.u64(static_cast<std::uint64_t>(line.due_at.ms));
    writer.varint(line.events);
    writer.varint(line.bytes);
    writer.bytes(line.reason);
    if (line.hold) put(writer, *line.hold);
    return out;
}

Result<Line> decode_line(std::string_view bytes) {
    ByteReader reader{bytes};
    const std::uint8_t version = reader.u8();
    if (version != kVersion && version != kLineVersion) {
        return corrupt("line", "no version 1 or 2");
    }
    Line line;
    const std::uint8_t state = reader.u8();
    const std::uint8_t flags = reader.u8();
    line.head = Position{reader.varint()};
    const std::uint64_t attempts = reader.varint();
    line.since = Instant{static_cast<std::int64_t>(reader.u64())};
    line.due_at = Instant{static_cast<std::int64_t>(reader.u64())};
    line.events = reader.varint();
    line.bytes = reader.varint();
    line.reason = std::string{reader.bytes()};
    if (version == kLineVersion && (flags & kFlagHeld) != 0) line.hold = get_hold(reader);
    if (!reader.at_end()) return corrupt("line", "cut short, or bytes too many");
    if (state != static_cast<std::uint8_t>(LineState::kRetrying) &&
        state != static_cast<std::uint8_t>(LineState::kParked)) {
        return corrupt("line", fmt::format("no such state as {}", state));
    }
    const unsigned known =
        version == kVersion ? kFlagInBacklog : kFlagInBacklog | kFlagRedriven | kFlagHeld;
    if ((flags & ~known) != 0) return corrupt("line", fmt::format("unknown flags {}", flags));
    if (attempts > std::numeric_limits<std::uint32_t>::max())
        return corrupt("line", "too many attempts");
    line.state = static_cast<LineState>(state);
    line.in_backlog = (flags & kFlagInBacklog) != 0;
    line.redriven = (flags & kFlagRedriven) != 0;
    line.attempts = static_cast<std::uint32_t>(attempts);
    return line;
}

}  // namespace sluice::dispatch
