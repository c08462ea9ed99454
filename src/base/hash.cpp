#include "base/hash.hpp"

#include "base/assert.hpp"

#include <xxhash.h>

#include <array>
#include <string>

namespace sluice {

namespace {

constexpr std::array<std::uint32_t, 256> make_crc32_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
        table[byte] = crc;
    }
    return table;
}

constexpr auto kCrc32Table = make_crc32_table();

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint8_t>(bytes[at]);
}

}  // namespace

std::uint64_t hash64(std::string_view bytes) noexcept {
    return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint64_t hash64(std::initializer_list<std::string_view> parts) noexcept {
    std::uint64_t hash = parts.size();
    for (std::string_view part : parts) hash = XXH3_64bits_withSeed(part.data(), part.size(), hash);
    return hash;
}

std::int32_t murmur2(std::string_view bytes) noexcept {
    constexpr std::uint32_t kMultiplier = 0x5bd1e995;
    constexpr int kShift = 24;
    std::uint32_t hash = 0x9747b28cU ^ static_cast<std::uint32_t>(bytes.size());
    std::size_t at = 0;
    for (; at + 4 <= bytes.size(); at += 4) {
        std::uint32_t word = byte_at(bytes, at) | byte_at(bytes, at + 1) << 8 |
                             byte_at(bytes, at + 2) << 16 | byte_at(bytes, at + 3) << 24;
        word *= kMultiplier;
        word ^= word >> kShift;
        word *= kMultiplier;
        hash *= kMultiplier;
        hash ^= word;
    }
    const std::size_t left = bytes.size() - at;
    if (left >= 3) hash ^= byte_at(bytes, at + 2) << 16;
    if (left >= 2) hash ^= byte_at(bytes, at + 1) << 8;
    if (left >= 1) {
        hash ^= byte_at(bytes, at);
        hash *= kMultiplier;
    }
    hash ^= hash >> 13;
    hash *= kMultiplier;
    hash ^= hash >> 15;
    return static_cast<std::int32_t>(hash);
}

std::uint32_t crc32(std::string_view bytes) noexcept {
    std::uint32_t crc = 0xFFFFFFFFU;
    for (char byte : bytes)
        crc = (crc >> 8) ^ kCrc32Table[(crc ^ static_cast<std::uint8_t>(byte)) & 0xFFU];
    return crc ^ 0xFFFFFFFFU;
}

PartitionId partition_by_murmur2(std::string_view key, std::uint32_t partitions) noexcept {
    SLUICE_ASSERT(partitions > 0);
    return PartitionId{(static_cast<std::uint32_t>(murmur2(key)) & 0x7FFFFFFFU) % partitions};
}

PartitionId partition_by_crc32(std::string_view key, std::uint32_t partitions) noexcept {
    SLUICE_ASSERT(partitions > 0);
    return PartitionId{crc32(key) % partitions};
}

HomeId home_of(std::string_view subject, std::uint32_t homes) noexcept {
    return HomeId{partition_by_murmur2(subject, homes).value};
}

}  // namespace sluice
