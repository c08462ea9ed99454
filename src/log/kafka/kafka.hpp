#pragma once

#include <sluice/result.hpp>

#include "log/kafka/options.hpp"
#include "log/log.hpp"
#include "log/replacement.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace sluice::log {

struct KafkaLogOptions {
    kafka::KafkaOptions cluster;

    /// In front of every topic, group and transactional id on the brokers, and nowhere else.
    std::string prefix;

    /// The name of this process among those of its groups, kept over restarts. Two processes with
    /// one name fence each other.
    std::string instance{"sluice"};

    /// Whether the group waits for a process that has gone, up to `session`, before its homes go
    /// to others (`group.instance.id`): a restart moves nobody. Otherwise they go at once when it
    /// leaves.
    bool static_member{true};

    /// Where the state of homes is kept as a copy; it may be empty or lost at any time.
    std::filesystem::path cache;

    std::chrono::milliseconds session{10'000};      ///< silent for longer: its homes go to others
    std::chrono::milliseconds transaction{10'000};  ///< an open step is given up after that
    std::chrono::milliseconds answer{30'000};       ///< how long a broker may take to answer
    std::chrono::milliseconds reach{5'000};         ///< how long opening looks for a broker

    /// How long a rebalance waits for the leases on homes that go.
    std::chrono::milliseconds handover{30'000};

    /// Where a home's input is read again from when its last step is not where its offsets say.
    std::chrono::milliseconds rewind{3'600'000};

    std::uint32_t state_partitions{16};  ///< of a group that was never joined

    /// Key, value and headers of a record.
    std::size_t record_bytes_max{(std::size_t{1} << 20) + (std::size_t{64} << 10)};

    /// A step's largest value of state.
    std::size_t state_bytes_max{std::size_t{64} << 20};

    /// What may be read ahead of one partition.
    std::size_t read_ahead_bytes{std::size_t{4} << 20};

    /// Told, from any thread, what an operator should know: rebalances, torn steps, brokers lost.
    std::function<void(std::string_view)> notice;
};

/// Kafka as the log (docs/architecture/kafka.md).
/// kUnavailable: no broker answers; kBadConfig names the property that librdkafka refuses; kIo: the
/// cache cannot be written.
[[nodiscard]] Result<std::unique_ptr<Log>> open_kafka_log(const KafkaLogOptions& options);

/// The same for who has topics and groups take the places of others
/// (docs/architecture/grow.md). It is no static member of its groups, since it comes once, and what
/// it folds is packed into snapshots at once, so that no other machine needs its copy.
[[nodiscard]] Result<std::unique_ptr<ReplacingLog>> open_kafka_to_replace(KafkaLogOptions options);

}  // namespace sluice::log
