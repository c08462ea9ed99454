// The histories of the embedded log that a careless design breaks on, end to end
// (docs/architecture/histories.md, section i; their parts have tests of their own).
#include "log/embedded/catalog.hpp"
#include "log/embedded/files.hpp"
#include "log/embedded/group_batch.hpp"
#include "log/embedded/open.hpp"
#include "log/embedded/test_faults.hpp"
#include "log/embedded/test_log.hpp"
#include "log/embedded/test_power.hpp"
#include "log/embedded/test_wal.hpp"
#include "log/embedded/wal_files.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>

namespace sluice::log {

namespace {

using Texts = std::vector<std::string>;

constexpr std::uint64_t kPageBytes = 4'096;
using test::kPlace;

class HistoryI : public testing::Test {
protected:
    void SetUp() override {
        const auto log = test::open_or_fail(options_);
        ASSERT_TRUE(log->create_topic(TopicSpec{"t", 1}));
        ASSERT_TRUE(test::publish_text(*log, kPlace, "first"));
    }

    /// As a power cut, or a kill, leaves the directory: with the mark of the last opening.
    void expect_opens(const std::filesystem::path& directory, const Texts& records) const {
        const auto log = test::open_or_fail(test::test_options(directory));
        ASSERT_NE(log, nullptr);
        EXPECT_EQ(test::texts(*log, kPlace), records);
    }

    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path() / "log")};
    std::filesystem::path store_{options_.directory / "store"};
};

/// RocksDB's own threads may still remove what the opening has replaced.
void wait_for_background(const test::PowerCutFileSystem& files) {
    constexpr std::chrono::milliseconds kQuiet{100};
    for (std::uint64_t seen = files.changes() + 1; seen != files.changes();) {
        seen = files.changes();
        std::this_thread::sleep_for(kQuiet);
    }
}

TEST_F(HistoryI, I1APowerCutThatKeptPage2OfAGroupButNotPage1IsATornEnd) {
    const auto files = std::make_shared<test::PowerCutFileSystem>(1);
    const auto env = test::power_env(files);
    const std::filesystem::path mark = options_.directory / "MARK";
    std::string opened_mark;
    std::uint64_t acknowledged = 0;  // bytes of the write-ahead log
    {
        auto opened = open_embedded_on(env.get(), options_);
        ASSERT_TRUE(opened) << opened.error().message;
        ASSERT_TRUE(test::publish_text(**opened, kPlace, "second"));
        opened_mark = read_file(mark).value();
        acknowledged = std::filesystem::file_size(wal_files(store_).back().path);
        wait_for_background(*files);
        files->cut_at(2);  // the group is written; the power goes before it is synced
        EXPECT_FALSE(test::publish_text(**opened, kPlace, std::string(4 * kPageBytes, 'x')));
    }
    ASSERT_TRUE(write_file_durably(mark, opened_mark));
    const std::uint64_t first_page = acknowledged / kPageBytes;
    files->lose([&](const std::string& file, std::uint64_t page) {
        return file.ends_with(".log") && page == first_page + 1;
    });
    const auto torn = std::filesystem::file_size(wal_files(store_).back().path) - acknowledged;
    ASSERT_GT(torn, kPageBytes) << "page 2 is not there";

    const auto log = test::open_or_fail(options_);
    ASSERT_NE(log, nullptr);
    EXPECT_EQ(log->report().torn_bytes, torn);
    EXPECT_EQ(test::texts(*log, kPlace), (Texts{"first", "second"}));
    EXPECT_EQ(std::filesystem::file_size(options_.directory / "torn-end.bin"), torn);
    ASSERT_TRUE(test::publish_text(*log, kPlace, "third"));
}

/// A log of which two write-ahead log files are alive, and a third is begun: its flush hangs.
class HistoryI2 : public HistoryI {
protected:
    void SetUp() override {
        HistoryI::SetUp();
        static_cast<void>(test::open_or_fail(options_));  // all that was written is in tables
        auto opened = Store::open(store_, options_, OpenFor::kUse, env_.get(), health_);
        ASSERT_TRUE(opened) << opened.error().message;
        const std::unique_ptr<Store> store = std::move(opened).value();
        Catalog catalog;
        ASSERT_TRUE(catalog.load(*store, health_));
        const Located place = catalog.locate(kPlace).value();
        faults_.slow_table.close();
        for (std::uint64_t group = 3; group < 9; ++group) {
            if (group == 6) begin_flush(*store);
            write(*store, place, group);
        }
        begin_flush(*store);
        std::filesystem::copy(options_.directory, image_, std::filesystem::copy_options::recursive);
        faults_.slow_table.open();
        for (const WalFile& file : wal_files(image_ / "store")) {
            if (std::filesystem::file_size(file.path) > 0) wals_.push_back(file);
        }
        ASSERT_EQ(wals_.size(), 2U);
        ASSERT_GT(wal_files(image_ / "store").back().number, wals_[1].number);
    }

    /// Refused, naming that file of the write-ahead log, if one is given.
    static void expect_corrupt(const std::filesystem::path& directory, std::uint64_t file = 0) {
        const auto opened = open_embedded(test::test_options(directory));
        ASSERT_FALSE(opened);
        const std::string& message = opened.error().message;
        EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt) << message;
        const std::string named = file > 0 ? std::to_string(file) : "";
        EXPECT_NE(message.find(named), std::string::npos) << message;
        EXPECT_NE(message.find("othing was changed"), std::string::npos) << message;
    }

    static void begin_flush(const Store& store) {
        rocksdb::FlushOptions options;
        options.wait = false;
        options.allow_write_stall = true;
        const std::vector all{store.meta(), store.records(), store.state()};
        ASSERT_TRUE(store.db().Flush(options, all).ok());
    }

    static void write(const Store& store, const Located& place, std::uint64_t group) {
        GroupBatch batch{store, group};
        RecordBatches records;
        records.add(test::text_record(fmt::format("{}", group)));
        static_cast<void>(batch.append(place, records));
        rocksdb::WriteOptions options;
        options.sync = true;
        ASSERT_TRUE(store.db().Write(options, &batch.seal()).ok());
        batch.committed();
    }

    test::Faults faults_;
    std::unique_ptr<rocksdb::Env> env_{test::faulty_env(faults_)};
    Health health_;
    std::filesystem::path image_{scratch_.path() / "image"};
    std::vector<WalFile> wals_;  // of the image, those with groups
};

TEST_F(HistoryI2, TheImageOfACrashIsWhole) {
    expect_opens(image_, {"first", "3", "4", "5", "6", "7", "8"});
}

TEST_F(HistoryI2, I2ANonLastFileCutShortIsRefused) {
    const std::string bytes = read_file(wals_[0].path).value();
    for (std::size_t size = 0; size < bytes.size(); size += 7) {
        SCOPED_TRACE(fmt::format("{} of {} bytes", size, bytes.size()));
        ASSERT_TRUE(write_file_durably(wals_[0].path, bytes.substr(0, size)));
        expect_corrupt(image_, wals_[0].number);
        if (HasFailure()) return;
    }
    ASSERT_TRUE(write_file_durably(wals_[0].path, bytes));
    expect_opens(image_, {"first", "3", "4", "5", "6", "7", "8"});
}

TEST_F(HistoryI2, TheOldestFileMissingIsRefused) {
    std::filesystem::remove(wals_[0].path);
    expect_corrupt(image_, wals_[0].number);
}

TEST_F(HistoryI2, AFileMissingInTheMiddleIsRefused) {
    test::WalWriter behind;  // RocksDB begins a file with the group that it was begun for
    behind.group(9, "");
    const WalFile newest = wal_files(image_ / "store").back();
    ASSERT_TRUE(write_file_durably(newest.path, behind.bytes()));
    std::filesystem::remove(wals_[1].path);
    expect_corrupt(image_);  // by the manifest, if it tracks the file already, or by the numbers
}

TEST_F(HistoryI2, FilesInTheWrongOrderAreRefused) {
    const std::string first = read_file(wals_[0].path).value();
    const std::string second = read_file(wals_[1].path).value();
    ASSERT_TRUE(write_file_durably(wals_[0].path, second));
    ASSERT_TRUE(write_file_durably(wals_[1].path, first));
    expect_corrupt(image_);
}

}  // namespace

}  // namespace sluice::log
