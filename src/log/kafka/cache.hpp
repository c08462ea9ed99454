#pragma once

#include <sluice/result.hpp>

#include "log/log.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rocksdb {
class DB;
class Iterator;
class Slice;
class WriteBatch;
}  // namespace rocksdb

namespace sluice::log::kafka {

using Entries = std::vector<std::pair<std::string, std::string>>;

/// Up to where the copy of a home's state is true.
struct CacheMark {
    Offset state;           ///< first offset of the state partition that is not in it
    std::uint64_t step{};   ///< the home's last step that is
    std::uint64_t folds{};  ///< the home's last step by which its fold tables are as they are
    Instant written;        ///< when it was last brought up to date

    bool operator==(const CacheMark&) const = default;
};

/// A row of a table that is a fold; views of what lies elsewhere.
struct FoldRow {
    std::uint8_t table{};
    std::string_view key;
    std::string_view value;

    bool operator==(const FoldRow&) const = default;
};

/// The rows of a home's fold tables as they were when this was made, whatever is written meanwhile.
/// Threads:  one at a time, any.
/// Lifetime: the cache outlives it. A row's views live until the next `next`.
class FoldRows {
public:
    FoldRows(rocksdb::DB& db, std::string prefix);
    ~FoldRows();
    FoldRows(FoldRows&&) noexcept;
    FoldRows& operator=(FoldRows&&) = delete;

    /// Nothing: that was the last one. kIo: the disk.
    [[nodiscard]] Result<std::optional<FoldRow>> next();

private:
    std::string prefix_;
    std::string end_;
    std::unique_ptr<rocksdb::Slice> upper_;  ///< of end_; the iterator points at it
    std::unique_ptr<rocksdb::Iterator> at_;
    bool begun_{false};
};

/// This machine's copy of the state of homes, in RocksDB. Never the truth: it holds what was
/// certain when it was written, and may be old or empty. Nothing is synced: after a crash it is as
/// it was some batches ago, marks included.
/// Threads:  any; one at a time for one home.
/// Failure:  kIo: the disk. Damage is no error: the copy is thrown away when it is opened.
class Cache {
public:
    /// Older than this it may have missed deletions that the state topic has forgotten.
    static constexpr Milliseconds kAgeMax{24LL * 3'600'000};

    /// Makes the directory. kUnavailable: another process has it.
    [[nodiscard]] static Result<std::unique_ptr<Cache>> open(const std::filesystem::path& directory
    );

    ~Cache();
    Cache(const Cache&) = delete;
    Cache& operator=(const Cache&) = delete;

    /// A home of a group.
    class Home {
    public:
        Home(Cache& cache, std::string_view group, HomeId home);

        /// Nothing: the copy is empty.
        [[nodiscard]] Result<std::optional<CacheMark>> mark() const;

        [[nodiscard]] Result<std::optional<std::string>> get(Table table, std::string_view key)
            const;

        [[nodiscard]] Result<Entries> scan(Table table, std::string_view from, std::size_t limit)
            const;

        [[nodiscard]] FoldRows fold_rows() const;

        /// All of the changes and the mark, or nothing.
        Status write(std::span<const StateChange> changes, const CacheMark& mark);

        /// Throws the copy away.
        Status clear();

        /// Throws away what it has of tables that are a fold.
        Status clear_folds();

    private:
        [[nodiscard]] std::string key_of(Table table, std::string_view key) const;
        Status clear(const std::string& prefix);

        Cache& cache_;
        std::string prefix_;
    };

    [[nodiscard]] Home home(std::string_view group, HomeId home) { return {*this, group, home}; }

private:
    explicit Cache(std::unique_ptr<rocksdb::DB> db);

    Status write(rocksdb::WriteBatch& batch, std::string_view doing);

    std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace sluice::log::kafka
