#include "log/embedded/store.hpp"

#include "log/embedded/keys.hpp"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/sst_file_manager.h>
#include <rocksdb/table.h>

#include <utility>

namespace sluice::log {

namespace {

constexpr std::size_t kKiB = std::size_t{1} << 10;
constexpr std::size_t kMiB = std::size_t{1} << 20;

/// RocksDB's own threads (flush, compaction) report here.
class BackgroundErrors final : public rocksdb::EventListener {
public:
    explicit BackgroundErrors(Health& health) : health_{health} {}

    void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
        if (status->IsNoSpace()) {
            health_.set_full(true);
        } else {
            const bool damage = status->IsCorruption();
            health_.poison(
                damage ? ErrorCode::kCorrupt : ErrorCode::kIo,
                "in the background: " + status->ToString()
            );
        }
    }

    /// The writer resumes, before its next group; RocksDB would every five seconds, beside it.
    void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* auto_recovery)
        override {
        *auto_recovery = false;
    }

private:
    Health& health_;
};

std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(const EmbeddedOptions& options) {
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;

    rocksdb::ColumnFamilyOptions small;  // meta
    small.write_buffer_size = 16 * kMiB;
    small.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));

    rocksdb::ColumnFamilyOptions state = small;
    state.write_buffer_size = 32 * kMiB;
    state.compression = rocksdb::kLZ4Compression;
    state.level_compaction_dynamic_level_bytes = true;
    state.memtable_whole_key_filtering = true;  // most subjects are new, or long not asked for
    state.memtable_prefix_bloom_size_ratio = 0.1;
    rocksdb::BlockBasedTableOptions filtered = table;
    filtered.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    // In parts of 4 KiB. Whole, the filter of a table of some million subjects is larger than what
    // a shard of the cache holds: each read of a subject read megabytes of it anew.
    filtered.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    filtered.partition_filters = true;
    state.table_factory.reset(rocksdb::NewBlockBasedTableFactory(filtered));

    rocksdb::ColumnFamilyOptions records = small;
    records.write_buffer_size = 16 * kMiB;  // a flush is short, and most of it is the blobs'
    records.compression = rocksdb::kLZ4Compression;
    records.level_compaction_dynamic_level_bytes = true;
    rocksdb::BlockBasedTableOptions wide = table;
    wide.block_size = std::size_t{32} << 10;  // records are read in runs
    records.table_factory.reset(rocksdb::NewBlockBasedTableFactory(wide));
    // A batch is compressed and written once, beside the tables, and not again by each compaction:
    // docs/decisions/2026-11-29-records-in-blob-files.md.
    records.enable_blob_files = true;
    records.min_blob_size = 1'024;
    records.blob_compression_type = rocksdb::kLZ4Compression;
    // Of what is old only the oldest is moved when a compaction meets it, and that is what
    // retention trims next; a quarter, RocksDB's default, was a tenth of all the processor's
    // work.
    records.enable_blob_garbage_collection = true;
    records.blob_garbage_collection_age_cutoff = 0.05;
    records.blob_garbage_collection_force_threshold = 0.5;

    return {{rocksdb::kDefaultColumnFamilyName, small}, {"records", records}, {"state", state}};
}

/// The file system gives a file's blocks back in one transaction, and what is synced meanwhile
/// waits for it: 13 ms for a write-ahead log of 30 MB. So files go piece by piece, and yet faster
/// than they are written. docs/decisions/2026-11-23-where-the-time-goes.md.
std::shared_ptr<rocksdb::SstFileManager> goes_in_pieces(rocksdb::Env* env) {
    constexpr std::int64_t kBytesPerSecond = 512 * kMiB;
    constexpr double kMostOfTheStore = 10;  // above it at once; a small store has large logs
    constexpr bool kTakeWhatIsLeft = true;  // of an earlier process
    return std::shared_ptr<rocksdb::SstFileManager>{rocksdb::NewSstFileManager(
        env,
        nullptr,
        "",
        kBytesPerSecond,
        kTakeWhatIsLeft,
        nullptr,
        kMostOfTheStore,
        kRemovedAtOnceBytes
    )};
}

}  // namespace

rocksdb::Options store_options(rocksdb::Env* env) {
    rocksdb::Options db;
    db.env = env;
    db.paranoid_checks = true;
    db.manual_wal_flush = false;
    db.track_and_verify_wals_in_manifest = true;  // a closed WAL cut short or gone is refused
    db.max_bgerror_resume_count = 0;              // no going on after an I/O error
    // What it would cut silently has been judged before (recovery.hpp).
    db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
    db.atomic_flush = true;  // so that the flushed 'G' says what the tables hold, whole
    db.recycle_log_file_num = 0;
    db.max_total_wal_size = 256 * kMiB;
    db.max_open_files = 1'024;
    db.max_background_jobs = 2;
    // A flush must not hold up the group that somebody waits for, neither with its writes, which
    // go to the disk as they are made, nor with its processor (`open` lowers its threads):
    // docs/decisions/2026-11-23-where-the-time-goes.md.
    db.bytes_per_sync = 512 * kKiB;
    db.strict_bytes_per_sync = true;
    db.keep_log_file_num = 4;
    db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
    db.allow_concurrent_memtable_write = false;  // one thread writes
    return db;
}

Error store_error(const rocksdb::Status& status, std::string_view doing, Health& health) {
    if (status.IsNoSpace()) {
        return Error{
            ErrorCode::kFull,
            fmt::format("{}: no space left on the log's disk; free some and try again", doing)};
    }
    if (status.IsCorruption() && health.check()) {
        return Error{
            ErrorCode::kCorrupt,
            fmt::format(
                "{}: {}; stop the process, copy the directory away and restore it from a backup",
                doing,
                status.ToString()
            )};
    }
    health.poison(ErrorCode::kIo, fmt::format("{}: {}", doing, status.ToString()));
    return health.check().error();
}

Error open_error(const rocksdb::Status& status, const std::filesystem::path& path) {
    if (status.IsNoSpace()) {
        return Error{
            ErrorCode::kFull,
            fmt::format("{}: no space to open the log; free some and start again", path.string())};
    }
    const bool damaged = status.IsCorruption() || status.IsInvalidArgument() ||
                         status.IsNotFound() || status.IsPathNotFound();
    return Error{
        damaged ? ErrorCode::kCorrupt : ErrorCode::kIo,
        fmt::format(
            "{}: {}; nothing was changed: copy the directory away before anything else, then "
            "restore "
            "it from a backup",
            path.string(),
            status.ToString()
        )};
}

Store::Store(std::filesystem::path path, Health& health)
    : path_{std::move(path)},
      health_{health} {}

Result<std::unique_ptr<Store>> Store::open(
    const std::filesystem::path& path,
    const EmbeddedOptions& options,
    OpenFor purpose,
    rocksdb::Env* env,
    Health& health
) {
    rocksdb::Options db_options = store_options(env);
    db_options.create_if_missing = purpose == OpenFor::kMaking;
    db_options.create_missing_column_families = purpose == OpenFor::kMaking;
    db_options.track_and_verify_wals_in_manifest = purpose != OpenFor::kSalvage;
    db_options.listeners.push_back(std::make_shared<BackgroundErrors>(health));
    db_options.sst_file_manager = goes_in_pieces(env);

    for (const auto pool : {rocksdb::Env::HIGH, rocksdb::Env::LOW}) {  // flushes, compactions
        db_options.env->LowerThreadPoolCPUPriority(pool, rocksdb::CpuPriority::kLow)
            .PermitUncheckedError();  // a system without priorities
    }
    std::unique_ptr<Store> store{new Store{path, health}};
    rocksdb::DB* raw = nullptr;
    const rocksdb::Status opened = rocksdb::DB::Open(
        rocksdb::DBOptions{db_options}, path.string(), descriptors(options), &store->families_, &raw
    );
    store->db_.reset(raw);
    if (!opened.ok()) return open_error(opened, path);
    return store;
}

Store::~Store() {
    for (rocksdb::ColumnFamilyHandle* family : families_) {
        db_->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
    if (db_) db_->Close().PermitUncheckedError();  // everything acknowledged is on disk already
}

Result<std::optional<std::string>> Store::get(
    rocksdb::ColumnFamilyHandle* family,
    std::string_view key,
    std::string_view doing,
    const rocksdb::Snapshot* as_of
) const {
    std::string value;
    rocksdb::ReadOptions options;
    options.snapshot = as_of;
    const rocksdb::Status status =
        db_->Get(options, family, rocksdb::Slice{key.data(), key.size()}, &value);
    if (status.IsNotFound()) return std::optional<std::string>{};
    if (!status.ok()) return store_error(status, doing, health_);
    return std::optional<std::string>{std::move(value)};
}

Result<std::uint64_t> Store::last_group() const {
    const auto value = get(meta(), kLastGroupKey, "reading the last group's number");
    if (!value) return value.error();
    if (!value.value()) return std::uint64_t{0};
    const auto number = parse_number(**value);
    if (!number) return Error{ErrorCode::kCorrupt, "the last group's number cannot be read"};
    return *number;
}

Result<std::uint64_t> Store::free_bytes() const {
    std::uint64_t bytes = 0;
    const rocksdb::Status status = db_->GetEnv()->GetFreeSpace(path_.string(), &bytes);
    if (!status.ok()) return store_error(status, "asking for the free disk space", health_);
    return bytes;
}

}  // namespace sluice::log
