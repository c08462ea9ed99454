#include "log/kafka/producer.hpp"

#include "log/kafka/errors.hpp"
#include "log/kafka/message.hpp"

#include <fmt/format.h>

#include <algorithm>

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
    for (const Slot& slot : all_) {
        const Delivery& one = slot.delivery;
        if (one.error != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(one.error, "write");
        offsets.push_back(one.offset);
    }
    return offsets;
}

void Deliveries::on_report(
    rd_kafka_t* /*client*/, const rd_kafka_message_t* message, void* /*opaque*/
) {
    auto* slot = static_cast<Slot*>(message->_private);
    if (slot == nullptr) return;
    Deliveries& owner = *slot->owner;
    const std::lock_guard lock{owner.mutex_};  // notified under it: `wait` may end the owner's life
    slot->delivery = {Offset{message->offset}, message->err};
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
    const auto patience = static_cast<int>(options_.answer.count());
    const auto error = ask_again(options_.answer, [&] {
        const rd_kafka_metadata_t* told = nullptr;
        const auto whole = rd_kafka_metadata(producer_, 0, found.get(), &told, patience);
        if (whole != RD_KAFKA_RESP_ERR_NO_ERROR) return whole;
        const auto one = told->topic_cnt == 1 ? told->topics[0].err : whole;
        rd_kafka_metadata_destroy(told);
        return one;
    });
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

Result<std::unique_ptr<Producer>> Producer::open(
    const KafkaLogOptions& options, Trouble& trouble, const Topics& topics
) {
    ClientMaker maker{options, trouble};
    maker.set("enable.idempotence", "true")
        .set("acks", "all")
        .set("linger.ms", "1")
        .set("message.timeout.ms", fmt::to_string(options.answer.count()));
    rd_kafka_conf_set_dr_msg_cb(maker.conf(), Deliveries::on_report);
    auto client = maker.make(RD_KAFKA_PRODUCER);
    if (!client) return client.error();
    return std::unique_ptr<Producer>{new Producer{std::move(client.value()), options, topics}};
}

Producer::Producer(ClientHandle client, const KafkaLogOptions& options, const Topics& topics)
    : options_{options},
      client_{std::move(client)},
      targets_{client_.get(), options, topics},
      poller_{[this](const std::stop_token& stop) {
          while (!stop.stop_requested()) rd_kafka_poll(client_.get(), kPollMs);
      }} {}

Result<std::vector<Offset>> Producer::publish(const std::vector<Append>& appends) {
    std::size_t count = 0;
    for (const Append& append : appends) count += append.records.size();
    Deliveries deliveries{count};
    const Status handed = targets_.hand_over(appends, deliveries);
    // Every record is answered within message.timeout.ms; librdkafka points into `deliveries`.
    while (!deliveries.wait(options_.answer)) {
    }
    if (!handed) return handed.error();
    return deliveries.offsets();
}

}  // namespace sluice::log::kafka
