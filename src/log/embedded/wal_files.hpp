#pragma once

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

}  // namespace sluice::log
