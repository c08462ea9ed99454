#include "log/embedded/replace_job.hpp"

#include "log/embedded/keys.hpp"

#include <fmt/format.h>

#include <set>

namespace sluice::log {

namespace {

Error nothing_there(std::string_view what, std::string_view now, std::string_view then) {
    return Error{
        ErrorCode::kNotFound, fmt::format("no {} \"{}\" to take the place of {}", what, now, then)};
}

/// No name is to move twice, nor to move and to go.
Status check_apart(const Replacement::Names& names, const std::vector<std::string>& gone) {
    std::set<std::string> known{gone.begin(), gone.end()};
    for (const auto& [now, then] : names) {
        if (known.insert(now).second && known.insert(then).second) continue;
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "{} is to take the place of {}, and one of them is named twice", now, then
            )};
    }
    return ok();
}

}  // namespace

Status ReplaceJob::add_to(GroupBatch& batch) {
    if (Status there = check(); !there) return there;
    collect_gone();
    for (const std::string& name : topics_gone_) {
        drop_topic(batch, *catalog_.find(name));
        batch.delete_meta(topic_key(name));
    }
    for (const std::string& name : groups_gone_) {
        drop_group(batch, *catalog_.find_group(name));
        batch.delete_meta(group_key(name));
    }
    // Behind the deletions: of two entries under one key the later one holds.
    for (const auto& [now, then] : what_.topics) {
        const Topic& topic = *catalog_.find(now);
        batch.delete_meta(topic_key(now));
        batch.put_meta(topic_key(then), pair_value(topic.id.value, topic.spec.partitions));
    }
    for (const auto& [now, then] : what_.groups) {
        batch.delete_meta(group_key(now));
        batch.put_meta(group_key(then), number_value(catalog_.find_group(now)->value));
    }
    return ok();
}

void ReplaceJob::committed() {
    for (const std::string& name : topics_gone_) catalog_.drop_topic(name);
    for (const std::string& name : groups_gone_) catalog_.drop_group(name);
    for (const auto& [now, then] : what_.topics) catalog_.rename_topic(now, then);
    for (const auto& [now, then] : what_.groups) catalog_.rename_group(now, then);
}

Status ReplaceJob::check() const {
    for (const auto& [now, then] : what_.topics) {
        if (catalog_.find(now) == nullptr) return nothing_there("topic", now, then);
    }
    for (const auto& [now, then] : what_.groups) {
        if (!catalog_.find_group(now)) return nothing_there("group", now, then);
    }
    if (Status apart = check_apart(what_.topics, what_.topics_gone); !apart) return apart;
    return check_apart(what_.groups, what_.groups_gone);
}

void ReplaceJob::collect_gone() {
    std::set<std::string> topics{what_.topics_gone.begin(), what_.topics_gone.end()};
    std::set<std::string> groups{what_.groups_gone.begin(), what_.groups_gone.end()};
    for (const auto& [now, then] : what_.topics) topics.insert(then);
    for (const auto& [now, then] : what_.groups) groups.insert(then);
    for (const std::string& name : topics) {
        if (catalog_.find(name) != nullptr) topics_gone_.push_back(name);
    }
    for (const std::string& name : groups) {
        if (catalog_.find_group(name)) groups_gone_.push_back(name);
    }
}

/// And what any group has consumed of it.
void ReplaceJob::drop_topic(GroupBatch& batch, const Topic& topic) const {
    batch.delete_records(topic.id);
    for (PartitionId p{0}; p.value < topic.spec.partitions; p = p.next()) {
        const Place place{topic.id, p};
        batch.delete_meta(ends_key(place));
        for (const auto& [name, group] : catalog_.groups()) {
            batch.delete_meta(consumed_key(group, place));
        }
    }
}

/// And what it has consumed of any topic.
void ReplaceJob::drop_group(GroupBatch& batch, GroupId id) const {
    batch.delete_state(id);
    for (const TopicSpec& topic : catalog_.topics()) {
        for (PartitionId p{0}; p.value < topic.partitions; p = p.next()) {
            batch.delete_meta(consumed_key(id, {catalog_.find(topic.name)->id, p}));
        }
    }
}

}  // namespace sluice::log
