#include "base/hash.hpp"

#include "base/test_seed.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {
namespace {

// Known answers of org.apache.kafka.common.utils.Utils.murmur2, from Kafka's own UtilsTest.
TEST(Murmur2, EqualsJavas) {
    EXPECT_EQ(murmur2("21"), -973932308);
    EXPECT_EQ(murmur2("foobar"), -790332482);
    EXPECT_EQ(murmur2("a-little-bit-long-string"), -985981536);
    EXPECT_EQ(murmur2("a-little-bit-longer-string"), -1486304829);
    EXPECT_EQ(murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
    EXPECT_EQ(murmur2("abc"), 479470107);
}

struct Known {
    std::string_view key;
    std::int32_t murmur2;
    std::uint32_t partition_of_12;
    std::uint32_t crc32;
};

class KnownKeys : public testing::TestWithParam<Known> {};

// Computed by an implementation of its own, in another language, and by zlib.
TEST_P(KnownKeys, GoWhereJavaAndLibrdkafkaSendThem) {
    const Known& known = GetParam();
    EXPECT_EQ(murmur2(known.key), known.murmur2);
    EXPECT_EQ(crc32(known.key), known.crc32);
    EXPECT_EQ(partition_by_murmur2(known.key, 12), PartitionId{known.partition_of_12});
    EXPECT_EQ(home_of(known.key, 12), HomeId{known.partition_of_12});
    EXPECT_EQ(partition_by_crc32(known.key, 12), PartitionId{known.crc32 % 12});
}

INSTANTIATE_TEST_SUITE_P(
    EveryTail,
    KnownKeys,
    testing::Values(
        Known{"", 275646681, 9, 0},
        Known{"a", -1563381124, 4, 0xE8B7BE43},
        Known{"ab", 316155434, 2, 0x9E83486D},
        Known{"abc", 479470107, 3, 0x352441C2},
        Known{"abcd", -1323649548, 8, 0xED82CD11},
        Known{"abcde", 461995741, 1, 0x8587D865},
        Known{"abcdef", 1870650108, 0, 0x4B8E39EF},
        Known{"abcdefg", -346467175, 1, 0x312A6AA6},
        Known{"abcdefgh", -955427363, 9, 0xAEEF2A50}
    )
);

// Java's bytes are signed: here an implementation goes wrong that forgets to widen them unsigned.
INSTANTIATE_TEST_SUITE_P(
    HighBytesAndZeros,
    KnownKeys,
    testing::Values(
        Known{"\x80", 857690492, 8, 0x3FBA6CAD},
        Known{"\xFF\xFE", 1717632651, 3, 0x88F83096},
        Known{"\x80\x81\x82", -1975640061, 11, 0x3F5A8994},
        Known{"\xFF\xFF\xFF\xFF", 644171429, 5, 0xFFFFFFFF},
        Known{std::string_view{"\0", 1}, 375494588, 8, 0xD202EF8D},
        Known{std::string_view{"\0\0\0\0", 4}, 850957120, 4, 0x2144DF1C},
        Known{"주문-17", 743296426, 10, 0xA6FB2B47},
        Known{"order-17", 1568318961, 9, 0x5AEA0614}
    )
);

TEST(Crc32, EqualsTheStandardCheckValue) {
    EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
}

TEST(Partitioners, StayWithinTheCount) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        const std::string key = std::to_string(random());
        const auto count = static_cast<std::uint32_t>(random() % 64 + 1);
        EXPECT_LT(partition_by_murmur2(key, count).value, count);
        EXPECT_LT(partition_by_crc32(key, count).value, count);
        EXPECT_EQ(home_of(key, count).value, partition_by_murmur2(key, count).value);
        EXPECT_EQ(partition_by_murmur2(key, 1), PartitionId{0});
        EXPECT_EQ(partition_by_crc32(key, 1), PartitionId{0});
    }
}

// What lets a channel of P or a multiple of P partitions take no detour: k mod P is the home.
TEST(Partitioners, AMultipleOfTheHomesKeepsSubjectsAtHome) {
    for (int order = 0; order < 1'000; ++order) {
        const std::string subject = fmt::format("order-{}", order);
        for (const std::uint32_t times : {1U, 2U, 3U, 8U}) {
            EXPECT_EQ(
                partition_by_murmur2(subject, 8 * times).value % 8, home_of(subject, 8).value
            );
        }
    }
}

TEST(Partitioners, SpreadNumberedSubjects) {
    constexpr std::uint32_t homes = 16;
    constexpr int subjects = 16'000;
    std::vector<int> of(homes);
    for (int order = 0; order < subjects; ++order)
        ++of[home_of(fmt::format("order-{}", order), homes).value];
    EXPECT_GT(*std::min_element(of.begin(), of.end()), subjects / homes * 4 / 5);
    EXPECT_LT(*std::max_element(of.begin(), of.end()), subjects / homes * 6 / 5);
}

TEST(Partitioners, NoPartitionsIsOurBug) {
    EXPECT_DEATH(
        static_cast<void>(partition_by_murmur2("a", 0)), "broken invariant: partitions > 0"
    );
    EXPECT_DEATH(static_cast<void>(partition_by_crc32("a", 0)), "broken invariant: partitions > 0");
}

// Stored in tombstones, inboxes and ordered records: these numbers can never change. The lengths
// are those at which XXH3 takes another way.
TEST(Hash64, IsXxh3ForEver) {
    EXPECT_EQ(hash64(""), 0x2D06800538D394C2U);
    EXPECT_EQ(hash64("a"), 0xE6C632B61E964E1FU);
    EXPECT_EQ(hash64("order-17"), 0x234CEFC81040CBBEU);
    EXPECT_EQ(hash64(std::string(16, 'x')), 0xDF76FF0D7F0D9EDFU);
    EXPECT_EQ(hash64(std::string(17, 'x')), 0x89975E6B7D2F5A11U);
    EXPECT_EQ(hash64(std::string(128, 'x')), 0x4CA37E83F6CDDD17U);
    EXPECT_EQ(hash64(std::string(129, 'x')), 0xE4F9742108FE27DCU);
    EXPECT_EQ(hash64(std::string(240, 'x')), 0x3E16CA8A0C6CCB68U);
    EXPECT_EQ(hash64(std::string(241, 'x')), 0x14DA9E5C301A6A1DU);
    EXPECT_EQ(hash64(std::string(1'025, 'x')), 0x9CD2E05A61B8A761U);
}

TEST(Hash64, OfPartsIsForEverToo) {
    EXPECT_EQ(hash64({""}), 0x4DC5B0CC826F6703U);
    EXPECT_EQ(hash64({"", ""}), 0xECB4D515747E2E90U);
    EXPECT_EQ(hash64({"ab", "c"}), 0xC5101BA6CF8E0459U);
    EXPECT_EQ(hash64({"order", "order-17"}), 0xA7B5A5B46F3A5FB9U);
}

TEST(Hash64, TellsPartsApart) {
    const std::vector<std::uint64_t> hashes{
        hash64({"ab", "c"}),
        hash64({"a", "bc"}),
        hash64({"abc"}),
        hash64({"abc", ""}),
        hash64({"", "abc"}),
        hash64({"c", "ab"})};
    for (std::size_t one = 0; one < hashes.size(); ++one) {
        EXPECT_EQ(std::count(hashes.begin(), hashes.end(), hashes[one]), 1) << one;
    }
}

TEST(Hash64, AViewOfNothingIsTheEmptyText) {
    EXPECT_EQ(hash64(std::string_view{}), hash64(""));
    EXPECT_EQ(murmur2(std::string_view{}), murmur2(""));
    EXPECT_EQ(crc32(std::string_view{}), 0U);
}

}  // namespace
}  // namespace sluice
