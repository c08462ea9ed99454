#pragma once

#include <sluice/result.hpp>

#include "log/kafka/client.hpp"
#include "log/kafka/producer.hpp"
#include "log/kafka/state_record.hpp"

#include <chrono>
#include <memory>
#include <span>
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

/// Offsets, and the group that they are of: with its generation, which fences.
struct GroupCommit {
    std::vector<OffsetCommit> offsets;
    const rd_kafka_consumer_group_metadata_t* group{};
};

/// One transaction after the other, under one transactional id.
/// Threads:  one at a time.
/// Lifetime: options and topics outlive it. When a call of librdkafka never comes back, its thread
///           and its client stay until the process ends, whatever becomes of this.
/// Failure:  after any error it is of no more use: destroy it, and init the id again. kFenced: it
///           was fenced, and nothing of this transaction will be there. Otherwise nobody can say
///           whether it was committed, unless `is_aborted`.
class Transactions {
public:
    /// Ends whatever was open under that id, and fences whoever used it.
    [[nodiscard]] static Result<std::unique_ptr<Transactions>> open(
        const KafkaLogOptions& options, const Topics& topics, const std::string& transactional_id
    );

    /// Records and offsets, all or nothing; the records lie in their partitions before the offsets
    /// are sent. A group's coordinator that cannot be found is waited for a little longer than a
    /// transaction lasts: kUnavailable, and aborted.
    [[nodiscard]] Result<std::vector<Offset>> write(
        const std::vector<Append>& appends,
        const std::vector<OffsetCommit>& offsets,
        const rd_kafka_consumer_group_metadata_t* group
    );

    /// The same with the offsets of several groups.
    [[nodiscard]] Result<std::vector<Offset>> write(
        const std::vector<Append>& appends, std::span<const GroupCommit> groups
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

    /// A client and what it needs as long as it lives: longer than its Transactions, when a call
    /// of librdkafka has not come back.
    struct Session {
        Trouble trouble;
        ClientHandle client;
        std::unique_ptr<Targets> targets;  ///< over client
    };

    const KafkaLogOptions& options_;
    const Topics& topics_;
    std::shared_ptr<Session> session_{std::make_shared<Session>()};
    bool lost_{false};  ///< a call by the session has not come back
    bool aborted_{false};
    std::chrono::steady_clock::time_point ended_{};  ///< the last transaction was
};

}  // namespace sluice::log::kafka
