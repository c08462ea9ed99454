#include "log/embedded/recovery.hpp"

#include "base/test_seed.hpp"
#include "log/embedded/recovery_fixture.hpp"
#include "log/embedded/test_wal.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sluice::log {

namespace {

using test::kPlace;
using test::kRecords;
using test::Recovery;

TEST_F(Recovery, AWholeLogIsOpenedWhole) {
    const auto log = test::open_or_fail(options_);
    EXPECT_EQ(test::texts(*log, kPlace), written_);
    EXPECT_EQ(log->report().torn_bytes, 0U);
    EXPECT_EQ(log->report().wal_groups, kRecords + 1);
    EXPECT_EQ(log->report().last_group, kRecords + 1);
}

TEST_F(Recovery, ACutLastGroupIsTornAndTold) {
    put(std::string_view{original_}.substr(0, groups_[kRecords - 1].end + 100));
    expect_cut(100);
}

TEST_F(Recovery, AFewBytesOfAHeaderAreTornToo) {
    put(std::string_view{original_}.substr(0, groups_[kRecords - 1].end + 3));
    expect_cut(3);
}

TEST_F(Recovery, PagesOfTheLastGroupThatCameOutOfOrderAreTorn) {
    std::string bytes = original_;
    const std::size_t begin = groups_[kRecords - 1].end;
    const std::size_t end = begin + 4'096;  // its first page is missing, its last one is there
    ASSERT_LT(end, bytes.size());
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(begin), end - begin, '\0');
    put(bytes);
    expect_cut(bytes.size() - begin);
}

TEST_F(Recovery, AFlippedBitInTheLastGroupCannotBeToldFromATornWrite) {
    const std::size_t begin = groups_[kRecords - 1].end;
    put(flipped(begin + 20, 3));
    expect_cut(original_.size() - begin);
}

TEST_F(Recovery, AFlippedBitBeforeTheLastGroupIsRefused) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 40 && !HasFailure(); ++round) {
        const std::size_t at = random() % groups_[kRecords - 1].end;
        put(flipped(at, static_cast<int>(random() % 8)));
        expect_corrupt(wal_.filename().string());
    }
    put(original_);
    EXPECT_EQ(test::texts(*test::open_or_fail(options_), kPlace), written_);
}

TEST_F(Recovery, ALengthThatRunsBeyondTheFileIsRefused) {
    // RocksDB takes this for the end of the log, and opens without the groups behind it.
    put(flipped(groups_[3].end + 5, 7));
    expect_corrupt("behind group 4, while group 6");
}

TEST_F(Recovery, AGroupThatWasCutOutIsRefused) {
    std::string bytes = original_;
    bytes.erase(groups_[3].end, groups_[4].end - groups_[3].end);
    put(bytes);
    expect_corrupt("behind group 4, while group 6");
}

TEST_F(Recovery, ADeletedWriteAheadLogIsRefused) {
    std::filesystem::remove(wal_);
    expect_corrupt(wal_.filename().string());
    put(original_);
    EXPECT_EQ(test::texts(*test::open_or_fail(options_), kPlace), written_);
}

/// Puts a file with these groups behind the store's own.
void add_wal(
    const std::filesystem::path& store, std::uint64_t file, std::uint64_t from, std::uint64_t to
) {
    test::WalWriter wal;
    for (std::uint64_t number = from; number <= to; ++number) wal.group(number, "");
    ASSERT_TRUE(write_file_durably(store / fmt::format("{:06}.log", file), wal.bytes()));
}

TEST_F(Recovery, AFileMissingInTheMiddleIsRefused) {
    add_wal(store_, 900'001, kRecords + 2, kRecords + 4);
    add_wal(store_, 900'002, kRecords + 5, kRecords + 6);
    add_wal(store_, 900'003, kRecords + 7, kRecords + 9);
    auto judged = recover(store_, options_, rocksdb::Env::Default());
    ASSERT_TRUE(judged) << judged.error().message;
    EXPECT_EQ(judged.value().last_group, kRecords + 9);
    std::filesystem::remove(store_ / "900002.log");
    judged = recover(store_, options_, rocksdb::Env::Default());
    ASSERT_FALSE(judged);
    EXPECT_EQ(judged.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(judged.error().message.find("900003.log"), std::string::npos);
}

TEST_F(Recovery, ATornEndOfAFileThatIsNotTheLastIsRefused) {
    put(std::string_view{original_}.substr(0, original_.size() - 5));
    add_wal(store_, 900'001, 1, 0);
    expect_corrupt("a newer file was begun");
}

TEST_F(Recovery, FilesThatTheTablesMadeObsoleteMayHaveHoles) {
    static_cast<void>(test::open_or_fail(options_));  // replays and flushes all groups
    add_wal(store_, 900'001, 2, 3);
    add_wal(store_, 900'002, 6, kRecords + 1);
    const auto judged = recover(store_, options_, rocksdb::Env::Default());
    ASSERT_TRUE(judged) << judged.error().message;
    EXPECT_EQ(judged.value().last_group, kRecords + 1);
    add_wal(store_, 900'003, kRecords + 3, kRecords + 3);
    EXPECT_FALSE(recover(store_, options_, rocksdb::Env::Default()));
}

TEST_F(Recovery, ATornFileThatTheTablesHoldIsNotMissed) {
    // A write found the disk full, RocksDB went on in a new file, and then the process was killed.
    static_cast<void>(test::open_or_fail(options_));
    test::WalWriter wal;
    wal.group(kRecords, "");
    wal.group(kRecords + 1, "");
    ASSERT_TRUE(write_file_durably(store_ / "900001.log", wal.bytes() + "torn"));
    ASSERT_TRUE(write_file_durably(store_ / "900002.log", ""));
    const auto judged = recover(store_, options_, rocksdb::Env::Default());
    ASSERT_TRUE(judged) << judged.error().message;
    EXPECT_EQ(judged.value().last_group, kRecords + 1);
    EXPECT_EQ(judged.value().torn_bytes, 0U);
    wal.group(kRecords + 2, "");
    ASSERT_TRUE(write_file_durably(store_ / "900001.log", wal.bytes() + "torn"));
    EXPECT_FALSE(recover(store_, options_, rocksdb::Env::Default())) << "not in the tables";
}

TEST_F(Recovery, AGapBetweenTheTablesAndTheWriteAheadLogIsRefused) {
    static_cast<void>(test::open_or_fail(options_));  // the tables end at the last group
    add_wal(store_, 900'001, kRecords + 3, kRecords + 4);
    const auto judged = recover(store_, options_, rocksdb::Env::Default());
    ASSERT_FALSE(judged);
    EXPECT_EQ(judged.error().code, ErrorCode::kCorrupt);
    const std::string gap = fmt::format(
        "the tables end at group {}, the write-ahead log begins at group {}",
        kRecords + 1,
        kRecords + 3
    );
    EXPECT_NE(judged.error().message.find(gap), std::string::npos) << judged.error().message;
    add_wal(store_, 900'000, kRecords + 2, kRecords + 2);
    EXPECT_TRUE(recover(store_, options_, rocksdb::Env::Default()));
}

TEST_F(Recovery, ATornEndLargerThanAnyGroupIsRefused) {
    options_.record_bytes_max = std::size_t{64} << 10;
    options_.step_bytes_max = std::size_t{128} << 10;
    options_.group_bytes_max = std::size_t{64} << 10;
    put(original_ + std::string(std::size_t{500} << 10, 'z'));
    expect_corrupt("behind group 13");
}

TEST_F(Recovery, DamageInATableIsNamedWhenRead) {
    static_cast<void>(test::open_or_fail(options_));  // now all lies in tables
    std::filesystem::path table;
    std::uintmax_t largest = 0;
    for (const auto& entry : std::filesystem::directory_iterator{store_}) {
        if (entry.path().extension() != ".sst" || entry.file_size() < largest) continue;
        table = entry.path();
        largest = entry.file_size();
    }
    std::string bytes = read_file(table).value();
    bytes[40] = static_cast<char>(bytes[40] ^ 4);  // in the first block of records
    ASSERT_TRUE(write_file_durably(table, bytes));
    const auto log = test::open_or_fail(options_);
    ASSERT_NE(log, nullptr);
    const auto read = log->read(kPlace, Offset{0}, ReadLimits{});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(read.error().message.find("t/0"), std::string::npos);
}

}  // namespace

}  // namespace sluice::log
