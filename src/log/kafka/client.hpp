#pragma once

#include <sluice/result.hpp>

#include "log/kafka/handles.hpp"
#include "log/kafka/kafka.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace sluice::log::kafka {

/// What a client has met beside its answers.
/// Threads:  any.
/// Lifetime: outlives the client it is given to.
class Trouble {
public:
    /// Grows with every error on the way to a broker.
    [[nodiscard]] std::uint64_t transport_errors() const { return transport_.load(); }

    /// The last words of librdkafka; may be empty.
    [[nodiscard]] std::string last() const;

    void met(rd_kafka_resp_err_t error, std::string_view words);

private:
    std::atomic<std::uint64_t> transport_{0};
    mutable std::mutex mutex_;
    std::string last_;
};

/// A broker that does not answer for so long is taken for gone, though its connection stands.
inline constexpr std::chrono::milliseconds kSilence{10'000};

/// Makes librdkafka's clients: the user's properties, then what the promises rest on.
/// Threads:  one at a time.
class ClientMaker {
public:
    ClientMaker(const KafkaLogOptions& options, Trouble& trouble);

    ClientMaker& set(const char* name, const std::string& value);

    /// To be changed further by the caller (callbacks); owned by this.
    [[nodiscard]] rd_kafka_conf_t* conf() { return conf_.get(); }

    /// kBadConfig names the property. Once.
    [[nodiscard]] Result<ClientHandle> make(rd_kafka_type_t type);

private:
    ConfHandle conf_;
    std::string refused_;
};

/// A consumer that follows no group: reads by hand, read_committed.
[[nodiscard]] Result<ClientHandle> make_reader(const KafkaLogOptions& options, Trouble& trouble);

/// A client that asks about ends and topics: `ends` answer by its isolation level.
[[nodiscard]] Result<ClientHandle> make_asker(
    const KafkaLogOptions& options, Trouble& trouble, bool committed_only
);

/// Has the client ask for the topic's partitions now. By itself it would do so within a second for
/// a topic that it has never heard of, and every half minute for one that may have grown.
[[nodiscard]] rd_kafka_resp_err_t look_up(
    rd_kafka_t* client, rd_kafka_topic_t* topic, std::chrono::milliseconds patience
);

/// Has a reader's client look at once whether it may fetch. librdkafka 2.0.2 looks when an answer
/// comes, and each second: a client that has read as far ahead of all its partitions as it may has
/// no request under way, and sleeps on when they are taken (its issue 2879). Waits for an answer of
/// the partition's leader, a tenth of a second at the most.
void wake_reader(rd_kafka_t* client, const std::string& topic, PartitionId partition);

/// As ask_again; before each repetition the client looks the topic up, since the partition may be
/// new to it, or have another leader than the one that does not answer.
[[nodiscard]] rd_kafka_resp_err_t ask_of_topic(
    rd_kafka_t* client,
    const std::string& topic,
    std::chrono::milliseconds patience,
    const std::function<rd_kafka_resp_err_t(int)>& ask
);

}  // namespace sluice::log::kafka
