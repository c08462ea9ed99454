#pragma once

#include <sluice/result.hpp>

#include "log/kafka/client.hpp"
#include "log/kafka/producer.hpp"
#include "log/kafka/state_record.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::log::kafka {

/// An offset that a transaction commits for the group, with its metadata.
struct OffsetCommit {
    PartitionRef from;
    Offset next;
    std::string metadata;
};

/// One transaction after the other, under one transactional id.
/// Threads:  one at a time.
/// Lifetime: options, trouble and topics outlive it.
/// Failure:  after any error it is of no more use: destroy it, and init the id again. kFenced: it
///           was fenced, and nothing of this transaction will be there. Otherwise nobody can say
///           whether it was committed, unless `is_aborted`.
class Transactions {
public:
    /// Ends whatever was open under that id, and fences whoever used it.
    [[nodiscard]] static Result<std::unique_ptr<Transactions>> open(
        const KafkaLogOptions& options, const Topics& topics, const std::string& transactional_id
    );

    /// Records and offsets, all or nothing. `offsets_of` is asked for the offsets to commit when
    /// all records lie in their partitions. The group's coordinator must be there, as it is once
    /// GroupOffsets has answered: librdkafka 2.0.2 waits for ever, whatever its timeout, when a new
    /// cluster is still making the topic of its offsets.
    [[nodiscard]] Result<std::vector<Offset>> write(
        const std::vector<Append>& appends,
        const std::vector<OffsetCommit>& offsets,
        const rd_kafka_consumer_group_metadata_t* group
    );

    /// The last failure is certain: nothing of it will be seen.
    [[nodiscard]] bool is_aborted() const { return aborted_; }

private:
    Transactions(const KafkaLogOptions& options, const Topics& topics);

    [[nodiscard]] Result<std::vector<Offset>> deliver(const std::vector<Append>& appends);
    [[nodiscard]] Status send(
        const std::vector<OffsetCommit>& offsets, const rd_kafka_consumer_group_metadata_t* group
    );
    [[nodiscard]] Status commit();
    [[nodiscard]] Error give_up(Error error);

    const KafkaLogOptions& options_;
    const Topics& topics_;
    Trouble trouble_;
    ClientHandle client_;
    std::unique_ptr<Targets> targets_;  ///< over client_
    bool aborted_{false};
};

}  // namespace sluice::log::kafka
