#include "log/embedded/reader.hpp"

#include "log/embedded/record_codec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace sluice::log {

namespace {

Error outside(const Located& of, Offset from, const Ends& ends) {
    return Error{
        ErrorCode::kNotFound,
        fmt::format(
            "{}/{} holds offsets {} to {}, not {}: {}",
            of.topic->spec.name,
            of.partition.value,
            ends.first.value,
            ends.committed.value,
            from.value,
            from < ends.first ? "retention took it" : "it was never written"
        )};
}

Error damaged(const Located& of, Offset offset, std::string_view how) {
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "{}/{} offset {}: the record {}; stop the process, copy the directory away and restore "
            "it "
            "from a backup",
            of.topic->spec.name,
            of.partition.value,
            offset.value,
            how
        )};
}

}  // namespace

Result<std::vector<StoredRecord>> Reader::read(
    const Located& of, Offset from, const ReadLimits& limits
) const {
    const Ends ends = of.ends().load();
    if (from < ends.first || from > ends.high_watermark) return outside(of, from, ends);
    std::vector<StoredRecord> records;
    const std::int64_t there = std::max(ends.committed.value - from.value, std::int64_t{0});
    const std::size_t wanted =
        std::min(static_cast<std::size_t>(there), std::max(limits.records_max, std::size_t{1}));
    if (wanted == 0) return records;

    const Offset end{from.value + static_cast<std::int64_t>(wanted)};
    const std::string begin_key = record_key(of.place(), from);
    const std::string end_key = record_key(of.place(), end);
    const rocksdb::Slice bound{end_key};
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> at{store_.db().NewIterator(options, store_.records())};
    std::size_t bytes = 0;
    Offset offset = from;
    for (at->Seek(begin_key); offset < end; at->Next(), offset = offset.next()) {
        if (!at->Valid()) break;
        const std::string_view key = at->key().ToStringView();
        if (key != record_key(of.place(), offset)) break;
        std::optional<Record> record = decode_record(key, at->value().ToStringView());
        if (!record) return damaged(of, offset, "is damaged (its check fails)");
        bytes += record->size_bytes();
        if (bytes > limits.bytes_max && !records.empty()) return records;
        records.push_back(StoredRecord{offset, *std::move(record)});
    }
    if (!at->status().ok()) {
        const auto doing = fmt::format(
            "reading {}/{} at offset {}", of.topic->spec.name, of.partition.value, offset.value
        );
        return store_error(at->status(), doing, health_);
    }
    if (offset == end) return records;
    const Ends now = of.ends().load();  // a hole; unless a trim came between
    if (from < now.first) return outside(of, from, now);
    return damaged(of, offset, "is missing");
}

Result<std::optional<Offset>> Reader::consumed(GroupId group, Place place) const {
    const auto value =
        store_.get(store_.meta(), consumed_key(group, place), "reading a consumed offset");
    if (!value) return value.error();
    if (!value.value()) return std::optional<Offset>{};
    const auto number = parse_number(**value);
    if (!number) {
        return Error{
            ErrorCode::kCorrupt, "a consumed offset cannot be read; restore from a backup"};
    }
    return std::optional{Offset{static_cast<std::int64_t>(*number)}};
}

Result<std::optional<std::string>> Reader::get(
    GroupId group, HomeId home, Table table, std::string_view key
) const {
    return store_.get(store_.state(), state_key(group, home, table, key), "reading state");
}

Result<Entries> Reader::scan(
    GroupId group, HomeId home, Table table, std::string_view from, std::size_t limit
) const {
    Entries entries;
    const std::string end = state_end(group, home, table);
    const rocksdb::Slice bound{end};
    rocksdb::ReadOptions options;
    if (!end.empty()) options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> at{store_.db().NewIterator(options, store_.state())};
    for (at->Seek(state_key(group, home, table, from)); at->Valid(); at->Next()) {
        if (entries.size() == limit) break;
        const std::string_view key = at->key().ToStringView().substr(kStatePrefixBytes);
        entries.emplace_back(std::string{key}, at->value().ToString());
    }
    if (!at->status().ok()) return store_error(at->status(), "scanning state", health_);
    return entries;
}

}  // namespace sluice::log
