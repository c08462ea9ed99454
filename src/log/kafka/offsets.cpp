#include "log/kafka/offsets.hpp"

#include "log/kafka/errors.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::log::kafka {

GroupOffsets::GroupOffsets(
    const KafkaLogOptions& options, Trouble& trouble, const Topics& topics, std::string group
)
    : options_{options},
      trouble_{trouble},
      topics_{topics},
      group_{std::move(group)} {}

Result<rd_kafka_t*> GroupOffsets::client() {
    const std::lock_guard lock{client_mutex_};
    if (!client_) {
        ClientMaker maker{options_, trouble_};
        maker.set("group.id", options_.prefix + group_)
            .set("enable.auto.commit", "false")
            .set("isolation.level", "read_committed");  // waits for pending offsets
        auto made = maker.make(RD_KAFKA_CONSUMER);
        if (!made) return made.error();
        client_ = std::move(made.value());
    }
    return client_.get();
}

Result<std::vector<std::optional<Committed>>> GroupOffsets::ask(std::span<const PartitionRef> of) {
    std::vector<std::optional<Committed>> all;
    if (of.empty()) return all;
    const auto asker = client();
    if (!asker) return asker.error();
    const PartitionsHandle list{rd_kafka_topic_partition_list_new(static_cast<int>(of.size()))};
    for (const PartitionRef& one : of) {
        const auto partition = static_cast<std::int32_t>(one.partition.value);
        rd_kafka_topic_partition_list_add(
            list.get(), topics_.on_broker(one.topic).c_str(), partition
        );
    }
    const std::string doing = fmt::format("ask for the offsets of group {}", group_);
    const auto error = ask_again(options_.answer, [&](int timeout_ms) {
        const auto whole = rd_kafka_committed(asker.value(), list.get(), timeout_ms);
        if (whole != RD_KAFKA_RESP_ERR_NO_ERROR) return whole;
        for (int i = 0; i < list->cnt; ++i) {
            if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) return list->elems[i].err;
        }
        return whole;
    });
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(error, doing);
    for (std::size_t i = 0; i < of.size(); ++i) {
        const rd_kafka_topic_partition_t& entry = list->elems[i];
        if (entry.offset < 0) {
            all.emplace_back();
            continue;
        }
        std::optional<CommitMark> mark;
        if (entry.metadata != nullptr) {
            mark = decode_mark({static_cast<const char*>(entry.metadata), entry.metadata_size});
        }
        all.emplace_back(Committed{Offset{entry.offset}, std::move(mark)});
    }
    return all;
}

Result<std::optional<Offset>> GroupOffsets::recent(const PartitionRef& of) {
    const std::lock_guard lock{mutex_};
    const bool known = recent_.contains(of);
    if (!known) recent_.emplace(of, std::nullopt);
    if (!known || !asked_at_ || SteadyClock::now() - *asked_at_ > kFresh) {
        if (const Status done = refresh(); !done) {
            if (!known) recent_.erase(of);
            return done.error();
        }
    }
    return recent_.at(of);
}

Status GroupOffsets::refresh() {
    std::vector<PartitionRef> wanted;
    for (const auto& [of, next] : recent_) wanted.push_back(of);
    const auto begun = SteadyClock::now();
    const auto all = ask(wanted);
    if (!all) return all.error();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const std::optional<Committed>& one = all.value()[i];
        recent_[wanted[i]] = one ? one->consumed() : std::nullopt;
    }
    asked_at_ = begun;
    return ok();
}

void GroupOffsets::moved(const PartitionRef& of, Offset next) {
    const std::lock_guard lock{mutex_};
    const auto known = recent_.find(of);
    if (known != recent_.end()) known->second = next;
}

}  // namespace sluice::log::kafka
