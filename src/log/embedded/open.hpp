#pragma once

#include <sluice/result.hpp>

#include "log/embedded/embedded.hpp"

#include <rocksdb/env.h>

#include <memory>

namespace sluice::log {

/// As open_embedded, on another file system: for tests that break one.
[[nodiscard]] Result<std::unique_ptr<EmbeddedLog>> open_embedded_on(
    rocksdb::Env* env, const EmbeddedOptions& options
);

}  // namespace sluice::log
