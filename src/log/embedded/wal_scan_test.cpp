#include "log/embedded/wal_scan.hpp"

#include "base/test_seed.hpp"
#include "log/embedded/test_wal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sluice::log {

namespace {

using Span = test::WalWriter::Span;

std::string random_wal(std::mt19937_64& random, std::size_t size) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return bytes;
}

/// Some small groups, some over several blocks, some that end just before a block does.
test::WalWriter random_wal(std::mt19937_64& random) {
    test::WalWriter wal;
    const std::uint64_t first = random() % 1'000;
    for (std::uint64_t i = 0; i < 1 + random() % 30; ++i) {
        std::size_t size = random() % 200;
        if (random() % 5 == 0) size = random() % 90'000;
        const std::size_t rest = 32'768 - wal.bytes().size() % 32'768;
        if (random() % 5 == 0 && rest > 60) size = rest - 31 - random() % 12;
        wal.group(first + i, random_wal(random, size));
    }
    return wal;
}

/// Which groups must be found when exactly [begin, end) is unreadable.
void expect_all_but(
    const WalScan& scan, const std::vector<Span>& written, std::size_t begin, std::size_t end
) {
    std::vector<Span> whole;
    for (const Span& span : written) {
        if (span.end <= begin || span.begin >= end) whole.push_back(span);
    }
    ASSERT_EQ(scan.groups.size(), whole.size());
    std::size_t before = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        ASSERT_EQ(scan.groups[i].number, whole[i].number);
        ASSERT_EQ(scan.groups[i].end, whole[i].end);
        ASSERT_EQ(scan.groups[i].after_damage, begin >= before && begin < whole[i].begin);
        before = whole[i].end;
    }
    ASSERT_EQ(scan.whole_end, before);
}

TEST(WalScan, AnEmptyFileIsWhole) {
    const WalScan scan = scan_wal("");
    EXPECT_TRUE(scan.groups.empty());
    EXPECT_FALSE(scan.damaged_end);
}

TEST(WalScan, FindsEveryGroup) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 50; ++round) {
        const test::WalWriter wal = random_wal(random);
        const WalScan scan = scan_wal(wal.bytes());
        expect_all_but(scan, wal.groups(), wal.bytes().size(), wal.bytes().size());
        ASSERT_FALSE(scan.damaged_end);
    }
}

TEST(WalScan, AnyCutIsATornEnd) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 200; ++round) {
        const test::WalWriter wal = random_wal(random);
        const std::size_t size = random() % wal.bytes().size();
        const WalScan scan = scan_wal(std::string_view{wal.bytes()}.substr(0, size));
        expect_all_but(scan, wal.groups(), size, wal.bytes().size());
        ASSERT_EQ(scan.damaged_end, size > scan.whole_end);
    }
}

TEST(WalScan, OneDamagedSpotCostsTheGroupsItTouchesAndNoOther) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 200; ++round) {
        const test::WalWriter wal = random_wal(random);
        std::string bytes = wal.bytes();
        const std::size_t begin = random() % bytes.size();
        const std::size_t most = random() % 2 == 0 ? 1 : 5'000;
        const std::size_t end = std::min(bytes.size(), begin + 1 + random() % most);
        for (std::size_t at = begin; at < end; ++at) {
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
        }
        const WalScan scan = scan_wal(bytes);
        expect_all_but(scan, wal.groups(), begin, end);
        ASSERT_EQ(scan.damaged_end, begin >= scan.whole_end);
    }
}

TEST(WalScan, PagesThatNeverCameAreDamage) {
    test::WalWriter wal;
    wal.group(1, "x");
    wal.group(2, std::string(20'000, 'y'));
    std::string bytes = wal.bytes();
    const std::size_t begin = wal.groups()[1].begin;
    std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(begin), bytes.begin() + 8'192, '\0');
    const WalScan scan = scan_wal(bytes);
    EXPECT_EQ(scan.groups.size(), 1U);
    EXPECT_TRUE(scan.damaged_end);
    EXPECT_EQ(scan.whole_end, begin);
}

TEST(WalScan, ABatchWithoutANumberIsNoGroup) {
    test::WalWriter wal;
    wal.group(1, "");
    wal.group(2, "");
    std::string bytes = wal.bytes();
    // Another first key, under a right crc: not written by this program.
    std::string covered = bytes.substr(6, 25);
    covered[15] = 'H';
    const std::uint32_t crc = crc32c(covered);
    std::string head;
    ByteWriter{head}.u32(((crc >> 15) | (crc << 17)) + 0xa282ead8U);
    bytes.replace(0, 4, head);
    bytes.replace(6, 25, covered);
    const WalScan scan = scan_wal(bytes);
    ASSERT_EQ(scan.groups.size(), 1U);
    EXPECT_EQ(scan.groups[0].number, 2U);
    EXPECT_TRUE(scan.groups[0].after_damage);
}

}  // namespace

}  // namespace sluice::log
