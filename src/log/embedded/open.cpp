#include "log/embedded/open.hpp"

#include "base/point.hpp"
#include "log/embedded/engine.hpp"
#include "log/embedded/files.hpp"
#include "log/embedded/format_file.hpp"
#include "log/embedded/mark.hpp"
#include "log/embedded/recovery.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::log {

namespace {

constexpr std::size_t kSmallestLimit = std::size_t{64} << 10;

template <class Number>
Status at_least(std::string_view field, Number value, Number least) {
    if (value >= least) return ok();
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("{} is {}; at least {} is needed", field, value, least)};
}

/// RocksDB replays what recovery has judged whole; if it did not, it must not be written to.
Status check_replayed(std::uint64_t in_store, const Recovered& recovered) {
    if (in_store >= recovered.last_group) return ok();
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "the store ends at group {}, but its write-ahead log holds group {}; copy the "
            "directory away "
            "and restore it from a backup",
            in_store,
            recovered.last_group
        )};
}

Result<Opened> open_parts(rocksdb::Env* env, const EmbeddedOptions& options) {
    Opened opened;
    if (Status made = make_directory(options.directory); !made) return made.error();
    auto lock = LockFile::take(options.directory);
    if (!lock) return lock.error();
    opened.lock = std::move(lock).value();

    const std::filesystem::path path = options.directory / "store";
    const Result<Found> found = check_format(options.directory, path);
    if (!found) return found.error();
    Recovered recovered;
    if (*found == Found::kStore) {
        Result<Recovered> judged = recover(path, options, env);
        if (!judged) return judged.error();
        recovered = std::move(judged).value();
    }
    opened.health = std::make_unique<Health>();
    const OpenFor purpose = recovered.begun ? OpenFor::kUse : OpenFor::kMaking;
    auto store = Store::open(path, options, purpose, env, *opened.health);
    if (!store) return store.error();
    opened.store = std::move(store).value();
    const Result<std::uint64_t> last = opened.store->last_group();
    if (!last) return last.error();
    if (Status replayed = check_replayed(*last, recovered); !replayed) return replayed.error();
    SLUICE_POINT("log.open.before_mark");
    const bool synced = options.durability == Durability::kFsync;
    if (Status marked = mark_store(*opened.store, synced ? *last : 0, *opened.health); !marked) {
        return marked.error();
    }
    opened.catalog = std::make_unique<Catalog>();
    if (Status loaded = opened.catalog->load(*opened.store, *opened.health); !loaded) {
        return loaded.error();
    }
    opened.report.torn_bytes = recovered.torn_bytes;
    opened.report.torn_file = recovered.torn_file;
    opened.report.wal_groups = recovered.groups;
    opened.report.last_group = *last;
    opened.report.topics = opened.catalog->topics().size();
    if (options.durability == Durability::kProcessCrash) {
        opened.report.warnings.emplace_back(
            "durability is kProcessCrash: a power cut may lose what was acknowledged"
        );
    }
    return opened;
}

}  // namespace

Status EmbeddedOptions::validate() const {
    if (directory.empty()) return Error{ErrorCode::kInvalidArgument, "directory is not given"};
    if (Status fit = at_least("record_bytes_max", record_bytes_max, kSmallestLimit); !fit)
        return fit;
    if (Status fit = at_least("step_bytes_max", step_bytes_max, 2 * record_bytes_max); !fit)
        return fit;
    if (step_bytes_max > (std::size_t{1} << 30)) {
        return Error{ErrorCode::kInvalidArgument, "step_bytes_max is above 1 GiB"};
    }
    if (Status fit = at_least("group_bytes_max", group_bytes_max, kSmallestLimit); !fit) return fit;
    if (Status fit = at_least("group_jobs_max", group_jobs_max, std::size_t{1}); !fit) return fit;
    if (Status fit = at_least("queue_bytes_max", queue_bytes_max, kSmallestLimit); !fit) return fit;
    return at_least("queue_jobs_max", queue_jobs_max, std::size_t{1});
}

Result<std::unique_ptr<EmbeddedLog>> open_embedded_on(
    rocksdb::Env* env, const EmbeddedOptions& options
) {
    if (const Status valid = options.validate(); !valid) return valid.error();
    EmbeddedOptions rooted = options;
    rooted.directory = std::filesystem::absolute(options.directory).lexically_normal();
    Result<Opened> opened = open_parts(env, rooted);
    if (!opened) return opened.error();
    std::unique_ptr<EmbeddedLog> log =
        std::make_unique<Engine>(std::move(rooted), std::move(opened).value());
    return log;
}

Result<std::unique_ptr<EmbeddedLog>> open_embedded(const EmbeddedOptions& options) {
    return open_embedded_on(rocksdb::Env::Default(), options);
}

Result<std::unique_ptr<Log>> open_embedded_log(const EmbeddedOptions& options) {
    Result<std::unique_ptr<EmbeddedLog>> opened = open_embedded(options);
    if (!opened) return opened.error();
    std::unique_ptr<Log> log = std::move(opened).value();
    return log;
}

}  // namespace sluice::log
