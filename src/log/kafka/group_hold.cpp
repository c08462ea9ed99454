#include "log/kafka/group_hold.hpp"

#include "log/kafka/admin.hpp"
#include "log/kafka/errors.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <thread>
#include <utility>

namespace sluice::log::kafka {

namespace {

/// Who has gone may have waited for another who had, and each is missed for a session.
constexpr int kSessions = 3;
constexpr std::chrono::milliseconds kBeyondSessions{10'000};
constexpr std::chrono::milliseconds kLookAgainForMembers{500};

/// Once. A client that knows an old coordinator may go on asking that one, so each has its own.
Result<std::string> ask_for_members(
    const KafkaLogOptions& options, Trouble& trouble, const std::string& on_broker
) {
    ClientMaker maker{options, trouble};
    maker.set("group.id", on_broker).set("enable.auto.commit", "false");  // as in Retention::asker
    const auto client = maker.make(RD_KAFKA_CONSUMER);
    if (!client) return client.error();
    const std::string doing = "ask who is in group " + on_broker;
    const auto answered = administer(
        client.value().get(),
        RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS,
        options.answer,
        doing,
        [&](rd_kafka_AdminOptions_t* asked, rd_kafka_queue_t* answers) {
            const char* names[] = {on_broker.c_str()};
            rd_kafka_DescribeConsumerGroups(
                client.value().get(), std::data(names), 1, asked, answers
            );
        }
    );
    if (!answered) return answered.error();
    std::size_t count = 0;
    const auto* result = rd_kafka_event_DescribeConsumerGroups_result(answered.value().get());
    const auto** groups = rd_kafka_DescribeConsumerGroups_result_groups(result, &count);
    if (count != 1) return error_of(RD_KAFKA_RESP_ERR__BAD_MSG, doing);
    if (const auto* error = rd_kafka_ConsumerGroupDescription_error(groups[0])) {
        if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
            return std::string{};
        return error_of(rd_kafka_error_code(error), doing, rd_kafka_error_string(error));
    }
    std::string members;
    const std::size_t all = rd_kafka_ConsumerGroupDescription_member_count(groups[0]);
    for (std::size_t i = 0; i < all; ++i) {
        const auto* member = rd_kafka_ConsumerGroupDescription_member(groups[0], i);
        const char* instance = rd_kafka_MemberDescription_group_instance_id(member);
        members += fmt::format(
            "{}{} at {}",
            members.empty() ? "" : ", ",
            instance != nullptr ? instance : rd_kafka_MemberDescription_client_id(member),
            rd_kafka_MemberDescription_host(member)
        );
    }
    return members;
}

}  // namespace

Result<std::string> members_of(
    const KafkaLogOptions& options, Trouble& trouble, const std::string& group
) {
    Result<std::string> members{std::string{}};
    static_cast<void>(wait_until(options.answer, [&] {
        members = ask_for_members(options, trouble, options.prefix + group);
        return members || members.error().code != ErrorCode::kUnavailable;
    }));
    return members;
}

Result<std::unique_ptr<GroupHold>> GroupHold::open(
    const KafkaLogOptions& options,
    Trouble& trouble,
    const Topics& topics,
    const Watermarks& watermarks,
    Group& group,
    const GroupSpec& spec
) {
    const auto topic = topics.find(spec.home_topic);
    if (!topic) return topic.error();
    if (!topic.value()) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format("group {}: there is no topic {}", spec.name, spec.home_topic)};
    }
    Result<std::string> members{std::string{}};
    const bool free = wait_until(kSessions * options.session + kBeyondSessions, [&] {
        members = members_of(options, trouble, spec.name);
        if (!members || members.value().empty()) return true;
        std::this_thread::sleep_for(kLookAgainForMembers);  // NOLINT(*): no broker tells it
        return false;
    });
    if (!members) return members.error();
    if (!free) {
        return Error{
            ErrorCode::kUnavailable,
            fmt::format(
                "group {} is in use, by {}: stop all daemons of the domain, grow, start them",
                spec.name,
                members.value()
            )};
    }
    if (const Status joined = group.join(spec); !joined) return joined.error();
    std::unique_ptr<GroupHold> hold{new GroupHold{watermarks, group, spec}};
    if (const Status all = hold->wait_for_all(options, topic.value()->partitions); !all) {
        return all.error();
    }
    return hold;
}

GroupHold::~GroupHold() {
    group_.leave();
}

/// All homes are here under one generation.
Status GroupHold::wait_for_all(const KafkaLogOptions& options, std::uint32_t homes) {
    const bool alone = wait_until(options.session + options.answer, [&] {
        const Share before = group_.share();
        if (before.homes.size() != homes) return false;
        generation_ = group_.generation();
        round_ = before.round;
        return generation_ != nullptr && check().has_value();
    });
    if (alone) return ok();
    return Error{
        ErrorCode::kUnavailable,
        fmt::format(
            "group {}: somebody else has joined it: stop all daemons of the domain, grow, start "
            "them",
            spec_.name
        )};
}

Status GroupHold::check() const {
    if (group_.round() == round_) return ok();
    return Error{
        ErrorCode::kFenced,
        fmt::format(
            "group {}: somebody else has joined it meanwhile: stop all daemons of the domain, and "
            "begin again",
            spec_.name
        )};
}

Result<GroupCommit> GroupHold::fence() const {
    const PartitionRef first{spec_.home_topic, PartitionId{0}};
    const auto left = group_.offsets().ask(std::array{first});
    if (!left) return left.error();
    OffsetCommit same{first, Offset{0}, ""};
    if (const std::optional<Committed>& committed = left.value().front()) {
        same.next = committed->next;
        if (committed->mark) same.metadata = encode_mark(*committed->mark);
    } else {
        const auto ends = watermarks_.ends(first);
        if (!ends) return ends.error();
        same.next = ends.value().first;
        same.metadata = encode_mark({0, "-", /*fence_only=*/true});
    }
    return GroupCommit{{std::move(same)}, generation_.get()};
}

}  // namespace sluice::log::kafka
