#pragma once

#include <sluice/result.hpp>

#include "log/kafka/kafka.hpp"
#include "log/kafka/topics.hpp"

namespace sluice::log::kafka {

/// Both ends of partitions, asked of the brokers each time.
/// Threads:  any.
/// Lifetime: topics and clients outlive it.
class Watermarks {
public:
    /// `raw` answers for all that was written, `committed` for what a reader may see.
    Watermarks(
        const Topics& topics, rd_kafka_t* raw, rd_kafka_t* committed, const KafkaLogOptions& options
    )
        : topics_{topics},
          raw_{raw},
          committed_{committed},
          options_{options} {}

    [[nodiscard]] Result<Ends> ends(const PartitionRef& of) const;

    /// The one after the last record that a reader may see.
    [[nodiscard]] Result<Offset> committed(const PartitionRef& of) const;

    /// The first offset whose record is at least as old as that; the end when there is none.
    [[nodiscard]] Result<Offset> at_time(const PartitionRef& of, Instant time) const;

private:
    [[nodiscard]] Result<Offset> ask(rd_kafka_t* client, const PartitionRef& of, std::int64_t time)
        const;

    const Topics& topics_;
    rd_kafka_t* raw_;
    rd_kafka_t* committed_;
    const KafkaLogOptions& options_;
};

}  // namespace sluice::log::kafka
