#include "log/embedded/recovery.hpp"

#include "base/test_seed.hpp"
#include "log/embedded/files.hpp"
#include "log/embedded/test_log.hpp"
#include "log/embedded/test_wal.hpp"
#include "log/embedded/wal_files.hpp"
#include "log/embedded/wal_scan.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace sluice::log {

namespace {

constexpr std::size_t kRecords = 12;
const PartitionRef kPlace{"t", PartitionId{0}};

/// A closed log whose groups all lie in one write-ahead log file: the topic, then a record each.
class Recovery : public testing::Test {
protected:
    void SetUp() override {
        auto log = test::open_or_fail(options_);
        ASSERT_TRUE(log->create_topic(TopicSpec{"t", 1}));
        for (std::size_t i = 0; i < kRecords; ++i) {
            written_.push_back(fmt::format("{}-{}", i, std::string(i * 900, 'x')));
            ASSERT_TRUE(test::publish_text(*log, kPlace, written_.back()));
        }
        log.reset();
        for (const WalFile& file : wal_files(store_)) wal_ = file.path;
        original_ = read_file(wal_).value();
        groups_ = scan_wal(original_).groups;
        ASSERT_EQ(groups_.size(), kRecords + 1);
    }

    void put(std::string_view bytes) const { ASSERT_TRUE(write_file_durably(wal_, bytes)); }

    [[nodiscard]] std::string flipped(std::size_t at, int bit) const {
        std::string bytes = original_;
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
        return bytes;
    }

    [[nodiscard]] std::vector<std::string> first(std::size_t count) const {
        return {written_.begin(), written_.begin() + static_cast<std::ptrdiff_t>(count)};
    }

    /// Refused, and every file is as it was.
    void expect_corrupt(std::string_view names) const {
        const auto before = files();
        const auto opened = open_embedded(options_);
        ASSERT_FALSE(opened.has_value());
        EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
        EXPECT_NE(opened.error().message.find(names), std::string::npos) << opened.error().message;
        EXPECT_NE(opened.error().message.find("backup"), std::string::npos);
        EXPECT_EQ(files(), before);
    }

    /// RocksDB's data; without the text that it logs.
    [[nodiscard]] std::map<std::string, std::string> files() const {
        std::map<std::string, std::string> all;
        for (const auto& entry : std::filesystem::directory_iterator{store_}) {
            const std::string name = entry.path().filename().string();
            if (name.rfind("LOG", 0) != 0) all[name] = read_file(entry.path()).value();
        }
        return all;
    }

    /// The last group is gone, this was told, and the log goes on from there.
    void expect_cut(std::uint64_t torn_bytes) const {
        auto log = test::open_or_fail(options_);
        ASSERT_NE(log, nullptr);
        EXPECT_EQ(log->report().torn_bytes, torn_bytes);
        EXPECT_EQ(log->report().torn_file, wal_.filename().string());
        EXPECT_EQ(test::texts(*log, kPlace), first(kRecords - 1));
        const auto kept = read_file(options_.directory / "torn-end.bin");
        EXPECT_EQ(kept.value().size(), torn_bytes);
        const auto next = test::publish_text(*log, kPlace, "next");
        ASSERT_TRUE(next);
        EXPECT_EQ(next.value()[0].value, static_cast<std::int64_t>(kRecords - 1));
        log = nullptr;
        log = test::open_or_fail(options_);
        EXPECT_EQ(log->report().torn_bytes, 0U);
        EXPECT_EQ(test::texts(*log, kPlace).size(), kRecords);
    }

    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path() / "log")};
    std::filesystem::path store_{options_.directory / "store"};
    std::filesystem::path wal_;
    std::string original_;
    std::vector<std::string> written_;
    std::vector<WalGroup> groups_;
};

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
