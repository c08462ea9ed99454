#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/kafka/options.hpp"
#include "log/log.hpp"

#include <functional>
#include <memory>
#include <span>

namespace sluice::log::kafka {

/// Reads what lies in partitions, once, as a bystander: no group, no offset kept, nothing written.
/// Threads:  one at a time.
/// Failure:  kUnavailable: nothing came for `patience`, a partition may not be read, or there is no
///           such topic; kNotFound: a record that retention took meanwhile. What came before has
///           been taken.
/// Limits:   librdkafka reads ahead, at most 16 MiB of a partition.
class RecordReader {
public:
    /// From `from` on (inclusive) to `to` (exclusive).
    struct Range {
        PartitionRef of;
        Offset from;
        Offset to;
    };

    /// Gets each record; an error ends the reading and is its answer.
    using Take = std::function<Status(const PartitionRef&, const StoredRecord&)>;

    [[nodiscard]] static Result<RecordReader> open(
        const KafkaOptions& options, Milliseconds patience = Milliseconds{30'000}
    );

    ~RecordReader();
    RecordReader(RecordReader&&) noexcept;
    RecordReader& operator=(RecordReader&&) noexcept;

    /// Committed records only; each partition in its order, the partitions as they come.
    [[nodiscard]] Status read(std::span<const Range> ranges, const Take& take);

private:
    struct Parts;
    explicit RecordReader(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::log::kafka
