#pragma once

#include <sluice/result.hpp>

#include "log/embedded/embedded.hpp"

#include <rocksdb/env.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace sluice::log {

struct Recovered {
    std::uint64_t torn_bytes{};
    std::string torn_file;
    std::uint64_t groups{};      ///< readable in the write-ahead log
    std::uint64_t last_group{};  ///< the last of them, or of the tables; 0: none
    bool begun{};                ///< an opening has come to its end before
};

/// Judges the write-ahead log before RocksDB opens it, because RocksDB cannot: it refuses a torn
/// end whose pages came to disk out of order, and accepts, silently, a length field damaged in the
/// last block.
///
/// A group is written only when the one before it is on disk. So of all that is unreadable, only
/// what lies behind the last readable group may be a write that a crash cut short; nothing in it
/// was acknowledged. It is cut off the last file (a copy is kept in `torn-end.bin` beside the
/// store) and told. Everything else is damage to durable data: kCorrupt, and nothing is touched.
/// In the last group itself a flipped bit cannot be told from a torn write.
///
/// Groups that the tables hold already (all column families flush as one, so the flushed number
/// 'G' says which) do not matter: their files were only not deleted yet.
[[nodiscard]] Result<Recovered> recover(
    const std::filesystem::path& store, const EmbeddedOptions& options, rocksdb::Env* env
);

}  // namespace sluice::log
