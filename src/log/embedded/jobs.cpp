#include "log/embedded/jobs.hpp"

#include "log/embedded/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice::log {

namespace {

constexpr std::size_t kEntryBytes = 40;  // key, check and lengths of an entry in a batch, about

}  // namespace

Status WriteJob::encode_appends(const Catalog& catalog, const std::vector<Append>& appends) {
    appends_.reserve(appends.size());
    for (const Append& append : appends) {
        Result<Located> to = catalog.locate(append.to);
        if (!to) return to.error();
        AppendPart& part = appends_.emplace_back(AppendPart{*to, {}});
        part.records.reserve(append.records);
        for (const Record& record : append.records) part.records.add(record);
        bytes_ += part.records.bytes() + part.records.size() * kEntryBytes;
    }
    return ok();
}

Status WriteJob::encode_step(const Catalog& catalog, GroupId group, Step step) {
    if (Status encoded = encode_appends(catalog, step.appends); !encoded) return encoded;
    for (const Consumed& consumed : step.consumed) {
        const Result<Located> from = catalog.locate(consumed.from);
        if (!from) return from.error();
        consumed_.emplace_back(
            consumed_key(group, from.value().place()),
            number_value(static_cast<std::uint64_t>(consumed.next.value))
        );
        bytes_ += kEntryBytes;
    }
    changes_.reserve(step.changes.size());
    for (StateChange& change : step.changes) {
        bytes_ += kEntryBytes + change.key.size() + (change.value ? change.value->size() : 0);
        changes_.emplace_back(
            state_key(group, change.home, change.table, change.key), std::move(change.value)
        );
    }
    // RocksDB finds the place of a key from that of the one before. Equal keys keep their order.
    const auto by_key = [](const auto& a, const auto& b) { return a.first < b.first; };
    std::stable_sort(changes_.begin(), changes_.end(), by_key);
    return ok();
}

Status WriteJob::add_to(GroupBatch& batch) {
    if (tenure_ != nullptr) {
        if (Status held = tenure_->check(); !held) return held;
    }
    for (const AppendPart& part : appends_) {
        Offset at = batch.append(part.to, part.records);
        for (std::size_t i = 0; i < part.records.records(); ++i, at = at.next()) {
            offsets_.push_back(at);
        }
    }
    for (const auto& [key, value] : consumed_) batch.put_meta(key, value);
    for (const auto& [key, value] : changes_) {
        if (value) {
            batch.put_state(key, *value);
        } else {
            batch.delete_state(key);
        }
    }
    return ok();
}

Status CreateTopicJob::add_to(GroupBatch& batch) {
    if (const Topic* there = catalog_.find(spec_.name); there != nullptr) {
        if (there->spec.partitions == spec_.partitions) return ok();
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "topic {} has {} partitions, not {}; the count of a topic never changes",
                spec_.name,
                there->spec.partitions,
                spec_.partitions
            )};
    }
    made_ = catalog_.next_topic();
    batch.put_meta(topic_key(spec_.name), pair_value(made_->value, spec_.partitions));
    return ok();
}

void CreateTopicJob::committed() {
    if (made_) catalog_.add_topic(*made_, spec_);
}

Status TakeJob::add_to(GroupBatch& batch) {
    id_ = catalog_.find_group(group_);
    if (!id_) {
        made_ = true;
        id_ = catalog_.next_group();
        batch.put_meta(group_key(group_), number_value(id_->value));
    }
    return ok();
}

void TakeJob::committed() {
    if (made_) catalog_.add_group(*id_, group_);
    tenures_.take(*id_, homes_, tenure_);
}

Status TrimJob::add_to(GroupBatch& batch) {
    PartitionEnds& ends = of_.ends();
    before_ = Offset{ends.first.load()};
    if (below_ <= before_) return ok();
    if (below_.value > ends.committed.load()) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "cannot trim {}/{} below {}: its end is {}",
                of_.topic->spec.name,
                of_.partition.value,
                below_.value,
                ends.committed.load()
            )};
    }
    if (Status consumed = check_consumed(); !consumed) return consumed;
    // A batch that reaches over `below` stays, whole; one that reaches over the old first is there.
    const Result<Offset> oldest = reader_.batch_of(of_, before_);
    if (!oldest) return oldest.error();
    const Result<Offset> kept = reader_.batch_of(of_, below_);
    if (!kept) return kept.error();
    ends.first.store(below_.value);  // before the records go: a reader that finds a hole looks here
    batch.trim(of_, oldest.value(), kept.value());
    return ok();
}

Status TrimJob::check_consumed() const {
    for (const auto& [name, group] : catalog_.groups()) {
        const Result<std::optional<Offset>> consumed = reader_.consumed(group, of_.place());
        if (!consumed) return consumed.error();
        if (!consumed.value() || *consumed.value() >= below_) continue;
        return Error{
            ErrorCode::kConflict,
            fmt::format(
                "cannot trim {}/{} below {}: group \"{}\" has consumed it only up to {}",
                of_.topic->spec.name,
                of_.partition.value,
                below_.value,
                name,
                consumed.value()->value
            )};
    }
    return ok();
}

void TrimJob::abandoned() {
    if (below_ > before_) of_.ends().first.store(before_.value);
}

}  // namespace sluice::log
