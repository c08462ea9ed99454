#pragma once

#include <sluice/result.hpp>

#include "log/kafka/handles.hpp"
#include "log/kafka/kafka.hpp"

#include <atomic>
#include <cstdint>
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

}  // namespace sluice::log::kafka
