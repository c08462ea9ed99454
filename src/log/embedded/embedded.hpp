#pragma once

#include <sluice/result.hpp>

#include "log/embedded/probe.hpp"
#include "log/log.hpp"
#include "log/replacement.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sluice::log {

/// What an acknowledgement promises.
enum class Durability : std::uint8_t {
    kFsync,         ///< it is on disk: survives a power cut
    kProcessCrash,  ///< weaker, for tests and measurements: survives kill -9, not a power cut
};

struct EmbeddedOptions {
    std::filesystem::path directory;

    /// Key, value and headers of a record. The default takes an event of 1 MiB with 64 KiB of
    /// headers.
    std::size_t record_bytes_max{(std::size_t{1} << 20) + (std::size_t{64} << 10)};

    /// One publish or step, as stored; beyond it kTooLarge.
    std::size_t step_bytes_max{std::size_t{64} << 20};

    /// Publishing answers kFull while less than this is free; steps go on, so that work can finish,
    /// down to 64 MiB.
    std::uint64_t reserve_bytes{std::uint64_t{512} << 20};

    Durability durability{Durability::kFsync};

    std::size_t block_cache_bytes{std::size_t{64} << 20};

    /// A group takes what is queued up to here (and at least one publish or step, whatever its
    /// size).
    std::size_t group_bytes_max{std::size_t{8} << 20};
    std::size_t group_jobs_max{1'024};

    /// What may wait to be written; beyond it the callers block.
    std::size_t queue_bytes_max{std::size_t{32} << 20};
    std::size_t queue_jobs_max{4'096};

    /// kInvalidArgument names the field, its value and what is allowed.
    [[nodiscard]] Status validate() const;
};

/// What opening found and did.
struct OpenReport {
    std::uint64_t torn_bytes{};  ///< cut from the end: a group that was never acknowledged
    std::string torn_file;       ///< from which file; a copy of the bytes lies beside the store
    std::uint64_t last_group{};  ///< number of the last group on disk
    std::uint64_t wal_groups{};  ///< groups checked in the write-ahead log
    std::size_t topics{};
    std::vector<std::string> warnings;
};

/// The embedded log: topics, consumed offsets and state in one RocksDB
/// (docs/formats/embedded-log.md).
/// Threads:  any. One thread of its own writes; its callers wait for it.
/// Lifetime: outlives its leases; destroyed when no call is under way.
/// Failure:  as Log. After an I/O error every call answers kIo: end the process, start it again.
/// Limits:   EmbeddedOptions. One process per directory.
class EmbeddedLog : public ReplacingLog {
public:
    [[nodiscard]] virtual const OpenReport& report() const = 0;
    [[nodiscard]] virtual const Probe& probe() const = 0;
};

/// Opens the directory, making it when it is not there.
/// kUnavailable: another process has it (named). kCorrupt: damage that is not a torn end; nothing
/// was changed. kUnsupported: another format version. kInvalidArgument: options. kIo, kFull: the
/// disk.
[[nodiscard]] Result<std::unique_ptr<EmbeddedLog>> open_embedded(const EmbeddedOptions& options);

/// The same, for those who need only a Log.
[[nodiscard]] Result<std::unique_ptr<Log>> open_embedded_log(const EmbeddedOptions& options);

}  // namespace sluice::log
