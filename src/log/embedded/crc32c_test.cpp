#include "log/embedded/crc32c.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <dlfcn.h>
#include <random>
#include <string>
#include <string_view>

namespace rocksdb::crc32c {

std::uint32_t Extend(
    std::uint32_t before, const char* data, std::size_t size
);  // of no public header

}  // namespace rocksdb::crc32c

namespace sluice::log {

namespace {

TEST(Crc32c, KnownValues) {  // RFC 3720, B.4
    EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
    EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
    EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
    EXPECT_EQ(crc32c(""), 0U);
}

/// The checksum bit by bit, as RFC 3720 defines it.
std::uint32_t slow_crc32c(std::string_view bytes) {
    std::uint32_t crc = ~0U;
    for (const char byte : bytes) {
        crc ^= static_cast<std::uint8_t>(byte);
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0x82F63B78U : 0U);
    }
    return ~crc;
}

using Extend = std::uint32_t(std::uint32_t, const char*, std::size_t);
constexpr const char* kExtend = "_ZN7rocksdb6crc32c6ExtendEjPKcm";

TEST(Crc32c, OfAnyLengthAtAnyAddressInAnyPiecesAsRocksDbHasIt) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    auto* const theirs = reinterpret_cast<Extend*>(dlsym(RTLD_NEXT, kExtend));
    ASSERT_NE(
        theirs, nullptr
    ) << "this RocksDB has no such function: rocksdb_crc32c.cpp does nothing for it";
    std::string bytes(300, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    for (std::size_t begin = 0; begin < 9; ++begin) {
        for (std::size_t size = 0; size + begin < bytes.size(); size += 1 + random() % 5) {
            const std::string_view part = std::string_view{bytes}.substr(begin, size);
            const std::uint32_t whole = slow_crc32c(part);
            ASSERT_EQ(crc32c(part), whole) << begin << ", " << size;
            ASSERT_EQ(theirs(0, part.data(), part.size()), whole) << begin << ", " << size;
            const std::size_t cut = random() % (size + 1);
            ASSERT_EQ(crc32c(part.substr(cut), crc32c(part.substr(0, cut))), whole)
                << begin << ", " << size << ", " << cut;
        }
    }
}

TEST(Crc32c, OursIsTheOneThatRocksDbFinds) {
    EXPECT_EQ(dlsym(RTLD_DEFAULT, kExtend), reinterpret_cast<void*>(&rocksdb::crc32c::Extend));
    EXPECT_NE(dlsym(RTLD_DEFAULT, kExtend), dlsym(RTLD_NEXT, kExtend));
}

}  // namespace

}  // namespace sluice::log
