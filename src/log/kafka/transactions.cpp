#include "log/kafka/transactions.hpp"

#include "base/assert.hpp"
#include "log/kafka/call_within.hpp"
#include "log/kafka/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

namespace sluice::log::kafka {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Beyond the timeout that librdkafka is given, and may keep.
constexpr std::chrono::milliseconds kGrace{1'000};

/// From the answer to a transaction's end until its markers are written, as a rule. A producer that
/// begins the next one before is refused (CONCURRENT_TRANSACTIONS), and librdkafka asks again 20 ms
/// later, whatever its settings say.
constexpr std::chrono::milliseconds kMarkers{3};

Error error_from(const rd_kafka_error_t* error, std::string_view doing) {
    return error_of(rd_kafka_error_code(error), doing, rd_kafka_error_string(error));
}

/// Calls again what librdkafka says may be called again, until the deadline.
Status repeat(
    std::string_view doing,
    std::chrono::milliseconds patience,
    const std::function<rd_kafka_error_t*(int timeout_ms)>& call
) {
    const auto deadline = SteadyClock::now() + patience;
    while (true) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
        const ErrorHandle error{call(static_cast<int>(std::max<std::int64_t>(left.count(), 1)))};
        if (error == nullptr) return ok();
        const bool again = rd_kafka_error_is_retriable(error.get()) != 0;
        if (!again || SteadyClock::now() >= deadline) return error_from(error.get(), doing);
    }
}

/// For a call that may outlive its group's member.
std::shared_ptr<rd_kafka_consumer_group_metadata_t> copy_of(
    const rd_kafka_consumer_group_metadata_t& group
) {
    void* written = nullptr;
    std::size_t size = 0;
    const ErrorHandle unwritten{rd_kafka_consumer_group_metadata_write(&group, &written, &size)};
    SLUICE_ASSERT(unwritten == nullptr);
    rd_kafka_consumer_group_metadata_t* read = nullptr;
    const ErrorHandle unread{rd_kafka_consumer_group_metadata_read(&read, written, size)};
    SLUICE_ASSERT(unread == nullptr);
    rd_kafka_mem_free(nullptr, written);
    return {read, rd_kafka_consumer_group_metadata_destroy};
}

}  // namespace

Transactions::Transactions(const KafkaLogOptions& options, const Topics& topics)
    : options_{options},
      topics_{topics} {}

Result<std::unique_ptr<Transactions>> Transactions::open(
    const KafkaLogOptions& options, const Topics& topics, const std::string& transactional_id
) {
    std::unique_ptr<Transactions> made{new Transactions{options, topics}};
    const std::string timeout = fmt::to_string(options.transaction.count());
    const auto silence = std::min(kSilence, options.transaction);  // no more than a step may last
    ClientMaker maker{options, made->session_->trouble};
    maker.set("transactional.id", transactional_id)
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("linger.ms", "5")
        .set("transaction.timeout.ms", timeout)
        .set("socket.timeout.ms", fmt::to_string(silence.count()))
        .set("message.timeout.ms", timeout);
    rd_kafka_conf_set_dr_msg_cb(maker.conf(), Deliveries::on_report);
    auto client = maker.make(RD_KAFKA_PRODUCER);
    if (!client) return client.error();
    made->session_->client = std::move(client.value());
    made->session_->targets =
        std::make_unique<Targets>(made->session_->client.get(), options, topics);
    const Status begun = repeat("begin to write steps", options.answer, [&](int timeout_ms) {
        return rd_kafka_init_transactions(made->session_->client.get(), timeout_ms);
    });
    if (!begun) return begun.error();
    return made;
}

Result<std::vector<Offset>> Transactions::write(
    const std::vector<Append>& appends,
    const std::vector<OffsetCommit>& offsets,
    const rd_kafka_consumer_group_metadata_t* group
) {
    const GroupCommit of_group{offsets, group};
    return write(appends, std::span{&of_group, 1});
}

Result<std::vector<Offset>> Transactions::write(
    const std::vector<Append>& appends, std::span<const GroupCommit> groups
) {
    aborted_ = false;
    std::this_thread::sleep_until(ended_ + kMarkers);  // no broker tells when they are there
    const std::uint64_t trouble = session_->trouble.transport_errors();
    if (const ErrorHandle error{rd_kafka_begin_transaction(session_->client.get())};
        error != nullptr) {
        aborted_ = true;
        return error_from(error.get(), "begin a step");
    }
    auto delivered = deliver(appends);
    if (!delivered) return give_up(delivered.error());
    for (const GroupCommit& one : groups) {
        if (one.offsets.empty()) continue;
        if (const Status sent = send(one.offsets, one.group); !sent) return give_up(sent.error());
    }
    if (const Status committed = commit(); !committed) return committed.error();
    ended_ = SteadyClock::now();
    if (session_->trouble.transport_errors() == trouble) return delivered;
    // A late copy of the request that ends this transaction could end the next one. A producer made
    // anew has another epoch, which refuses it.
    return Error{
        ErrorCode::kUnavailable,
        "the way to the brokers was broken during a step; its homes are taken anew: " +
            session_->trouble.last()};
}

Result<std::vector<Offset>> Transactions::deliver(const std::vector<Append>& appends) {
    std::size_t count = 0;
    for (const Append& append : appends) count += append.records.size();
    Deliveries deliveries{count};
    const Status handed = session_->targets->hand_over(appends, deliveries);
    // All are answered within message.timeout.ms; librdkafka points into `deliveries`.
    while (!deliveries.wait(std::chrono::milliseconds{0}))
        rd_kafka_flush(session_->client.get(), 1'000);
    if (!handed) return handed.error();
    return deliveries.offsets();
}

Status Transactions::send(
    const std::vector<OffsetCommit>& offsets, const rd_kafka_consumer_group_metadata_t* group
) {
    const std::shared_ptr<rd_kafka_topic_partition_list_t> list{
        rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())),
        rd_kafka_topic_partition_list_destroy};
    for (const OffsetCommit& one : offsets) {
        rd_kafka_topic_partition_t* entry = rd_kafka_topic_partition_list_add(
            list.get(),
            topics_.on_broker(one.from.topic).c_str(),
            static_cast<std::int32_t>(one.from.partition.value)
        );
        entry->offset = one.next.value;
        if (one.metadata.empty()) continue;
        entry->metadata = rd_kafka_mem_malloc(session_->client.get(), one.metadata.size());
        std::copy(one.metadata.begin(), one.metadata.end(), static_cast<char*>(entry->metadata));
        entry->metadata_size = one.metadata.size();
    }
    // librdkafka does not keep its timeout, and loses the request when it fails three times to look
    // up the group's coordinator (its issue 5456): both of them stay with the thread, if need be.
    const std::string doing = "commit a step's offsets";
    const auto limit = options_.transaction;
    const auto sent = call_within<Status>(
        limit + kGrace,
        [session = session_, list, group = copy_of(*group), doing, limit] {
            return repeat(doing, limit, [&](int timeout_ms) {
                return rd_kafka_send_offsets_to_transaction(
                    session->client.get(), list.get(), group.get(), timeout_ms
                );
            });
        }
    );
    if (sent) return *sent;
    lost_ = true;
    return error_of(
        RD_KAFKA_RESP_ERR__TIMED_OUT,
        doing,
        "the group's coordinator was not found; the step is aborted"
    );
}

Status Transactions::commit() {
    const auto deadline = SteadyClock::now() + options_.answer;
    while (true) {
        const ErrorHandle error{rd_kafka_commit_transaction(session_->client.get(), 1'000)};
        if (error == nullptr) return ok();
        if (rd_kafka_error_txn_requires_abort(error.get()) != 0) {
            return give_up(error_from(error.get(), "commit a step"));
        }
        const bool again = rd_kafka_error_is_retriable(error.get()) != 0;
        if (!again || SteadyClock::now() >= deadline) {
            const Error unsure = error_from(error.get(), "commit a step");
            aborted_ = unsure.code == ErrorCode::kFenced;
            return unsure;
        }
    }
}

/// Nothing was committed yet, and nothing will be.
Error Transactions::give_up(Error error) {
    aborted_ = true;
    if (lost_ || error.code == ErrorCode::kFenced) return error;
    // If this fails as well, the next owner's init, or the timeout, ends it. A record's error tells
    // only that the transaction has failed; this one tells whether its producer was fenced.
    const ErrorHandle refused{rd_kafka_abort_transaction(session_->client.get(), 2'000)};
    if (refused != nullptr && code_of(rd_kafka_error_code(refused.get())) == ErrorCode::kFenced) {
        return error_from(refused.get(), "write a step");
    }
    return error;
}

}  // namespace sluice::log::kafka
