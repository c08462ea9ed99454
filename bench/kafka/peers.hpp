#pragma once

#include "bench/bench.hpp"
#include "bench/kafka/raw_kafka.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::bench {

struct PeerCost {
    Cost whole;
    double second_half_seconds{};  ///< a JVM is warm then
};

/// Other products over the same records (bench/peers), each in a process of its own, from its first
/// record to its last.
/// Failure:  ends the program.
class Peers {
public:
    /// Those that ./dev bench has built; nothing, if it was not asked to.
    [[nodiscard]] static std::optional<Peers> built();

    /// Kafka Streams: consumes, counts by key, produces; exactly once.
    [[nodiscard]] PeerCost streams(
        const RawKafka& of, const std::string& to, const std::filesystem::path& state
    ) const;

    /// Confluent Parallel Consumer, ordered by key.
    [[nodiscard]] PeerCost parallel(const RawKafka& of, std::chrono::milliseconds handler) const;

private:
    explicit Peers(std::filesystem::path directory) : directory_{std::move(directory)} {}

    [[nodiscard]] PeerCost run(
        const RawKafka& of, std::string_view peer, std::string_view main, std::string_view arguments
    ) const;

    std::filesystem::path directory_;
};

}  // namespace sluice::bench
