#pragma once

#include <sluice/result.hpp>

#include "log/embedded/keys.hpp"
#include "log/embedded/store.hpp"
#include "log/log.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::log {

/// The ends of a partition, in memory. They only grow, `high` first and `first` last, except that
/// the writer takes `high` (and a trim's `first`) back when the disk was full.
struct PartitionEnds {
    std::atomic<std::int64_t> first{0};
    std::atomic<std::int64_t> committed{0};
    std::atomic<std::int64_t> high{0};

    [[nodiscard]] Ends load() const noexcept {
        Ends ends{};
        ends.first = Offset{first.load()};  // in this order: first <= committed <= high holds in it
        ends.committed = Offset{committed.load()};
        ends.high_watermark = Offset{high.load()};
        return ends;
    }
};

struct Topic {
    Topic(TopicId topic_id, TopicSpec topic_spec)
        : id{topic_id},
          spec{std::move(topic_spec)},
          partitions{spec.partitions} {}

    const TopicId id;
    TopicSpec spec;  ///< its name changes only while nobody looks (Catalog::rename_topic)
    std::vector<PartitionEnds> partitions;
};

/// A partition that is there.
struct Located {
    Topic* topic;
    PartitionId partition;

    [[nodiscard]] Place place() const { return Place{topic->id, partition}; }

    [[nodiscard]] PartitionEnds& ends() const { return topic->partitions[partition.value]; }
};

/// The topics and groups that the store holds.
/// Threads:  any may look; only the writer's thread adds.
/// Lifetime: a Topic lives as long as the catalog.
class Catalog {
public:
    /// Reads the store's meta column family. kCorrupt names the entry that cannot be read.
    [[nodiscard]] Status load(const Store& store, Health& health);

    [[nodiscard]] Topic* find(std::string_view name) const;

    /// kNotFound names the topic or the partition and what there is.
    [[nodiscard]] Result<Located> locate(const PartitionRef& ref) const;

    [[nodiscard]] std::vector<TopicSpec> topics() const;
    [[nodiscard]] std::optional<GroupId> find_group(std::string_view name) const;
    [[nodiscard]] std::map<std::string, GroupId, std::less<>> groups() const;

    [[nodiscard]] TopicId next_topic() const;
    [[nodiscard]] GroupId next_group() const;
    void add_topic(TopicId id, const TopicSpec& spec);
    void add_group(GroupId id, std::string_view name);

    // While nothing else uses the log; they are there.
    void drop_topic(const std::string& name);
    void drop_group(const std::string& name);
    void rename_topic(const std::string& now, const std::string& then);
    void rename_group(const std::string& now, const std::string& then);

private:
    [[nodiscard]] Status take_entry(std::string_view key, std::string_view value);
    [[nodiscard]] bool take_ends(std::string_view key, std::string_view value);

    mutable std::shared_mutex mutex_;
    std::map<std::string, std::unique_ptr<Topic>, std::less<>> topics_;
    std::map<TopicId, Topic*> by_id_;
    std::map<std::string, GroupId, std::less<>> groups_;
    std::vector<std::unique_ptr<Topic>> dropped_;  ///< they live on: pointers to them are about
    TopicId last_topic_;
    GroupId last_group_;
};

}  // namespace sluice::log
