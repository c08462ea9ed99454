#pragma once

#include "contract/contract.hpp"
#include "log/log.hpp"

#include <cstdint>

namespace sluice::doctor {

/// Fewer records prove nothing: two of one key lie in the same place by either partitioner.
inline constexpr std::uint64_t kSampleMin = 8;

/// What a few records of a channel say of how its producers choose keys and partitions.
struct KeySample {
    std::uint64_t records{};        ///< with a value
    std::uint64_t keyed{};          ///< of them, those that have a key
    std::uint64_t by_murmur2{};     ///< keyed ones that lie where murmur2 puts their key
    std::uint64_t by_crc32{};       ///< … where crc32 does
    std::uint64_t with_subject{};   ///< keyed ones whose subject could be read
    std::uint64_t subject_keyed{};  ///< of them, those whose key is the subject

    bool operator==(const KeySample&) const = default;
};

/// Looks at one record of a channel's partition. Pure.
void add_record(
    KeySample& sample,
    const contract::Channel& channel,
    std::uint32_t partitions,
    PartitionId partition,
    const Record& record
);

}  // namespace sluice::doctor
