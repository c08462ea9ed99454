#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace sluice::log {

/// A group found whole in a file of RocksDB's write-ahead log.
struct WalGroup {
    std::uint64_t number{};
    std::uint64_t end{};  ///< of its last byte, plus one
    bool after_damage{};  ///< something unreadable lies between the group before it and this one
};

struct WalScan {
    std::vector<WalGroup> groups;
    bool damaged_end{};         ///< something unreadable lies behind the last whole group
    std::uint64_t whole_end{};  ///< end of the last whole group, or 0
};

/// Reads one write-ahead log file as RocksDB 7.8 writes it (db/log_format.h there):
///
///   file    = blocks of 32 KiB; a rest of less than 7 bytes is filled with zeros
///   block   = fragments, each | crc 4 | length 2 | type 1 | payload |
///   crc     = CRC-32C over type and payload, masked; integers are little-endian
///   type    = 1 whole, 2 first, 3 middle, 4 last fragment of a record
///   record  = one write batch | sequence 8 | count 4 | entries |
///   entry   = the first one is the group's number: | 1 | 1 | 'G' | 8 | number 8 |
///
/// Behind damage it goes on at the next byte where a fragment's crc holds, so that a readable group
/// behind it is found even inside the same block (RocksDB's own reader drops the rest of it).
/// Pure.
[[nodiscard]] WalScan scan_wal(std::string_view file);

}  // namespace sluice::log
