#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace sluice::log {

/// Small pieces of POSIX file work. Every failure is kIo (kFull: no space) with the path.

[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);

/// Written beside, synced, then renamed into place: the file is whole or not there.
[[nodiscard]] Status write_file_durably(const std::filesystem::path& path, std::string_view bytes);

/// Cuts the file and syncs it.
[[nodiscard]] Status truncate_durably(const std::filesystem::path& path, std::uint64_t size);

/// The names in it are on disk.
[[nodiscard]] Status sync_directory(const std::filesystem::path& path);

/// Makes the directory with its parents; every new entry is synced.
[[nodiscard]] Status make_directory(const std::filesystem::path& path);

/// Of RocksDB's files: a table, or the blobs beside it. Neither changes once it is whole.
[[nodiscard]] bool is_table(const std::filesystem::path& file);

}  // namespace sluice::log
