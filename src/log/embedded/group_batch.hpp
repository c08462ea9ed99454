#pragma once

#include "log/embedded/catalog.hpp"
#include "log/embedded/record_batch.hpp"
#include "log/embedded/store.hpp"

#include <rocksdb/write_batch.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::log {

/// One group: one WriteBatch, one fsync, all or nothing. Its first entry is its number, one above
/// that of the group before; so a reader of the write-ahead log sees whether one is missing.
/// Threads: the writer's only.
class GroupBatch {
public:
    GroupBatch(const Store& store, std::uint64_t number);

    /// Assigns the offsets and answers the first.
    Offset append(const Located& to, const RecordBatches& records);

    void put_meta(std::string_view key, std::string_view value);
    void put_state(std::string_view key, std::string_view value);
    void delete_state(std::string_view key);

    void delete_meta(std::string_view key);

    /// All records of the topic, all state of the group.
    void delete_records(TopicId topic);
    void delete_state(GroupId group);

    /// The partition's first offset has moved; the batches that begin from `from` to before `below`
    /// go.
    void trim(const Located& of, Offset from, Offset below);

    [[nodiscard]] bool empty() const { return entries_ == 0; }

    [[nodiscard]] std::uint64_t records() const { return records_; }

    /// Adds the ends of what was appended to; the batch is complete.
    [[nodiscard]] rocksdb::WriteBatch& seal();

    void committed();  ///< on disk: readers may see the appended records
    void abandoned();  ///< not written: the offsets are free again

private:
    void touch(const Located& partition);

    const Store& store_;
    rocksdb::WriteBatch batch_;
    std::vector<Located> touched_;
    std::uint64_t entries_{0};
    std::uint64_t records_{0};
};

}  // namespace sluice::log
