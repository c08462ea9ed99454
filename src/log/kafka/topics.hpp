#pragma once

#include <sluice/result.hpp>

#include "log/kafka/handles.hpp"
#include "log/kafka/kafka.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::log::kafka {

using TopicConfig = std::vector<std::pair<std::string, std::string>>;

/// What every topic that is made here gets: it keeps all until told otherwise, and takes any time.
[[nodiscard]] TopicConfig kept_topic(const KafkaLogOptions& options);

/// That of a group's state: the newest record of each key.
[[nodiscard]] TopicConfig compacted_topic(const KafkaLogOptions& options);

/// The cluster's topics, under the prefix that only the brokers see.
/// Threads:  any.
/// Lifetime: the client outlives it.
/// Failure:  kUnavailable: no broker answers. A count of partitions, once seen, is remembered until
///           somebody looks again: it only ever grows.
class Topics {
public:
    Topics(rd_kafka_t* client, const KafkaLogOptions& options)
        : client_{client},
          options_{options} {}

    /// As Log::create_topic.
    Status create(const TopicSpec& spec, const TopicConfig& config);

    /// As it was when it was seen last.
    [[nodiscard]] Result<std::optional<TopicSpec>> find(std::string_view name) const;

    /// As it is now: asks. One that was seen is gone only when brokers say so for a while: one that
    /// has just been made is not known to all of them.
    [[nodiscard]] Result<std::optional<TopicSpec>> look(std::string_view name) const;

    [[nodiscard]] Result<std::vector<TopicSpec>> all() const;

    /// kNotFound names the topic or the partition and what there is.
    [[nodiscard]] Status locate(const PartitionRef& of) const;

    /// DeleteRecords: `below` becomes the first offset.
    Status delete_below(const PartitionRef& of, Offset below);

    [[nodiscard]] std::string on_broker(std::string_view name) const {
        return options_.prefix + std::string{name};
    }

private:
    [[nodiscard]] bool is_known(std::string_view name) const;
    [[nodiscard]] Result<std::optional<TopicSpec>> ask(std::string_view name, bool there_already)
        const;
    Status wait_until_there(const TopicSpec& spec) const;
    Status create_now(const TopicSpec& spec, const TopicConfig& config);

    rd_kafka_t* client_;
    const KafkaLogOptions& options_;
    mutable std::mutex mutex_;
    mutable std::map<std::string, std::uint32_t, std::less<>> partitions_;
};

}  // namespace sluice::log::kafka
