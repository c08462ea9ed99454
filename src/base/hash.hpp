#pragma once

#include "base/ids.hpp"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace sluice {

/// XXH3, 64 bits (xxhash). Stored in state and ordered records: never change the function.
[[nodiscard]] std::uint64_t hash64(std::string_view bytes) noexcept;

/// Of several parts, told apart: {"ab","c"} and {"a","bc"} differ.
[[nodiscard]] std::uint64_t hash64(std::initializer_list<std::string_view> parts) noexcept;

/// As Java's Kafka producer computes it (org.apache.kafka.common.utils.Utils.murmur2), sign bit and
/// all.
[[nodiscard]] std::int32_t murmur2(std::string_view bytes) noexcept;

/// CRC-32 (zlib's polynomial), as librdkafka's default partitioner `consistent` computes it.
[[nodiscard]] std::uint32_t crc32(std::string_view bytes) noexcept;

/// The partition that Java's default partitioner gives a key: `toPositive(murmur2(key)) %
/// partitions`.
[[nodiscard]] PartitionId partition_by_murmur2(
    std::string_view key, std::uint32_t partitions
) noexcept;

/// The partition that librdkafka's default partitioner gives a key.
[[nodiscard]] PartitionId partition_by_crc32(
    std::string_view key, std::uint32_t partitions
) noexcept;

/// The home of a subject; P homes, fixed when the domain is made.
[[nodiscard]] HomeId home_of(std::string_view subject, std::uint32_t homes) noexcept;

}  // namespace sluice
