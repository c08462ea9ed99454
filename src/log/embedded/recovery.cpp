#include "log/embedded/recovery.hpp"

#include "log/embedded/files.hpp"
#include "log/embedded/keys.hpp"
#include "log/embedded/store.hpp"
#include "log/embedded/wal_files.hpp"
#include "log/embedded/wal_scan.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace sluice::log {

namespace {

/// Damage, or missing numbers, with a readable group behind (or a newer file, with none in it).
struct Break {
    std::filesystem::path file;
    std::uint64_t from{};               ///< where in the file the readable part ends
    std::uint64_t before{};             ///< the last readable group before it
    std::optional<std::uint64_t> next;  ///< the first readable group behind it
};

struct Judgement {
    Recovered found;
    std::vector<Break> breaks;
    std::optional<std::pair<std::filesystem::path, std::uint64_t>> cut;  ///< file, new size
};

/// Walks through all files, oldest first.
class Judge {
public:
    void take(const WalFile& file, const WalScan& scan, std::uint64_t size, bool last_file) {
        std::uint64_t whole = 0;
        for (const WalGroup& group : scan.groups) {
            const bool skips = before_ && group.number != *before_ + 1;
            if (open_) {
                open_->next = group.number;
                result_.breaks.push_back(*std::exchange(open_, std::nullopt));
            } else if (skips || group.after_damage) {
                result_.breaks.push_back(Break{file.path, whole, before_.value_or(0), group.number}
                );
            }
            before_ = group.number;
            whole = group.end;
            ++result_.found.groups;
        }
        if (!scan.damaged_end) return;
        if (last_file) {
            result_.cut = std::pair{file.path, scan.whole_end};
            result_.found.torn_bytes = size - scan.whole_end;
            result_.found.torn_file = file.path.filename().string();
        } else if (!open_) {
            open_ = Break{file.path, scan.whole_end, before_.value_or(0), std::nullopt};
        }
    }

    Judgement finish() {
        if (open_) result_.breaks.push_back(*open_);
        result_.found.last_group = before_.value_or(0);
        return std::move(result_);
    }

private:
    Judgement result_;
    std::optional<std::uint64_t> before_;
    std::optional<Break> open_;  // at a file's end; the next file tells what comes behind it
};

Result<Judgement> judge(const std::filesystem::path& store) {
    Judge judge;
    const std::vector<WalFile> files = wal_files(store);
    for (const WalFile& file : files) {
        const Result<std::string> bytes = read_file(file.path);
        if (!bytes) return bytes.error();
        const bool last = file.number == files.back().number;
        judge.take(file, scan_wal(*bytes), bytes.value().size(), last);
    }
    return judge.finish();
}

/// Up to which group the tables hold everything: the database as it is without its write-ahead log.
Result<std::uint64_t> flushed_group(const std::filesystem::path& store, rocksdb::Env* env) {
    rocksdb::Options options = store_options(env);
    options.track_and_verify_wals_in_manifest = false;
    const std::filesystem::path nothing = store.parent_path() / "no-wal";
    if (Status made = make_directory(nothing); !made) return made.error();
    options.wal_dir = nothing.string();
    rocksdb::DB* raw = nullptr;
    rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, store.string(), &raw);
    const std::unique_ptr<rocksdb::DB> db{raw};
    std::string value;
    if (status.ok()) {
        status = db->Get(
            rocksdb::ReadOptions{},
            rocksdb::Slice{kLastGroupKey.data(), kLastGroupKey.size()},
            &value
        );
    }
    if (status.IsNotFound()) return std::uint64_t{0};
    const std::optional<std::uint64_t> number = status.ok() ? parse_number(value) : std::nullopt;
    if (number) return *number;
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "{}: {}; nothing was changed: copy the directory away, then restore it from a backup",
            store.string(),
            status.ToString()
        )};
}

Error corrupt(const Break& at) {
    const std::string behind = at.next ? fmt::format("group {} behind it is readable", *at.next)
                                       : std::string{"a newer file was begun behind it"};
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "{}: damaged or missing from byte {} on, behind group {}, while {}: acknowledged data "
            "is "
            "damaged. Nothing was changed. Copy the directory away, then restore it from a backup",
            at.file.string(),
            at.from,
            at.before,
            behind
        )};
}

Status cut_end(const std::filesystem::path& store, const Judgement& judgement) {
    const auto& [path, size] = *judgement.cut;
    const Result<std::string> bytes = read_file(path);
    if (!bytes) return bytes.error();
    const std::string_view torn = std::string_view{*bytes}.substr(size);
    if (Status kept = write_file_durably(store.parent_path() / "torn-end.bin", torn); !kept)
        return kept;
    return truncate_durably(path, size);
}

}  // namespace

Result<Recovered> recover(
    const std::filesystem::path& store, const EmbeddedOptions& options, rocksdb::Env* env
) {
    if (Status there = check_newest_wal(store); !there) return there.error();
    Result<Judgement> judged = judge(store);
    if (!judged) return judged.error();
    const Judgement& judgement = *judged;
    if (!judgement.breaks.empty()) {
        const Result<std::uint64_t> flushed = flushed_group(store, env);
        if (!flushed) return flushed.error();
        for (const Break& at : judgement.breaks) {
            if (!at.next || *at.next > *flushed + 1) return corrupt(at);
        }
    }
    // A group and what RocksDB adds to it (headers, entries' lengths) stay far below this.
    const std::uint64_t one_group = 2 * (options.step_bytes_max + options.group_bytes_max);
    if (judgement.found.torn_bytes > one_group) {
        return corrupt(Break{
            judgement.cut->first, judgement.cut->second, judgement.found.last_group, std::nullopt});
    }
    if (judgement.cut) {
        if (Status cut = cut_end(store, judgement); !cut) return cut.error();
    }
    return judgement.found;
}

}  // namespace sluice::log
