#include "log/embedded/group_batch.hpp"

#include "base/assert.hpp"
#include "log/embedded/keys.hpp"

#include <algorithm>
#include <array>

namespace sluice::log {

namespace {

rocksdb::Slice slice(std::string_view bytes) {
    return {bytes.data(), bytes.size()};
}

void must(const rocksdb::Status& status) {
    SLUICE_ASSERT(status.ok());
}  // in memory: cannot fail

}  // namespace

GroupBatch::GroupBatch(const Store& store, std::uint64_t number) : store_{store} {
    must(batch_.Put(store_.meta(), slice(kLastGroupKey), number_value(number)));
}

void GroupBatch::touch(const Located& partition) {
    const bool known = std::any_of(touched_.begin(), touched_.end(), [&](const Located& other) {
        return other.topic == partition.topic && other.partition == partition.partition;
    });
    if (!known) touched_.push_back(partition);
}

Offset GroupBatch::append(const Located& to, const RecordBatches& records) {
    touch(to);
    PartitionEnds& ends = to.ends();
    const Offset first{ends.high.load()};
    Offset offset = first;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const RecordBatches::Batch one = records.at(i);
        const std::string key = record_key(to.place(), offset);
        const std::string head = batch_head(key, one);
        const rocksdb::Slice key_slice{key};
        const std::array<rocksdb::Slice, 2> value{slice(head), slice(one.bytes)};
        must(batch_.Put(
            store_.records(),
            rocksdb::SliceParts{&key_slice, 1},
            rocksdb::SliceParts{value.data(), static_cast<int>(value.size())}
        ));
        offset = Offset{offset.value + one.records};
    }
    ends.high.store(offset.value);
    ++entries_;
    records_ += records.records();
    return first;
}

void GroupBatch::put_meta(std::string_view key, std::string_view value) {
    must(batch_.Put(store_.meta(), slice(key), slice(value)));
    ++entries_;
}

void GroupBatch::put_state(std::string_view key, std::string_view value) {
    must(batch_.Put(store_.state(), slice(key), slice(value)));
    ++entries_;
}

void GroupBatch::delete_state(std::string_view key) {
    must(batch_.Delete(store_.state(), slice(key)));
    ++entries_;
}

void GroupBatch::delete_meta(std::string_view key) {
    must(batch_.Delete(store_.meta(), slice(key)));
    ++entries_;
}

void GroupBatch::delete_records(TopicId topic) {
    must(batch_.DeleteRange(
        store_.records(),
        record_key({topic, PartitionId{0}}, Offset{0}),
        record_key({topic.next(), PartitionId{0}}, Offset{0})
    ));
    ++entries_;
}

void GroupBatch::delete_state(GroupId group) {
    must(batch_.DeleteRange(
        store_.state(),
        state_key(group, HomeId{0}, Table{}, {}),
        state_key(group.next(), HomeId{0}, Table{}, {})
    ));
    ++entries_;
}

void GroupBatch::trim(const Located& of, Offset from, Offset below) {
    touch(of);
    ++entries_;
    if (from >= below) return;
    must(batch_.DeleteRange(
        store_.records(), record_key(of.place(), from), record_key(of.place(), below)
    ));
}

rocksdb::WriteBatch& GroupBatch::seal() {
    for (const Located& partition : touched_) {
        const Ends ends = partition.ends().load();
        must(batch_.Put(
            store_.meta(),
            ends_key(partition.place()),
            pair_value(
                static_cast<std::uint64_t>(ends.first.value),
                static_cast<std::uint64_t>(ends.high_watermark.value)
            )
        ));
    }
    return batch_;
}

void GroupBatch::committed() {
    for (const Located& partition : touched_) {
        partition.ends().committed.store(partition.ends().high.load());
    }
}

void GroupBatch::abandoned() {
    for (const Located& partition : touched_) {
        partition.ends().high.store(partition.ends().committed.load());
    }
}

}  // namespace sluice::log
