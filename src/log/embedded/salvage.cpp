#include "log/embedded/salvage.hpp"

#include "base/point.hpp"
#include "log/embedded/files.hpp"
#include "log/embedded/format_file.hpp"
#include "log/embedded/health.hpp"
#include "log/embedded/keys.hpp"
#include "log/embedded/lock_file.hpp"
#include "log/embedded/mark.hpp"
#include "log/embedded/store.hpp"
#include "log/embedded/wal_files.hpp"
#include "log/embedded/wal_scan.hpp"

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/sst_file_reader.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace sluice::log {

namespace {

/// Cuts a file, or removes it whole.
struct Cut {
    std::filesystem::path file;
    std::optional<std::uint64_t> to;  ///< nothing: the file goes
};

struct Plan {
    Salvage what;
    std::vector<Cut> cuts;  ///< oldest file first
};

std::filesystem::path store_of(const EmbeddedOptions& options) {
    return options.directory / "store";
}

/// Follows the row of groups behind the tables through the files, oldest first.
class Row {
public:
    explicit Row(std::uint64_t flushed) : flushed_{flushed} { plan_.what.kept_group = flushed; }

    void take(const WalFile& file, const WalScan& scan, std::uint64_t size) {
        const bool in_tables = !scan.groups.empty() && scan.groups.front().number <= flushed_;
        if (in_tables) return;  // a flush takes whole files: RocksDB only had not deleted it yet
        std::uint64_t kept = 0;
        for (const WalGroup& group : scan.groups) {
            const bool follows = group.number == plan_.what.kept_group + 1 && !group.after_damage;
            broken_ = broken_ || !follows;
            if (broken_) {
                ++plan_.what.lost_readable;
                plan_.what.last_readable = group.number;
            } else {
                plan_.what.kept_group = group.number;
                kept = group.end;
            }
        }
        broken_ = broken_ || scan.damaged_end;
        if (kept == size) return;
        const std::string name = file.path.filename().string();
        plan_.what.lost_bytes += size - kept;
        if (kept == 0) {
            plan_.cuts.push_back({file.path, std::nullopt});
            plan_.what.changes.push_back(fmt::format("{}: removed ({} bytes)", name, size));
        } else {
            plan_.cuts.push_back({file.path, kept});
            plan_.what.changes.push_back(
                fmt::format("{}: cut from {} to {} bytes", name, size, kept)
            );
        }
    }

    Plan finish() { return std::move(plan_); }

private:
    std::uint64_t flushed_;
    bool broken_{false};
    Plan plan_;
};

Error cannot_salvage(
    std::string_view doing, const std::filesystem::path& path, const std::error_code& error
) {
    return Error{
        ErrorCode::kIo, fmt::format("cannot {} {}: {}", doing, path.string(), error.message())};
}

enum class Wals : std::uint8_t { kLeftOut, kCopied };

/// A copy of the store. Tables never change, so a second name is one.
Status copy_store(const std::filesystem::path& from, const std::filesystem::path& to, Wals wals) {
    if (Status made = make_directory(to); !made) return made;
    std::error_code error;
    const std::filesystem::directory_iterator entries{from, error};
    if (error) return cannot_salvage("list", from, error);
    for (const auto& entry : entries) {
        const std::filesystem::path& path = entry.path();
        const std::filesystem::path target = to / path.filename();
        if (path.extension() == ".log" && wals == Wals::kLeftOut) continue;
        if (is_table(path)) {
            std::filesystem::create_hard_link(path, target, error);
            if (error) return cannot_salvage("keep", path, error);
            continue;
        }
        const Result<std::string> bytes = read_file(path);
        if (!bytes) return bytes.error();
        if (Status put = write_file_durably(target, *bytes); !put) return put;
    }
    return ok();
}

/// A directory that goes with its owner.
class Scratch {
public:
    explicit Scratch(std::filesystem::path path) : path_{std::move(path)} { remove(); }

    ~Scratch() { remove(); }

    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    void remove() const noexcept {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    std::filesystem::path path_;
};

Result<std::unique_ptr<Store>> open_store(
    const std::filesystem::path& path, const EmbeddedOptions& options, Health& health
) {
    return Store::open(path, options, OpenFor::kSalvage, rocksdb::Env::Default(), health);
}

/// A whole table that the list of tables (MANIFEST) does not know: the list has lost its end, and
/// what it still says may be older for one kind of data than for another. (A table that a crash
/// cut short has no end, and is none.)
std::optional<std::string> unlisted_table(const std::filesystem::path& store, rocksdb::DB& listed) {
    std::vector<rocksdb::LiveFileMetaData> live;
    listed.GetLiveFilesMetaData(&live);
    std::set<std::string> known;
    for (const auto& table : live) known.insert(std::filesystem::path{table.name}.filename());
    for (const auto& entry : std::filesystem::directory_iterator{store}) {
        const std::filesystem::path& path = entry.path();
        if (path.extension() != ".sst" || known.contains(path.filename())) continue;
        rocksdb::SstFileReader reader{rocksdb::Options{}};
        if (reader.Open(path.string()).ok()) return path.filename().string();
    }
    return std::nullopt;
}

/// Reads every block of the tables, and every blob beside them, which RocksDB's own check leaves
/// out.
rocksdb::Status read_all(Store& store) {
    rocksdb::Status whole = store.db().VerifyChecksum();
    if (!whole.ok()) return whole;
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    const std::unique_ptr<rocksdb::Iterator> at{store.db().NewIterator(options, store.records())};
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
    }
    return at->status();
}

/// Up to which group the tables hold everything. All of them is read: they are whole, or nothing
/// is. RocksDB opens a copy for that, without the write-ahead logs that it may miss.
Result<std::uint64_t> check_tables(const EmbeddedOptions& options) {
    const Scratch scratch{options.directory / "salvage.scratch"};
    const Status copied = copy_store(store_of(options), scratch.path(), Wals::kLeftOut);
    if (!copied) return copied.error();
    Health health;
    const auto store = open_store(scratch.path(), options, health);
    if (!store) return store.error();
    const rocksdb::Status whole = read_all(*store.value());
    if (!whole.ok()) return open_error(whole, store_of(options));
    if (const auto unlisted = unlisted_table(store_of(options), store.value()->db())) {
        return Error{
            ErrorCode::kCorrupt,
            fmt::format(
                "{}: the list of tables (MANIFEST) is older than {}; nothing was changed; restore "
                "the directory from a backup",
                store_of(options).string(),
                *unlisted
            )};
    }
    return store.value()->last_group();
}

Result<Plan> plan_of(const EmbeddedOptions& options) {
    const std::filesystem::path store = store_of(options);
    const Result<std::uint64_t> flushed = check_tables(options);
    if (!flushed) return flushed.error();
    Row row{*flushed};
    for (const WalFile& file : wal_files(store)) {
        const Result<std::string> bytes = read_file(file.path);
        if (!bytes) return bytes.error();
        row.take(file, scan_wal(*bytes), bytes.value().size());
    }
    Plan plan = row.finish();
    const auto mark = read_mark(store);  // damaged itself, it promises nothing
    if (mark.has_value() && mark.value()) plan.what.promised_group = mark.value()->group;
    return plan;
}

/// A copy of everything that may be changed, in a place of its own.
Result<std::filesystem::path> keep_refused(const EmbeddedOptions& options) {
    std::filesystem::path kept;
    for (int number = 1; kept.empty() || std::filesystem::exists(kept); ++number) {
        kept = options.directory / fmt::format("refused-{}", number);
    }
    const Scratch making{options.directory / "refused.making"};
    const Status copied = copy_store(store_of(options), making.path() / "store", Wals::kCopied);
    if (!copied) return copied.error();
    for (const char* name : {"MARK", "FORMAT"}) {
        if (!std::filesystem::exists(options.directory / name)) continue;
        const Result<std::string> bytes = read_file(options.directory / name);
        if (!bytes) return bytes.error();
        if (Status put = write_file_durably(making.path() / name, *bytes); !put) return put.error();
    }
    std::error_code error;
    std::filesystem::rename(making.path(), kept, error);
    if (error) return cannot_salvage("keep", kept, error);
    if (const Status synced = sync_directory(options.directory); !synced) return synced.error();
    return kept;
}

Status carry_out(const Cut& cut) {
    if (cut.to) return truncate_durably(cut.file, *cut.to);
    std::error_code error;
    std::filesystem::remove(cut.file, error);
    if (error) return cannot_salvage("remove", cut.file, error);
    return sync_directory(cut.file.parent_path());
}

/// RocksDB takes over what is left, and forgets the files that are not; what was kept is marked.
Status settle(const EmbeddedOptions& options, std::uint64_t kept_group) {
    Health health;
    const auto store = open_store(store_of(options), options, health);
    if (!store) return store.error();
    const Result<std::uint64_t> last = store.value()->last_group();
    if (!last) return last.error();
    if (*last != kept_group) {
        return Error{
            ErrorCode::kCorrupt,
            fmt::format(
                "salvage was to keep {} groups, and RocksDB has kept {}", kept_group, *last
            )};
    }
    SLUICE_POINT("log.salvage.before_mark");
    return mark_store(*store.value(), kept_group, health);
}

}  // namespace

std::uint64_t Salvage::last_lost() const {
    const std::uint64_t last = std::max(promised_group, last_readable);
    return last > kept_group ? last : 0;
}

Result<Salvage> plan_salvage(const EmbeddedOptions& options) {
    Result<Plan> plan = plan_of(options);
    if (!plan) return plan.error();
    return std::move(plan.value().what);
}

Result<Salvage> salvage(const EmbeddedOptions& options) {
    if (!std::filesystem::exists(options.directory / "FORMAT")) {
        return Error{
            ErrorCode::kNotFound,
            fmt::format("{}: there is no log in it", options.directory.string())};
    }
    auto lock = LockFile::take(options.directory);
    if (!lock) return lock.error();
    const Result<Found> found = check_format(options.directory, store_of(options));
    if (!found) return found.error();
    Result<Plan> plan = plan_of(options);
    if (!plan) return plan.error();
    auto kept = keep_refused(options);
    if (!kept) return kept.error();
    plan.value().what.refused = std::move(kept.value());
    SLUICE_POINT("log.salvage.kept");
    auto& cuts = plan.value().cuts;
    for (auto cut = cuts.rbegin(); cut != cuts.rend(); ++cut) {  // the newest first
        if (const Status done = carry_out(*cut); !done) return done.error();
        SLUICE_POINT("log.salvage.cut");
    }
    const Status settled = settle(options, plan.value().what.kept_group);
    if (!settled) {
        Error error = settled.error();
        error.message +=
            fmt::format("; the files as they were lie in {}", plan.value().what.refused.string());
        return error;
    }
    return std::move(plan.value().what);
}

}  // namespace sluice::log
