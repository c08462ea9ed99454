#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::log {

/// CRC-32C (Castagnoli, RFC 3720), as RocksDB's write-ahead log carries it.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes) noexcept;

}  // namespace sluice::log
