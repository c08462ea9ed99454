#include "runtime/inspect/trail.hpp"

#include "base/assert.hpp"
#include "base/big_endian.hpp"
#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "runtime/domain/topics.hpp"

#include <fmt/format.h>

#include <limits>

namespace sluice::runtime {

namespace {

constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kPrefixBytes = kNumberBytes + 1;
constexpr std::size_t kKeyBytes = kPrefixBytes + kNumberBytes;

Error damaged_trail(std::string_view what) {
    return Error{ErrorCode::kCorrupt, fmt::format("state of trails: {}", what)};
}

}  // namespace

std::string trail_group(std::string_view domain) {
    return fmt::format("trail.{}", domain);
}

std::string trail_topic(TrailTopic topic, std::string_view domain) {
    switch (topic) {
        case TrailTopic::kOrdered: return ordered_topic(domain);
        case TrailTopic::kAside: return aside_topic(domain);
        case TrailTopic::kAudit: return audit_topic(domain);
    }
    SLUICE_UNREACHABLE();
}

std::string trail_prefix(std::string_view subject, TrailTopic topic) {
    std::string prefix;
    put_big_endian(prefix, hash64(subject));
    prefix.push_back(static_cast<char>(topic));
    return prefix;
}

std::string trail_key(std::string prefix, Offset first) {
    put_big_endian(prefix, static_cast<std::uint64_t>(first.value));
    return prefix;
}

std::string encode_trail(std::span<const Offset> offsets) {
    std::string value;
    ByteWriter out{value};
    for (std::size_t i = 1; i < offsets.size(); ++i) {
        SLUICE_ASSERT(offsets[i - 1] < offsets[i]);
        out.varint(static_cast<std::uint64_t>(offsets[i].value - offsets[i - 1].value));
    }
    return value;
}

Result<TrailKey> parse_trail_key(std::string_view key) {
    if (key.size() != kKeyBytes) return damaged_trail("a key of another size");
    const std::uint64_t first = get_big_endian(key.substr(kPrefixBytes));
    if (first > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        return damaged_trail("an offset below zero");
    }
    const auto topic = static_cast<TrailTopic>(key[kNumberBytes]);
    switch (topic) {
        case TrailTopic::kOrdered:
        case TrailTopic::kAside:
        case TrailTopic::kAudit: return TrailKey{topic, Offset{static_cast<std::int64_t>(first)}};
    }
    return damaged_trail("a topic that is not known");
}

Result<std::vector<Offset>> decode_trail(std::string_view key, std::string_view value) {
    const auto parsed = parse_trail_key(key);
    if (!parsed) return parsed.error();
    std::vector<Offset> offsets{parsed.value().first};
    ByteReader in{value};
    while (!in.at_end()) {
        const std::uint64_t step = in.varint();
        const auto left = static_cast<std::uint64_t>(
            std::numeric_limits<std::int64_t>::max() - offsets.back().value
        );
        if (!in.ok() || step == 0 || step > left)
            return damaged_trail("offsets cut or not ascending");
        offsets.push_back(Offset{offsets.back().value + static_cast<std::int64_t>(step)});
    }
    return offsets;
}

std::string until_key(TrailTopic topic) {
    return std::string(1, static_cast<char>(topic));
}

std::string encode_until(Offset next) {
    std::string value;
    ByteWriter{value}.varint(static_cast<std::uint64_t>(next.value));
    return value;
}

Result<Offset> decode_until(std::string_view value) {
    ByteReader in{value};
    const auto next = static_cast<std::int64_t>(in.varint());
    if (!in.at_end() || next < 0) return damaged_trail("up to where it goes: cut or too long");
    return Offset{next};
}

}  // namespace sluice::runtime
