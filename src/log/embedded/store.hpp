#pragma once

#include <sluice/result.hpp>

#include "log/embedded/embedded.hpp"
#include "log/embedded/health.hpp"

#include <rocksdb/db.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::log {

/// RocksDB's options for this log; recovery reads with them too.
[[nodiscard]] rocksdb::Options store_options(rocksdb::Env* env);

/// A file that is not needed any more is removed whole if it is this small, and in pieces if not.
constexpr std::uint64_t kRemovedAtOnceBytes = std::uint64_t{1} << 20;

/// What went wrong in RocksDB, in our words. An I/O error poisons.
[[nodiscard]] Error store_error(
    const rocksdb::Status& status, std::string_view doing, Health& health
);

/// Why it did not open. kCorrupt: a file is damaged or missing; kFull; kIo: the disk or the rights.
[[nodiscard]] Error open_error(const rocksdb::Status& status, const std::filesystem::path& path);

enum class OpenFor : std::uint8_t {
    kMaking,  ///< there is no database yet, or its making was cut short
    kUse,
    kSalvage,  ///< write-ahead logs that the manifest knows may be gone or shorter: it forgets them
};

/// The open RocksDB with its three column families.
/// Threads:  any.
/// Lifetime: `Health` outlives it.
class Store {
public:
    static Result<std::unique_ptr<Store>> open(
        const std::filesystem::path& path,
        const EmbeddedOptions& options,
        OpenFor purpose,
        rocksdb::Env* env,
        Health& health
    );

    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    [[nodiscard]] rocksdb::DB& db() const { return *db_; }

    [[nodiscard]] rocksdb::ColumnFamilyHandle* meta() const { return families_[0]; }

    [[nodiscard]] rocksdb::ColumnFamilyHandle* records() const { return families_[1]; }

    [[nodiscard]] rocksdb::ColumnFamilyHandle* state() const { return families_[2]; }

    /// The stored value, or nothing when there is none. `as_of` null: now.
    [[nodiscard]] Result<std::optional<std::string>> get(
        rocksdb::ColumnFamilyHandle* family,
        std::string_view key,
        std::string_view doing,
        const rocksdb::Snapshot* as_of = nullptr
    ) const;

    /// The number of the last group in it; 0 when there is none.
    [[nodiscard]] Result<std::uint64_t> last_group() const;

    [[nodiscard]] Result<std::uint64_t> free_bytes() const;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    Store(std::filesystem::path path, Health& health);

    std::filesystem::path path_;
    Health& health_;
    std::unique_ptr<rocksdb::DB> db_;
    std::vector<rocksdb::ColumnFamilyHandle*> families_;  // destroyed before db_
};

}  // namespace sluice::log
