#pragma once

#include <sluice/result.hpp>

#include <rocksdb/env.h>

#include <cstdint>
#include <filesystem>

namespace sluice::log {

/// Up to which group the tables hold everything: the database as it is without its write-ahead log,
/// opened for reading only. All column families flush as one, so the flushed 'G' says it; 0:
/// nothing was flushed. It also finds, before anything is changed, a root or a manifest that cannot
/// be read, and tables, blobs or closed write-ahead logs that are missing or too short.
[[nodiscard]] Result<std::uint64_t> flushed_group(
    const std::filesystem::path& store, rocksdb::Env* env
);

}  // namespace sluice::log
