#include "state/entry.hpp"

#include "base/big_endian.hpp"
#include "base/bytes.hpp"
#include "state/delta.hpp"

#include <fmt/format.h>

#include <limits>

namespace sluice::state {

namespace {

constexpr std::uint8_t kEntryVersion = 1;
constexpr std::uint8_t kWholeFlag = 1;
constexpr std::uint8_t kUnknownFlag = 2;
constexpr std::uint8_t kClosesFlag = 4;
constexpr std::size_t kPositionBytes = 8;

Error damaged_entry(std::string_view what) {
    return Error{ErrorCode::kCorrupt, fmt::format("state at positions: {}", what)};
}

std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
}

}  // namespace

std::string entry_prefix(std::string_view subject) {
    std::string prefix;
    ByteWriter{prefix}.bytes(subject);
    return prefix;
}

std::string entry_key(std::string_view subject, Position position) {
    std::string key = entry_prefix(subject);
    put_big_endian(key, std::numeric_limits<std::uint64_t>::max() - position.value);
    return key;
}

Result<EntryKey> parse_entry_key(std::string_view key) {
    ByteReader in{key};
    const std::string_view subject = in.bytes();
    if (!in.ok() || in.rest().size() != kPositionBytes) return damaged_entry("a key of other size");
    const std::uint64_t down = get_big_endian(in.rest());
    return EntryKey{subject, Position{std::numeric_limits<std::uint64_t>::max() - down}};
}

std::string encode_entry(const StateEntry& entry) {
    std::string value;
    ByteWriter out{value};
    out.u8(kEntryVersion);
    out.u8(static_cast<std::uint8_t>(
        (entry.whole ? kWholeFlag : 0) | (entry.unknown ? kUnknownFlag : 0) |
        (entry.closes ? kClosesFlag : 0)
    ));
    out.varint(static_cast<std::uint64_t>(entry.offset.value));
    out.varint(zigzag(entry.time.ms));
    out.u64(entry.id_hash);
    out.varint(entry.missing);
    if (entry.missing > 0) out.varint(entry.missing_last.value);
    if (entry.unknown) out.bytes(*entry.unknown);
    out.raw(entry.body);
    return value;
}

Result<StateEntry> decode_entry(std::string_view value) {
    ByteReader in{value};
    if (const std::uint8_t version = in.u8(); version != kEntryVersion) {
        return damaged_entry(fmt::format("an entry of version {}", version));
    }
    const std::uint8_t flags = in.u8();
    StateEntry entry;
    entry.whole = (flags & kWholeFlag) != 0;
    entry.closes = (flags & kClosesFlag) != 0;
    entry.offset = Offset{static_cast<std::int64_t>(in.varint())};
    entry.time = Instant{unzigzag(in.varint())};
    entry.id_hash = in.u64();
    entry.missing = in.varint();
    if (entry.missing > 0) entry.missing_last = Position{in.varint()};
    if ((flags & kUnknownFlag) != 0) entry.unknown = std::string{in.bytes()};
    const bool known = (flags & ~(kWholeFlag | kUnknownFlag | kClosesFlag)) == 0;
    if (!in.ok() || !known || entry.offset.value < 0) return damaged_entry("an entry is cut");
    entry.body = in.rest();
    if (entry.unknown && !entry.whole && !entry.body.empty()) {
        return damaged_entry("an entry is too long");
    }
    return entry;
}

Result<std::string> state_behind(std::span<const StateEntry> newest_first) {
    if (newest_first.empty() || !newest_first.back().whole) {
        return damaged_entry("no whole state on the way back");
    }
    std::string state = newest_first.back().body;
    for (std::size_t at = newest_first.size() - 1; at > 0; --at) {
        const StateEntry& entry = newest_first[at - 1];
        if (entry.whole) {
            state = entry.body;
            continue;
        }
        if (entry.unknown) continue;
        auto next = patched(state, entry.body);
        if (!next) return damaged_entry("what changed does not fit");
        state = std::move(*next);
    }
    return state;
}

}  // namespace sluice::state
