#include "log/kafka/member.hpp"

#include "log/kafka/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::log::kafka {

namespace {

/// The member holds no partition of its own: its homes are read by others.
void hold_none(rd_kafka_t* client) {
    const PartitionsHandle none{rd_kafka_topic_partition_list_new(0)};
    rd_kafka_assign(client, none.get());
}

}  // namespace

Result<std::unique_ptr<Member>> Member::open(
    const KafkaLogOptions& options,
    const Topics& topics,
    const GroupSpec& group,
    ChangeSignal& changed,
    GiveBack give_back
) {
    std::unique_ptr<Member> member{new Member{options, group, changed, std::move(give_back)}};
    const auto patience = options.handover + options.session + options.answer;
    ClientMaker maker{options, member->opaque_};
    maker.set("group.id", options.prefix + group.name)
        .set("partition.assignment.strategy", "range")
        .set("session.timeout.ms", fmt::to_string(options.session.count()))
        .set("heartbeat.interval.ms", fmt::to_string(options.session.count() / 4))
        .set("max.poll.interval.ms", fmt::to_string(patience.count()))
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("auto.offset.reset", "error");
    if (options.static_member) maker.set("group.instance.id", options.instance);
    rd_kafka_conf_set_rebalance_cb(maker.conf(), on_rebalance);
    auto client = maker.make(RD_KAFKA_CONSUMER);
    if (!client) return client.error();
    member->client_ = std::move(client.value());
    rd_kafka_poll_set_consumer(member->client_.get());
    const PartitionsHandle home{rd_kafka_topic_partition_list_new(1)};
    rd_kafka_topic_partition_list_add(
        home.get(), topics.on_broker(group.home_topic).c_str(), RD_KAFKA_PARTITION_UA
    );
    const auto error = rd_kafka_subscribe(member->client_.get(), home.get());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return error_of(error, fmt::format("join group {}", group.name));
    }
    Member* self = member.get();
    member->poller_ = std::jthread{[self](const std::stop_token& stop) { self->poll(stop); }};
    return member;
}

Member::Member(
    const KafkaLogOptions& options,
    const GroupSpec& group,
    ChangeSignal& changed,
    GiveBack give_back
)
    : options_{options},
      group_{group.name},
      changed_{changed},
      give_back_{std::move(give_back)} {
    opaque_.member = this;
}

Member::~Member() {
    if (!poller_.joinable()) return;
    poller_.request_stop();
    poller_.join();
    rd_kafka_consumer_close(client_.get());  // revokes, and leaves
}

void Member::poll(const std::stop_token& stop) {
    constexpr int kPollMs = 100;
    while (!stop.stop_requested()) {
        const MessageHandle message{rd_kafka_consumer_poll(client_.get(), kPollMs)};
        if (message == nullptr || message->err == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        if (!options_.notice) continue;
        options_.notice(fmt::format("group {}: {}", group_, rd_kafka_message_errstr(message.get()))
        );
    }
}

Share Member::share() const {
    const std::lock_guard lock{mutex_};
    return share_;
}

std::uint64_t Member::round() const {
    const std::lock_guard lock{mutex_};
    return share_.round;
}

GroupMetadataHandle Member::metadata() const {
    return GroupMetadataHandle{rd_kafka_consumer_group_metadata(client_.get())};
}

void Member::on_rebalance(
    rd_kafka_t* client,
    rd_kafka_resp_err_t what,
    rd_kafka_topic_partition_list_t* partitions,
    void* opaque
) {
    Member& member = *static_cast<Opaque*>(static_cast<Trouble*>(opaque))->member;
    if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        hold_none(client);
        member.assigned(*partitions);
        return;
    }
    member.revoked(rd_kafka_assignment_lost(client) != 0);
    rd_kafka_assign(client, nullptr);
}

void Member::assigned(const rd_kafka_topic_partition_list_t& partitions) {
    std::vector<HomeId> homes;
    for (int i = 0; i < partitions.cnt; ++i) {
        homes.push_back(HomeId{static_cast<std::uint32_t>(partitions.elems[i].partition)});
    }
    std::sort(homes.begin(), homes.end());
    set_share(std::move(homes));
}

void Member::revoked(bool lost) {
    set_share({});
    give_back_(lost);
}

void Member::set_share(std::vector<HomeId> homes) {
    std::size_t count = homes.size();
    {
        const std::lock_guard lock{mutex_};
        share_.homes = std::move(homes);
        ++share_.round;
    }
    changed_.bump();
    if (options_.notice) options_.notice(fmt::format("group {}: {} homes", group_, count));
}

}  // namespace sluice::log::kafka
