#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sluice::runtime {

/// Writes records to a topic that nobody else writes to, many at a time.
/// Threads:  one.
/// Lifetime: the log outlives it.
/// Failure:  those of the log; kCorrupt: a record did not get the offset that it was to have.
/// Limits:   `kBytesMax` of records are held, about.
class RecordWriter {
public:
    static constexpr std::size_t kBytesMax = std::size_t{4} << 20;

    RecordWriter(log::Log& log, std::string topic, std::uint32_t partitions)
        : log_{log},
          topic_{std::move(topic)},
          held_(partitions),
          ends_(partitions) {}

    /// Behind all that was added to the partition.
    [[nodiscard]] Status add(PartitionId partition, Record record);

    /// Durable when it returns.
    [[nodiscard]] Status flush();

    /// Where the partition's next record goes.
    [[nodiscard]] Offset end(PartitionId partition) const {
        const auto held = static_cast<std::int64_t>(held_[partition.value].size());
        return Offset{ends_[partition.value].value + held};
    }

    /// The partition begins with that offset; it is empty. (Topics begin with 0, and what begins
    /// later says that something came before.)
    [[nodiscard]] Status begin_at(PartitionId partition, Offset first);

    [[nodiscard]] std::uint64_t written() const { return written_; }

private:
    log::Log& log_;
    std::string topic_;
    std::vector<std::vector<Record>> held_;  ///< by partition
    std::vector<Offset> ends_;               ///< of what is written
    std::size_t bytes_{0};
    std::uint64_t written_{0};
};

}  // namespace sluice::runtime
