#pragma once

#include "bench/bench.hpp"

#include <cstdint>
#include <string>

namespace sluice::bench {

/// What plain librdkafka does over a topic whose records all lie there: the ceiling on Kafka.
struct RawKafka {
    std::string brokers;
    std::string from;            ///< its topic
    std::uint32_t partitions{};  ///< of both topics
    std::uint64_t records{};     ///< that lie in it
    std::size_t step_records{};  ///< in one transaction
};

/// Consumes, counts by key, produces every record to the same partition of `to`, in transactions
/// that commit the consumed offsets.
[[nodiscard]] Cost raw_transactions(const RawKafka& of, const std::string& to);

enum class RawHeaders : bool { kUntouched, kParsed };

/// Consumes, and does nothing, or has librdkafka parse each record's headers, which whoever looks
/// at one of them has to.
[[nodiscard]] Cost raw_consuming(const RawKafka& of, RawHeaders headers = RawHeaders::kUntouched);

}  // namespace sluice::bench
