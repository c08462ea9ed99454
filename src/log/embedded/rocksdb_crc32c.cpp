// A program's own version of a function of RocksDB's library, as its allocator is its own version
// of malloc: the linker takes the first one it finds. Debian builds the library for any x86-64, and
// so it sums every byte of the write-ahead log by tables, which was 7 to 8 % of all the processor
// (docs/decisions/2026-11-23-where-the-time-goes.md). The sums are the same. A library that has no
// such function any more, or calls it by another name, uses its own; crc32c_test.cpp tells.
#include "log/embedded/crc32c.hpp"

#include <cstddef>
#include <cstdint>

namespace rocksdb::crc32c {

// NOLINTNEXTLINE(readability-identifier-naming): its name, not ours
std::uint32_t Extend(std::uint32_t before, const char* data, std::size_t size);

std::uint32_t Extend(std::uint32_t before, const char* data, std::size_t size) {
    return sluice::log::crc32c({data, size}, before);
}

}  // namespace rocksdb::crc32c
