#include "log/embedded/files.hpp"

#include "log/embedded/health.hpp"
#include "log/embedded/tenure.hpp"
#include "log/embedded/test_log.hpp"
#include "log/embedded/wal_files.hpp"

#include <gtest/gtest.h>

namespace sluice::log {

namespace {

class Files : public testing::Test {
protected:
    test::ScratchDirectory scratch_;
    std::filesystem::path path_{scratch_.path() / "file"};
};

TEST_F(Files, AreWrittenWholeAndReadBack) {
    const std::string bytes{"a\0b\n", 4};
    ASSERT_TRUE(write_file_durably(path_, bytes));
    EXPECT_EQ(read_file(path_).value(), bytes);
    ASSERT_TRUE(write_file_durably(path_, ""));  // replaced
    EXPECT_EQ(read_file(path_).value(), "");
    EXPECT_FALSE(std::filesystem::exists(path_.string() + ".new"));
}

TEST_F(Files, AreCut) {
    ASSERT_TRUE(write_file_durably(path_, "abcdef"));
    ASSERT_TRUE(truncate_durably(path_, 2));
    EXPECT_EQ(read_file(path_).value(), "ab");
}

TEST_F(Files, FailuresNameThePath) {
    for (const Status& failed :
         {truncate_durably(path_, 0),
          write_file_durably(path_ / "below", "x"),
          make_directory("/proc/nowhere/to/be/made")}) {
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().code, ErrorCode::kIo);
        EXPECT_NE(failed.error().message.find('/'), std::string::npos);
    }
    const auto missing = read_file(path_);
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find(path_.string()), std::string::npos);
}

TEST_F(Files, ADirectoryIsMadeOnce) {
    const auto deep = scratch_.path() / "a" / "b";
    ASSERT_TRUE(make_directory(deep));
    ASSERT_TRUE(make_directory(deep));
    EXPECT_TRUE(std::filesystem::is_directory(deep));
}

class WalFiles : public Files {
protected:
    void SetUp() override { ASSERT_TRUE(make_directory(store_)); }

    void touch(const std::string& name) const {
        ASSERT_TRUE(write_file_durably(store_ / name, ""));
    }

    std::filesystem::path store_{scratch_.path() / "store"};
};

TEST(TableFile, IsATableOrTheBlobsBesideIt) {
    EXPECT_TRUE(is_table("store/000011.sst"));
    EXPECT_TRUE(is_table("store/000012.blob"));
    for (const char* other : {"000013.log", "MANIFEST-000005", "sst", "000011.sst.new"}) {
        EXPECT_FALSE(is_table(other)) << other;
    }
}

TEST_F(WalFiles, AreListedOldestFirstAndNothingElseIs) {
    for (const char* name :
         {"000010.log", "000009.log", "1000000.log", "000011.sst", "x.log", "12x.log", "LOG"}) {
        touch(name);
    }
    std::vector<std::uint64_t> numbers;
    for (const WalFile& file : wal_files(store_)) numbers.push_back(file.number);
    EXPECT_EQ(numbers, (std::vector<std::uint64_t>{9, 10, 1'000'000}));
    EXPECT_TRUE(wal_files(scratch_.path() / "nowhere").empty());
}

TEST(Health, TheFirstReasonStays) {
    Health health;
    EXPECT_TRUE(health.check());
    health.set_full(true);
    EXPECT_TRUE(health.check());  // a full disk is no failure
    health.poison(ErrorCode::kIo, "first");
    health.poison(ErrorCode::kCorrupt, "second");
    const Status poisoned = health.check();
    ASSERT_FALSE(poisoned);
    EXPECT_EQ(poisoned.error().code, ErrorCode::kIo);
    EXPECT_NE(poisoned.error().message.find("first"), std::string::npos);
    EXPECT_EQ(poisoned.error().message.find("second"), std::string::npos);
}

TEST(Health, DamageIsNotHelpedByARestart) {
    Health health;
    health.poison(ErrorCode::kCorrupt, "block 7");
    const Status poisoned = health.check();
    ASSERT_FALSE(poisoned);
    EXPECT_EQ(poisoned.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(poisoned.error().message.find("backup"), std::string::npos);
    EXPECT_NE(poisoned.error().message.find("block 7"), std::string::npos);
    EXPECT_EQ(poisoned.error().message.find("start it again"), std::string::npos);
}

TEST(Tenures, EndOnlyForWhoLosesAHome) {
    const auto tenure = [] { return std::make_shared<Tenure>(); };
    Tenures tenures;
    const auto both = tenure();
    const auto other_home = tenure();
    const auto other_group = tenure();
    const std::vector<HomeId> homes{HomeId{1}, HomeId{2}};
    const std::vector<HomeId> third{HomeId{3}};
    tenures.take(GroupId{1}, homes, both);
    tenures.take(GroupId{1}, third, other_home);
    tenures.take(GroupId{2}, homes, other_group);
    EXPECT_TRUE(both->check());
    const auto next = tenure();
    const std::vector<HomeId> one{HomeId{2}};
    tenures.take(GroupId{1}, one, next);
    EXPECT_EQ(both->check().error().code, ErrorCode::kFenced);
    EXPECT_TRUE(next->check());
    EXPECT_TRUE(other_home->check());
    EXPECT_TRUE(other_group->check());
}

}  // namespace

}  // namespace sluice::log
