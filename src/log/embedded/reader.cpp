#include "log/embedded/reader.hpp"

#include "log/embedded/record_batch.hpp"

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

Result<Records> Reader::read(const Located& of, Offset from, const ReadLimits& limits) const {
    const Ends ends = of.ends().load();
    if (from < ends.first || from > ends.high_watermark) return outside(of, from, ends);
    std::vector<StoredRecord> records;
    const std::int64_t there = std::max(ends.committed.value - from.value, std::int64_t{0});
    const std::size_t wanted =
        std::min(static_cast<std::size_t>(there), std::max(limits.records_max, std::size_t{1}));
    if (wanted == 0) return Records{{}, from};

    records.reserve(wanted);
    const Offset end{from.value + static_cast<std::int64_t>(wanted)};
    const auto hole = read_batches(of, {from, end, limits.bytes_max}, records);
    if (!hole) return hole.error();
    if (!hole.value()) {
        const Offset next = records.empty() ? from : records.back().offset.next();
        return Records{std::move(records), next};
    }
    const Ends now = of.ends().load();
    if (from < now.first) return outside(of, from, now);  // a trim came between
    return damaged(of, *hole.value(), "is missing");
}

Result<std::optional<Offset>> Reader::read_batches(
    const Located& of, const Portion& portion, std::vector<StoredRecord>& records
) const {
    const std::string begin_key = record_key(of.place(), Offset{0});
    const std::string end_key = record_key(of.place(), portion.end);
    const rocksdb::Slice lower{begin_key};
    const rocksdb::Slice upper{end_key};
    rocksdb::ReadOptions options;
    options.iterate_lower_bound = &lower;
    options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> at{store_.db().NewIterator(options, store_.records())};
    std::size_t bytes = 0;
    Offset offset = portion.from;
    for (at->SeekForPrev(record_key(of.place(), offset)); at->Valid() && offset < portion.end;
         at->Next()) {
        const std::string_view key = at->key().ToStringView();
        const Offset base = offset_of(key);
        auto batch = RecordBatchReader::open(key, at->value().ToStringView());
        if (!batch) return damaged(of, std::max(base, offset), "is damaged (its check fails)");
        if (base > offset || offset.value - base.value >= batch->left()) break;
        for (Offset skipped = base; skipped < offset; skipped = skipped.next()) {
            if (!batch->skip()) return damaged(of, skipped, "cannot be read");
        }
        for (; batch->left() > 0 && offset < portion.end; offset = offset.next()) {
            std::optional<Record> record = batch->next();
            if (!record) return damaged(of, offset, "cannot be read");
            bytes += record->size_bytes();
            if (bytes > portion.bytes_max && !records.empty()) return std::optional<Offset>{};
            records.push_back(StoredRecord{offset, *std::move(record)});
        }
    }
    if (at->status().ok()) return offset < portion.end ? std::optional{offset} : std::nullopt;
    const auto doing = fmt::format(
        "reading {}/{} at offset {}", of.topic->spec.name, of.partition.value, offset.value
    );
    return store_error(at->status(), doing, health_);
}

Result<Offset> Reader::batch_of(const Located& of, Offset offset) const {
    const std::string begin_key = record_key(of.place(), Offset{0});
    const rocksdb::Slice lower{begin_key};
    rocksdb::ReadOptions options;
    options.iterate_lower_bound = &lower;
    const std::unique_ptr<rocksdb::Iterator> at{store_.db().NewIterator(options, store_.records())};
    at->SeekForPrev(record_key(of.place(), offset));
    if (!at->status().ok()) return store_error(at->status(), "looking for a batch", health_);
    if (!at->Valid()) return offset;
    const Offset base = offset_of(at->key().ToStringView());
    const auto count = batch_count(at->value().ToStringView());
    if (!count) return damaged(of, base, "is damaged (it is too short)");
    return offset.value - base.value < *count ? base : offset;
}

Result<std::optional<Offset>> Reader::consumed(
    GroupId group, Place place, const rocksdb::Snapshot* as_of
) const {
    const auto value =
        store_.get(store_.meta(), consumed_key(group, place), "reading a consumed offset", as_of);
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
    GroupId group,
    HomeId home,
    Table table,
    std::string_view from,
    std::size_t limit,
    const rocksdb::Snapshot* as_of
) const {
    Entries entries;
    const std::string end = state_end(group, home, table);
    const rocksdb::Slice bound{end};
    rocksdb::ReadOptions options;
    options.snapshot = as_of;
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
