#include "log/kafka/survey/parts.hpp"

#include <algorithm>
#include <utility>

namespace sluice::log::kafka {

namespace {

using survey::DestroyedBy;
using survey::refusal;
using GroupList =
    std::unique_ptr<const rd_kafka_group_list, DestroyedBy<rd_kafka_group_list_destroy>>;
using Asked = std::unique_ptr<
    rd_kafka_ListConsumerGroupOffsets_t,
    DestroyedBy<rd_kafka_ListConsumerGroupOffsets_destroy>>;

GroupFact group_of(const rd_kafka_group_info& info) {
    GroupFact group;
    group.name = info.group;
    group.state = info.state != nullptr ? info.state : "";
    if (info.err != RD_KAFKA_RESP_ERR_NO_ERROR) group.refusal = rd_kafka_err2str(info.err);
    for (const auto& member : survey::span_of(info.members, info.member_cnt)) {
        group.members.push_back({member.client_id, member.client_host});
    }
    return group;
}

/// The answer about one group.
rd_kafka_resp_err_t committed_in(
    rd_kafka_event_t& event, std::map<PartitionRef, Offset>& committed
) {
    const auto code = rd_kafka_event_error(&event);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
    std::size_t count = 0;
    const auto* result = rd_kafka_event_ListConsumerGroupOffsets_result(&event);
    const auto* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count);
    for (const rd_kafka_group_result_t* one : std::span{groups, count}) {
        if (const rd_kafka_error_t* error = rd_kafka_group_result_error(one); error != nullptr) {
            return rd_kafka_error_code(error);
        }
        const auto* partitions = rd_kafka_group_result_partitions(one);
        for (const auto& at : survey::span_of(partitions->elems, partitions->cnt)) {
            if (at.err != RD_KAFKA_RESP_ERR_NO_ERROR) return at.err;
            if (at.offset < 0) continue;
            committed[{at.topic, PartitionId{static_cast<std::uint32_t>(at.partition)}}] =
                Offset{at.offset};
        }
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

}  // namespace

Result<std::vector<GroupFact>> Surveyor::groups() const {
    const survey::Client& client = *parts_->client;
    const rd_kafka_group_list* answer = nullptr;
    const auto code = rd_kafka_list_groups(client.handle(), nullptr, &answer, client.patience_ms());
    const GroupList list{answer};
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return refusal(code, "groups");
    std::vector<GroupFact> groups;
    for (const auto& info : survey::span_of(list->groups, list->group_cnt))
        groups.push_back(group_of(info));
    std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
        return a.name < b.name;
    });
    return groups;
}

Result<const survey::Client*> Surveyor::Parts::asker_for(const std::string& group) {
    if (!group_client) {
        KafkaOptions named = options;
        named.properties["group.id"] = group;
        auto opened =
            survey::Client::open(named, RD_KAFKA_CONSUMER, Milliseconds{client->patience_ms()});
        if (!opened) return opened.error();
        group_client = std::move(opened).value();
    }
    return group_client.get();
}

Result<std::map<PartitionRef, Offset>> Surveyor::committed(const std::string& group) const {
    const Asked asked{rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr)};
    rd_kafka_ListConsumerGroupOffsets_t* all = asked.get();
    for (const survey::Again again{*parts_->client};;) {
        const auto asker = parts_->asker_for(group);
        if (!asker) return asker.error();
        const auto answer = asker.value()->answer_to(
            RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS,
            [&](const auto* options, auto* queue) {
                rd_kafka_ListConsumerGroupOffsets(asker.value()->handle(), &all, 1, options, queue);
            }
        );
        if (!answer) return answer.error();
        std::map<PartitionRef, Offset> committed;
        const auto code = committed_in(*answer.value(), committed);
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return committed;
        if (!again.try_after(code)) return refusal(code, group);
        parts_->group_client.reset();
    }
}

}  // namespace sluice::log::kafka
