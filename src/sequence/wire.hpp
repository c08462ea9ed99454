#pragma once

#include "base/bytes.hpp"
#include "sequence/arrival.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sluice::sequence::wire {

// The parts that the stored formats of this folder share (docs/formats/sequencer-state.md).

inline void put(ByteWriter& out, Instant at) {
    out.u64(static_cast<std::uint64_t>(at.ms));
}

inline Instant get_instant(ByteReader& in) {
    return Instant{static_cast<std::int64_t>(in.u64())};
}

/// A number that may be absent: 0, which no event has.
inline void put(ByteWriter& out, std::optional<SourceNumber> number) {
    out.varint(number.has_value() ? number->value : 0);
}

inline std::optional<SourceNumber> get_number(ByteReader& in) {
    const std::uint64_t value = in.varint();
    if (value == 0) return std::nullopt;
    return SourceNumber{value};
}

inline void put(ByteWriter& out, const std::vector<Mark>& marks) {
    out.varint(marks.size());
    for (const Mark mark : marks) out.u64(mark);
}

inline std::vector<Mark> get_marks(ByteReader& in) {
    std::vector<Mark> marks;
    const std::uint64_t count = in.varint();
    for (std::uint64_t at = 0; at < count && in.ok(); ++at) marks.push_back(in.u64());
    return marks;
}

inline void put(ByteWriter& out, const Origin& origin) {
    out.bytes(origin.channel);
    out.varint(origin.partition.value);
    out.varint(static_cast<std::uint64_t>(origin.offset.value));
}

inline Origin get_origin(ByteReader& in) {
    Origin origin;
    origin.channel = in.bytes();
    origin.partition.value = static_cast<std::uint32_t>(in.varint());
    origin.offset.value = static_cast<std::int64_t>(in.varint());
    return origin;
}

}  // namespace sluice::sequence::wire
