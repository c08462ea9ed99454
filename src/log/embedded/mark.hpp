#pragma once

#include <sluice/result.hpp>

#include "log/embedded/health.hpp"
#include "log/embedded/store.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace sluice::log {

/// `MARK` beside the store, written at the end of every opening and at every orderly close: what
/// was on disk then, and so must be ever after. RocksDB alone would take a deleted write-ahead log
/// for an empty one, one cut between two groups for a whole one, and a manifest cut between two
/// entries for a whole one too; and then delete the tables that it does not name as orphans.
///
///   | newest_wal group manifest manifest_bytes manifest_crc check \n |      decimal numbers
///
/// `check` is the CRC-32C of the text before it.
struct Mark {
    std::uint64_t newest_wal{};      ///< a write-ahead log file of this number or above is there
    std::uint64_t group{};           ///< so is this group; 0: none is promised
    std::uint64_t manifest{};        ///< CURRENT names this manifest or a newer one
    std::uint64_t manifest_bytes{};  ///< which begins with these many bytes,
    std::uint32_t manifest_crc{};    ///< whose CRC-32C this is (it only grows)

    bool operator==(const Mark&) const = default;
};

/// Nothing when there is none: no opening has come to its end. kCorrupt: it cannot be read.
[[nodiscard]] Result<std::optional<Mark>> read_mark(const std::filesystem::path& store);
[[nodiscard]] Status write_mark(const std::filesystem::path& store, const Mark& mark);

/// Marks that this group, and all that the open store has synced, is on disk.
[[nodiscard]] Status mark_store(const Store& store, std::uint64_t group, Health& health);

/// kCorrupt names the file that is missing or is not what it was; nothing is changed.
[[nodiscard]] Status check_files(const std::filesystem::path& store, const Mark& mark);

}  // namespace sluice::log
