#include "base/big_endian.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice {
namespace {

std::string key_of(std::uint64_t value) {
    std::string key;
    put_big_endian(key, value);
    return key;
}

TEST(BigEndian, PutsTheHighestByteFirst) {
    EXPECT_EQ(key_of(0x0102030405060708), "\x01\x02\x03\x04\x05\x06\x07\x08");
    EXPECT_EQ(key_of(0), std::string(8, '\0'));
    EXPECT_EQ(get_big_endian(""), 0U);
    EXPECT_EQ(get_big_endian("\x01\x02"), 0x0102U);
}

TEST(BigEndian, KeysAscendAsTheNumbersDo) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        const std::uint64_t a = random() >> random() % 64;
        const std::uint64_t b = random() >> random() % 64;
        ASSERT_EQ(get_big_endian(key_of(a)), a);
        ASSERT_EQ(a < b, key_of(a) < key_of(b)) << a << ' ' << b;
    }
}

}  // namespace
}  // namespace sluice
