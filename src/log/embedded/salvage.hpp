#pragma once

#include <sluice/result.hpp>

#include "log/embedded/embedded.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace sluice::log {

/// What can be kept of a log that refuses to open, and what is lost with the rest.
struct Salvage {
    std::uint64_t kept_group{};        ///< all up to this group is kept, as it was then
    std::uint64_t promised_group{};    ///< was on disk, says MARK; 0: it does not say
    std::uint64_t lost_readable{};     ///< groups behind the damage that could still be read
    std::uint64_t last_readable{};     ///< the last of them; 0: there is none
    std::uint64_t lost_bytes{};        ///< of the write-ahead log, readable or not
    std::vector<std::string> changes;  ///< to files of the store, one line each
    std::filesystem::path refused;     ///< where the files are kept as they were; empty: not yet

    /// The last group that is known to have been acknowledged, and is lost; 0: none is known.
    [[nodiscard]] std::uint64_t last_lost() const;
};

/// What `salvage` would do. Changes nothing. Failure: kCorrupt when not even a beginning is whole:
/// a table or the manifest is damaged or missing.
[[nodiscard]] Result<Salvage> plan_salvage(const EmbeddedOptions& options);

/// For a log that `open_embedded` refuses with kCorrupt, and that nobody has a backup of. A log is
/// a row of numbered groups, each whole; the tables hold the first F of them, the write-ahead log
/// those behind. Kept is the longest row without a break: a state in which the log once was. What
/// stands behind the break goes, readable or not, for without what is missing it contradicts
/// itself.
///
/// First a copy of every file is made (`refused-N` beside the store); then the write-ahead log is
/// cut behind the last group kept, the newest file first. Until its very end the log is still
/// refused, or opens with the same groups: killed anywhere, it can be begun again.
/// Failure: as `plan_salvage`; kUnavailable: another process has the log; kIo, kFull.
[[nodiscard]] Result<Salvage> salvage(const EmbeddedOptions& options);

}  // namespace sluice::log
