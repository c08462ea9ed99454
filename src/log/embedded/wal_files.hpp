#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace sluice::log {

/// A file of RocksDB's write-ahead log.
struct WalFile {
    std::uint64_t number{};
    std::filesystem::path path;
};

/// All of them, oldest first.
[[nodiscard]] std::vector<WalFile> wal_files(const std::filesystem::path& store);

/// `NEWEST_WAL` beside the store: a file of that number or above is there whenever the store is; if
/// none is, somebody deleted the write-ahead log, which RocksDB would take for an empty one.
[[nodiscard]] Status check_newest_wal(const std::filesystem::path& store);
[[nodiscard]] Status write_newest_wal(const std::filesystem::path& store, std::uint64_t number);

}  // namespace sluice::log
