#include "log/embedded/catalog.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

namespace sluice::log {

Status Catalog::load(const Store& store, Health& health) {
    // Topics before their ends: 'E' sorts before 'T', so two passes.
    for (const std::string_view tags : {std::string_view{"TN"}, std::string_view{"E"}}) {
        const std::unique_ptr<rocksdb::Iterator> at{
            store.db().NewIterator(rocksdb::ReadOptions{}, store.meta())};
        for (at->SeekToFirst(); at->Valid(); at->Next()) {
            const std::string_view key = at->key().ToStringView();
            if (tags.find(key.front()) == std::string_view::npos) continue;
            if (Status taken = take_entry(key, at->value().ToStringView()); !taken) return taken;
        }
        if (!at->status().ok()) return store_error(at->status(), "reading the catalog", health);
    }
    return ok();
}

Status Catalog::take_entry(std::string_view key, std::string_view value) {
    const std::string_view name = key.substr(1);
    if (key.front() == kEndsTag) {
        if (take_ends(key, value)) return ok();
    } else if (key.front() == kTopicTag) {
        if (const auto pair = parse_pair(value)) {
            const auto id = static_cast<std::uint32_t>(pair->first);
            const auto partitions = static_cast<std::uint32_t>(pair->second);
            add_topic(TopicId{id}, TopicSpec{std::string{name}, partitions});
            return ok();
        }
    } else if (const auto id = parse_number(value)) {
        add_group(GroupId{static_cast<std::uint32_t>(*id)}, name);
        return ok();
    }
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "the catalog's entry {}:{} cannot be read; restore the directory from a backup",
            key.front(),
            name
        )};
}

bool Catalog::take_ends(std::string_view key, std::string_view value) {
    const auto place = parse_ends_key(key);
    const auto pair = parse_pair(value);
    if (!place || !pair) return false;
    const auto found = by_id_.find(place->topic);
    if (found == by_id_.end() || place->partition.value >= found->second->spec.partitions)
        return false;
    PartitionEnds& ends = found->second->partitions[place->partition.value];
    ends.first = static_cast<std::int64_t>(pair->first);
    ends.committed = static_cast<std::int64_t>(pair->second);
    ends.high = static_cast<std::int64_t>(pair->second);
    return true;
}

Topic* Catalog::find(std::string_view name) const {
    const std::shared_lock lock{mutex_};
    const auto found = topics_.find(name);
    return found == topics_.end() ? nullptr : found->second.get();
}

Result<Located> Catalog::locate(const PartitionRef& ref) const {
    Topic* topic = find(ref.topic);
    if (topic == nullptr) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format(
                "no topic \"{}\"; there are {} topics, `create_topic` makes one",
                ref.topic,
                topics().size()
            )};
    }
    if (ref.partition.value >= topic->spec.partitions) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format(
                "topic {} has partitions 0 to {}, not {}",
                ref.topic,
                topic->spec.partitions - 1,
                ref.partition.value
            )};
    }
    return Located{topic, ref.partition};
}

std::vector<TopicSpec> Catalog::topics() const {
    const std::shared_lock lock{mutex_};
    std::vector<TopicSpec> specs;
    specs.reserve(topics_.size());
    for (const auto& [name, topic] : topics_) specs.push_back(topic->spec);
    return specs;
}

std::optional<GroupId> Catalog::find_group(std::string_view name) const {
    const std::shared_lock lock{mutex_};
    const auto found = groups_.find(name);
    if (found == groups_.end()) return std::nullopt;
    return found->second;
}

std::map<std::string, GroupId, std::less<>> Catalog::groups() const {
    const std::shared_lock lock{mutex_};
    return groups_;
}

TopicId Catalog::next_topic() const {
    const std::shared_lock lock{mutex_};
    return last_topic_.next();
}

GroupId Catalog::next_group() const {
    const std::shared_lock lock{mutex_};
    return last_group_.next();
}

void Catalog::add_topic(TopicId id, const TopicSpec& spec) {
    const std::unique_lock lock{mutex_};
    auto topic = std::make_unique<Topic>(id, spec);
    by_id_[id] = topic.get();
    last_topic_ = std::max(last_topic_, id);
    topics_[spec.name] = std::move(topic);
}

void Catalog::add_group(GroupId id, std::string_view name) {
    const std::unique_lock lock{mutex_};
    groups_.emplace(std::string{name}, id);
    last_group_ = std::max(last_group_, id);
}

void Catalog::drop_topic(const std::string& name) {
    const std::unique_lock lock{mutex_};
    const auto found = topics_.find(name);
    SLUICE_ASSERT(found != topics_.end());
    by_id_.erase(found->second->id);
    dropped_.push_back(std::move(found->second));
    topics_.erase(found);
}

void Catalog::drop_group(const std::string& name) {
    const std::unique_lock lock{mutex_};
    const std::size_t erased = groups_.erase(name);
    SLUICE_ASSERT(erased == 1);
}

void Catalog::rename_topic(const std::string& now, const std::string& then) {
    const std::unique_lock lock{mutex_};
    auto moved = topics_.extract(now);
    SLUICE_ASSERT(!moved.empty() && !topics_.contains(then));
    moved.key() = then;
    moved.mapped()->spec.name = then;
    topics_.insert(std::move(moved));
}

void Catalog::rename_group(const std::string& now, const std::string& then) {
    const std::unique_lock lock{mutex_};
    auto moved = groups_.extract(now);
    SLUICE_ASSERT(!moved.empty() && !groups_.contains(then));
    moved.key() = then;
    groups_.insert(std::move(moved));
}

}  // namespace sluice::log
