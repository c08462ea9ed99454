#include "log/embedded/recovery.hpp"

#include "base/point.hpp"
#include "log/embedded/files.hpp"
#include "log/embedded/flushed_group.hpp"
#include "log/embedded/mark.hpp"
#include "log/embedded/wal_files.hpp"
#include "log/embedded/wal_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
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
    std::uint64_t first_group{};  ///< readable in the write-ahead log; 0: none
    std::vector<Break> breaks;
    std::optional<std::pair<std::filesystem::path, std::uint64_t>> cut;  ///< file, new size
};

/// Walks through all files, oldest first.
class Judge {
public:
    void take(const WalFile& file, const WalScan& scan, std::uint64_t size, bool last_file) {
        std::uint64_t whole = 0;
        for (const WalGroup& group : scan.groups) {
            if (!before_) result_.first_group = group.number;
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

Error corrupt(const std::filesystem::path& store, std::string_view what) {
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "{}: {}: acknowledged data is missing. Nothing was changed. Copy the directory away, "
            "then restore it from a backup",
            store.string(),
            what
        )};
}

/// Nothing is missing between the tables and the write-ahead log, nor at the end.
Status check_whole(
    const std::filesystem::path& store,
    const Judgement& judgement,
    std::uint64_t flushed,
    std::uint64_t promised
) {
    for (const Break& at : judgement.breaks) {
        // A flush takes whole files: with one group of a file in the tables, all of them are.
        const bool in_tables =
            at.next ? *at.next <= flushed + 1 : at.from > 0 && at.before <= flushed;
        if (!in_tables) return corrupt(at);
    }
    if (judgement.first_group > flushed + 1) {
        return corrupt(
            store,
            fmt::format(
                "the tables end at group {}, the write-ahead log begins at group {}",
                flushed,
                judgement.first_group
            )
        );
    }
    const std::uint64_t last = std::max(flushed, judgement.found.last_group);
    if (last >= promised) return ok();
    return corrupt(
        store,
        fmt::format(
            "the log ends at group {}, but group {} was on disk when it was last opened or closed",
            last,
            promised
        )
    );
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
    const Result<std::optional<Mark>> mark = read_mark(store);
    if (!mark) return mark.error();
    if (mark.value()) {
        if (Status there = check_files(store, **mark); !there) return there.error();
    }
    const Result<std::uint64_t> flushed = flushed_group(store, env);
    if (!flushed) return flushed.error();
    Result<Judgement> judged = judge(store);
    if (!judged) return judged.error();
    Judgement& judgement = *judged;
    const std::uint64_t promised = mark.value() ? mark.value()->group : 0;
    if (Status whole = check_whole(store, judgement, *flushed, promised); !whole) {
        return whole.error();
    }
    // A group and what RocksDB adds to it (headers, entries' lengths) stay far below this.
    const std::uint64_t one_group = 2 * (options.step_bytes_max + options.group_bytes_max);
    if (judgement.found.torn_bytes > one_group) {
        return corrupt(Break{
            judgement.cut->first, judgement.cut->second, judgement.found.last_group, std::nullopt});
    }
    if (judgement.cut) {
        SLUICE_POINT("log.open.before_cut");
        if (Status cut = cut_end(store, judgement); !cut) return cut.error();
        SLUICE_POINT("log.open.after_cut");
    }
    judgement.found.last_group = std::max(judgement.found.last_group, *flushed);
    judgement.found.begun = mark.value().has_value();
    return judgement.found;
}

}  // namespace sluice::log
