#include "log/kafka/cache.hpp"

#include "base/bytes.hpp"
#include "log/kafka/state_record.hpp"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/iterator.h>
#include <rocksdb/slice.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

namespace sluice::log::kafka {

namespace {

constexpr std::string_view kMarkKey = "mark";
constexpr Table kOwn{kOwnTable};

/// Behind the home in a key: tables that are a fold lie side by side.
constexpr char kKept = 0;
constexpr char kFolded = 1;

char part_of(Table table) {
    return table.restore == Restore::kFold ? kFolded : kKept;
}

Error failed(const rocksdb::Status& status, std::string_view doing) {
    return Error{
        ErrorCode::kIo,
        fmt::format("the local copy of the state: {}: {}", doing, status.ToString())};
}

std::string encode(const CacheMark& mark) {
    std::string bytes;
    ByteWriter writer{bytes};
    writer.u64(static_cast<std::uint64_t>(mark.state.value));
    writer.u64(mark.step);
    writer.u64(mark.folds);
    writer.u64(static_cast<std::uint64_t>(mark.written.ms));
    return bytes;
}

std::optional<CacheMark> decode(std::string_view bytes) {
    ByteReader reader{bytes};
    CacheMark mark;
    mark.state = Offset{static_cast<std::int64_t>(reader.u64())};
    mark.step = reader.u64();
    mark.folds = reader.u64();
    mark.written = Instant{static_cast<std::int64_t>(reader.u64())};
    return reader.at_end() ? std::optional{mark} : std::nullopt;
}

/// The first key behind all that begin with it.
std::string behind(std::string prefix) {
    while (!prefix.empty() && prefix.back() == '\xFF') prefix.pop_back();
    if (!prefix.empty()) prefix.back() = static_cast<char>(prefix.back() + 1);
    return prefix;
}

}  // namespace

Cache::Cache(std::unique_ptr<rocksdb::DB> db) : db_{std::move(db)} {}

Cache::~Cache() {
    if (db_) db_->Flush(rocksdb::FlushOptions{}).PermitUncheckedError();  // a copy: may be lost
}

Result<std::unique_ptr<Cache>> Cache::open(const std::filesystem::path& directory) {
    std::error_code made;
    std::filesystem::create_directories(directory, made);
    rocksdb::Options options;
    options.create_if_missing = true;
    options.write_buffer_size = std::size_t{32} << 20;
    options.max_background_jobs = 2;
    options.keep_log_file_num = 2;
    // Most subjects that are asked for are new, or were not asked for in a long time.
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = 0.1;
    rocksdb::BlockBasedTableOptions table;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    rocksdb::DB* opened = nullptr;
    rocksdb::Status status = rocksdb::DB::Open(options, directory.string(), &opened);
    if (status.IsCorruption()) {
        rocksdb::DestroyDB(directory.string(), options).PermitUncheckedError();
        status = rocksdb::DB::Open(options, directory.string(), &opened);
    }
    if (status.ok()) {
        return std::unique_ptr<Cache>{new Cache{std::unique_ptr<rocksdb::DB>{opened}}};
    }
    const Error error = failed(status, directory.string());
    if (status.ToString().find("lock") == std::string::npos) return error;
    return Error{ErrorCode::kIo, error.message + "; another process has it"};
}

Status Cache::write(rocksdb::WriteBatch& batch, std::string_view doing) {
    rocksdb::WriteOptions options;
    options.disableWAL = true;
    const rocksdb::Status written = db_->Write(options, &batch);
    if (!written.ok()) return failed(written, doing);
    return ok();
}

FoldRows::FoldRows(rocksdb::DB& db, std::string prefix)
    : prefix_{std::move(prefix)},
      end_{behind(prefix_)},
      upper_{std::make_unique<rocksdb::Slice>(end_)} {
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = upper_.get();
    options.fill_cache = false;
    at_.reset(db.NewIterator(options));
}

FoldRows::~FoldRows() = default;

FoldRows::FoldRows(FoldRows&& from) noexcept
    : prefix_{std::move(from.prefix_)},
      end_{std::move(from.end_)},
      upper_{std::move(from.upper_)},
      at_{std::move(from.at_)},
      begun_{from.begun_} {
    if (upper_) *upper_ = end_;  // a short string's bytes have moved with it
}

Result<std::optional<FoldRow>> FoldRows::next() {
    if (begun_) {
        at_->Next();
    } else {
        at_->Seek(prefix_);
        begun_ = true;
    }
    if (!at_->Valid()) {
        if (!at_->status().ok()) return failed(at_->status(), "read the folds");
        return std::optional<FoldRow>{};
    }
    const std::string_view key = at_->key().ToStringView().substr(prefix_.size());
    return std::optional{FoldRow{
        static_cast<std::uint8_t>(key.front()), key.substr(1), at_->value().ToStringView()}};
}

Cache::Home::Home(Cache& cache, std::string_view group, HomeId home) : cache_{cache} {
    ByteWriter{prefix_}.bytes(group);
    prefix_ += encode_state_key({home, 0, ""});
    prefix_.pop_back();  // part and table come with each key
}

std::string Cache::Home::key_of(Table table, std::string_view key) const {
    std::string whole = prefix_;
    whole.push_back(part_of(table));
    whole.push_back(static_cast<char>(table.id));
    return whole.append(key);
}

Result<std::optional<CacheMark>> Cache::Home::mark() const {
    const auto stored = get(kOwn, kMarkKey);
    if (!stored) return stored.error();
    if (!stored.value()) return std::optional<CacheMark>{};
    return decode(*stored.value());
}

Result<std::optional<std::string>> Cache::Home::get(Table table, std::string_view key) const {
    std::string value;
    const rocksdb::Status found =
        cache_.db_->Get(rocksdb::ReadOptions{}, key_of(table, key), &value);
    if (found.IsNotFound()) return std::optional<std::string>{};
    if (!found.ok()) return failed(found, "read");
    return std::optional{std::move(value)};
}

Result<Entries> Cache::Home::scan(Table table, std::string_view from, std::size_t limit) const {
    std::string begin = key_of(table, {});
    const std::size_t prefix_bytes = begin.size();
    const std::string end = behind(begin);
    const rocksdb::Slice upper{end};
    begin.append(from);
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> at{cache_.db_->NewIterator(options)};
    Entries found;
    for (at->Seek(begin); at->Valid() && found.size() < limit; at->Next()) {
        found.emplace_back(
            at->key().ToStringView().substr(prefix_bytes), at->value().ToStringView()
        );
    }
    if (!at->status().ok()) return failed(at->status(), "scan");
    return found;
}

FoldRows Cache::Home::fold_rows() const {
    return FoldRows{*cache_.db_, prefix_ + kFolded};
}

Status Cache::Home::write(std::span<const StateChange> changes, const CacheMark& mark) {
    std::vector<std::pair<std::string, const StateChange*>> by_key;
    by_key.reserve(changes.size());
    for (const StateChange& change : changes) {
        by_key.emplace_back(key_of(change.table, change.key), &change);
    }
    // RocksDB finds the place of a key from that of the one before. Equal keys keep their order.
    std::stable_sort(by_key.begin(), by_key.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    rocksdb::WriteBatch batch;
    rocksdb::Status built;
    for (const auto& [key, change] : by_key) {
        built = change->value ? batch.Put(key, *change->value) : batch.Delete(key);
        if (!built.ok()) return failed(built, "write");
    }
    built = batch.Put(key_of(kOwn, kMarkKey), encode(mark));
    if (!built.ok()) return failed(built, "write");
    return cache_.write(batch, "write");
}

Status Cache::Home::clear() {
    return clear(prefix_);
}

Status Cache::Home::clear_folds() {
    return clear(prefix_ + kFolded);
}

Status Cache::Home::clear(const std::string& prefix) {
    rocksdb::WriteBatch batch;
    const rocksdb::Status built = batch.DeleteRange(prefix, behind(prefix));
    if (!built.ok()) return failed(built, "clear");
    return cache_.write(batch, "clear");
}

}  // namespace sluice::log::kafka
