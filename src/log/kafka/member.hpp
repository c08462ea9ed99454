#pragma once

#include <sluice/result.hpp>

#include "log/change_signal.hpp"
#include "log/kafka/client.hpp"
#include "log/kafka/topics.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::log::kafka {

/// This process as a member of a group, on librdkafka: subscribes to the group's home topic,
/// fetches nothing, and answers a rebalance only when `give_back` has returned.
/// Threads:  `share`, `round` and `metadata` from any. One of its own polls.
/// Lifetime: options, topics and the signal outlive it.
class Member {
public:
    /// Called on the member's own thread, before homes go: returns when their leases are given
    /// back. `lost`: the group has given them away already.
    using GiveBack = std::function<void(bool lost)>;

    /// Returns when it has asked to join; homes come later.
    [[nodiscard]] static Result<std::unique_ptr<Member>> open(
        const KafkaLogOptions& options,
        const Topics& topics,
        const GroupSpec& group,
        ChangeSignal& changed,
        GiveBack give_back
    );

    /// Leaves the group, after `give_back`.
    ~Member();
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    [[nodiscard]] Share share() const;
    [[nodiscard]] std::uint64_t round() const;

    /// The group's generation as it is now. Null: it has none.
    [[nodiscard]] GroupMetadataHandle metadata() const;

private:
    Member(
        const KafkaLogOptions& options,
        const GroupSpec& group,
        ChangeSignal& changed,
        GiveBack give_back
    );

    /// librdkafka's opaque pointer is a Trouble; this finds the member from it.
    struct Opaque : Trouble {
        Member* member{nullptr};
    };

    static void on_rebalance(
        rd_kafka_t* client,
        rd_kafka_resp_err_t what,
        rd_kafka_topic_partition_list_t* partitions,
        void* opaque
    );

    void assigned(const rd_kafka_topic_partition_list_t& partitions);
    void revoked(bool lost);
    void set_share(std::vector<HomeId> homes);
    void poll(const std::stop_token& stop);

    const KafkaLogOptions& options_;
    std::string group_;
    ChangeSignal& changed_;
    GiveBack give_back_;
    Opaque opaque_;
    mutable std::mutex mutex_;
    Share share_;
    ClientHandle client_;
    std::jthread poller_;  ///< last
};

}  // namespace sluice::log::kafka
