#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::log {

/// CRC-32C (Castagnoli, RFC 3720), as RocksDB's write-ahead log carries it: of what was summed up
/// to `before`, and of `bytes` behind it. By the processor's own instruction where it has one.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0) noexcept;

}  // namespace sluice::log
