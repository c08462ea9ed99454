#include "log/kafka/producer.hpp"

#include "log/kafka/errors.hpp"
#include "log/kafka/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace sluice::log::kafka {

namespace {

constexpr int kPollMs = 100;

}  // namespace

bool Deliveries::wait(std::chrono::milliseconds timeout) const {
    std::unique_lock lock{mutex_};
    return answered_cv_.wait_for(lock, timeout, [this] { return answered_ == sent_; });
}

Result<std::vector<Offset>> Deliveries::offsets() const {
    const std::lock_guard lock{mutex_};
    std::vector<Offset> offsets;
    offsets.reserve(all_.size());
    std::optional<rd_kafka_resp_err_t> failed;
    bool some_there = false;
    for (const Slot& slot : all_) {
        const Delivery& one = slot.delivery;
        const bool done = one.error == RD_KAFKA_RESP_ERR_NO_ERROR;
        if (!done && !failed) failed = one.error;
        some_there = some_there || done || one.may_be_there;
        offsets.push_back(one.offset);
    }
    if (!failed) return offsets;
    const Error error = error_of(*failed, "write");
    return Error{
        error.code,
        error.message + (some_there ? "; some of it may have been written: write it again"
                                    : "; nothing of it was written")};
}

void Deliveries::on_report(
    rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* /*opaque*/
) {
    const bool failed = message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
    const bool may_be_there =
        failed && rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
    answer(message->_private, {Offset{message->offset}, message->err, may_be_there});
}

void Deliveries::answer(void* token, const Delivery& delivery) {
    auto* slot = static_cast<Slot*>(token);
    if (slot == nullptr) return;
    Deliveries& owner = *slot->owner;
    const std::lock_guard lock{owner.mutex_};  // notified under it: `wait` may end the owner's life
    slot->delivery = delivery;
    ++owner.answered_;
    owner.answered_cv_.notify_all();
}

Result<rd_kafka_topic_t*> Targets::at(const std::string& topic) {
    const std::lock_guard lock{mutex_};
    TopicHandle& found = handles_[topic];
    if (found) return found.get();
    found.reset(rd_kafka_topic_new(producer_, topics_.on_broker(topic).c_str(), nullptr));
    const std::string doing = "write to " + topic;
    if (!found) return error_of(rd_kafka_last_error(), doing);
    const auto error = look_up(producer_, found.get(), options_.answer);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return found.get();
    found.reset();
    return error_of(error, doing);
}

Status Targets::hand_over(const std::vector<Append>& appends, Deliveries& deliveries) {
    for (const Append& append : appends) {
        const auto topic = at(append.to.topic);
        if (!topic) return topic.error();
        const auto partition = static_cast<std::int32_t>(append.to.partition.value);
        for (const Record& record : append.records) {
            const auto hand = [&] {
                return produce(producer_, *topic, partition, record, deliveries.token());
            };
            auto error = hand();
            if (error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {  // the topic has grown
                static_cast<void>(look_up(producer_, *topic, options_.answer));
                error = hand();
            }
            while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
                rd_kafka_poll(producer_, kPollMs);
                error = hand();
            }
            if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(error, "write");
            deliveries.sent();
        }
    }
    return ok();
}

Producer::Client::Client(ClientHandle made, const KafkaLogOptions& options, const Topics& topics)
    : handle{std::move(made)},
      targets{handle.get(), options, topics},
      poller{[this](const std::stop_token& stop) {
          while (!stop.stop_requested()) rd_kafka_poll(handle.get(), kPollMs);
      }} {}

Result<std::unique_ptr<Producer>> Producer::open(
    const KafkaLogOptions& options, Trouble& trouble, const Topics& topics
) {
    std::unique_ptr<Producer> producer{new Producer{options, trouble, topics}};
    const auto first = producer->client();
    if (!first) return first.error();
    return producer;
}

Result<std::shared_ptr<Producer::Client>> Producer::client() {
    const std::lock_guard lock{mutex_};
    std::array<char, 256> why{};
    const bool usable =
        client_ && rd_kafka_fatal_error(client_->handle.get(), why.data(), why.size()) ==
                       RD_KAFKA_RESP_ERR_NO_ERROR;
    if (usable) return client_;
    ClientMaker maker{options_, trouble_};
    maker.set("enable.idempotence", "true")
        .set("enable.gapless.guarantee", "true")
        .set("acks", "all")
        .set("linger.ms", "1")
        .set("message.timeout.ms", fmt::to_string(options_.answer.count()));
    rd_kafka_conf_set_dr_msg_cb(maker.conf(), Deliveries::on_report);
    auto made = maker.make(RD_KAFKA_PRODUCER);
    if (!made) return made.error();
    client_ = std::make_shared<Client>(std::move(made.value()), options_, topics_);
    return client_;
}

Result<std::vector<Offset>> Producer::publish(const std::vector<Append>& appends) {
    std::size_t count = 0;
    for (const Append& append : appends) count += append.records.size();
    const auto by = client();
    if (!by) return by.error();
    Deliveries deliveries{count};
    const Status handed = by.value()->targets.hand_over(appends, deliveries);
    // Every record is answered within message.timeout.ms; librdkafka points into `deliveries`.
    while (!deliveries.wait(options_.answer)) {
    }
    if (!handed) return handed.error();
    return deliveries.offsets();
}

}  // namespace sluice::log::kafka
