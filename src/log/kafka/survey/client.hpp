#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include "log/kafka/options.hpp"
#include "log/kafka/survey/facts.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <librdkafka/rdkafka.h>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

namespace sluice::log::kafka::survey {

template <auto Destroy>
struct DestroyedBy {
    template <class T>
    void operator()(T* object) const {
        Destroy(object);
    }
};

/// A pointer and a count, as C gives them.
template <class T>
[[nodiscard]] std::span<T> span_of(T* first, int count) {
    return {first, static_cast<std::size_t>(std::max(count, 0))};
}

using Handle = std::unique_ptr<rd_kafka_t, DestroyedBy<rd_kafka_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, DestroyedBy<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, DestroyedBy<rd_kafka_event_destroy>>;

/// A connection that asks and never writes: no group, no transaction.
/// Threads:  one at a time; librdkafka's own thread puts complaints.
/// Lifetime: options are copied. Destroying it takes up to a second.
/// Failure:  kBadConfig: a setting that librdkafka refuses. What is asked answers kUnavailable
///           after `patience`, and `complaints()` say more.
/// Limits:   the last 64 different complaints.
class Client {
public:
    [[nodiscard]] static Result<std::unique_ptr<Client>> open(
        const KafkaOptions& options, rd_kafka_type_t type, Milliseconds patience
    );

    [[nodiscard]] rd_kafka_t* handle() const { return handle_.get(); }

    [[nodiscard]] int patience_ms() const { return static_cast<int>(patience_.count()); }

    /// An admin request: `start` sends it to the queue; its answer, or why there is none.
    using Start = std::function<void(const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>;
    [[nodiscard]] Result<Event> ask(rd_kafka_admin_op_t what, const Start& start) const;

    /// The same, where an error that the cluster answers is an answer, too.
    [[nodiscard]] Result<Event> answer_to(rd_kafka_admin_op_t what, const Start& start) const;

    [[nodiscard]] std::vector<Complaint> complaints() const;

    void complain(rd_kafka_resp_err_t code, std::string_view text);

private:
    explicit Client(Milliseconds patience) : patience_{patience} {}

    Milliseconds patience_;
    mutable std::mutex mutex_;
    std::vector<Complaint> complaints_;
    Handle handle_;  ///< last: its thread, which complains, ends first
};

/// Whether to ask once more.
/// Threads:  one.
/// Lifetime: the client outlives it.
/// Limits:   the client's patience, from when it was made.
class Again {
public:
    explicit Again(const Client& client) : client_{client} {}

    /// Of what passes by itself (a coordinator is being loaded, or has moved): true, after a
    /// moment.
    [[nodiscard]] bool try_after(rd_kafka_resp_err_t code) const;

private:
    const Client& client_;
    std::chrono::steady_clock::time_point began_{std::chrono::steady_clock::now()};
};

/// "metadata: Local: Broker transport failure (_TRANSPORT)".
[[nodiscard]] Error refusal(rd_kafka_resp_err_t code, std::string_view asked);

}  // namespace sluice::log::kafka::survey
