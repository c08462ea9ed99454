#pragma once

#include "contract/contract.hpp"
#include "log/log.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>
#include <string_view>

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

    // How many of them are wrong in one way each; 0 where they are too few to prove it.

    [[nodiscard]] std::uint64_t without_key() const {
        return records < kSampleMin ? 0 : records - keyed;
    }

    /// Those that do not lie where the partitioner puts their key.
    [[nodiscard]] std::uint64_t astray(contract::Partitioner partitioner) const {
        const bool is_murmur2 = partitioner == contract::Partitioner::kMurmur2;
        return keyed < kSampleMin ? 0 : keyed - (is_murmur2 ? by_murmur2 : by_crc32);
    }

    [[nodiscard]] std::uint64_t keyed_by_another() const {
        return with_subject < kSampleMin ? 0 : with_subject - subject_keyed;
    }
};

/// "3 of its last 20 records have no key".
[[nodiscard]] inline std::string of_last(
    std::uint64_t wrong, std::uint64_t all, std::string_view what
) {
    return fmt::format("{} of its last {} records {}", wrong, all, what);
}

/// Looks at one record of a channel's partition. Pure.
void add_record(
    KeySample& sample,
    const contract::Channel& channel,
    std::uint32_t partitions,
    PartitionId partition,
    const Record& record
);

}  // namespace sluice::doctor
