#include "log/embedded/mark.hpp"

#include "base/test_seed.hpp"
#include "log/embedded/files.hpp"
#include "log/embedded/test_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace sluice::log {

namespace {

using test::kPlace;

/// A closed log, whose mark is whole.
class Marked : public testing::Test {
protected:
    void SetUp() override {
        publish("one");
        mark_ = read_mark(store_).value().value();
    }

    void publish(std::string text) const {
        const auto log = test::open_or_fail(options_);
        ASSERT_TRUE(log->create_topic(TopicSpec{"t", 1}));
        ASSERT_TRUE(test::publish_text(*log, kPlace, std::move(text)));
    }

    void expect_corrupt(const Status& refused, std::string_view what) const {
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
        const std::string& message = refused.error().message;
        EXPECT_NE(message.find(what), std::string::npos) << message;
        EXPECT_NE(message.find("Nothing was changed"), std::string::npos) << message;
    }

    test::ScratchDirectory scratch_;
    EmbeddedOptions options_{test::test_options(scratch_.path() / "log")};
    std::filesystem::path store_{options_.directory / "store"};
    std::filesystem::path path_{options_.directory / "MARK"};
    Mark mark_;
};

TEST_F(Marked, IsReadBackWhateverItsNumbers) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
    for (const Mark& mark : {Mark{}, Mark{1, 2, 3, 4, 5}, Mark{kMost, kMost, kMost, kMost, ~0U}}) {
        ASSERT_TRUE(write_mark(store_, mark));
        EXPECT_EQ(read_mark(store_).value(), mark);
    }
}

TEST_F(Marked, NoneIsThereBeforeTheFirstOpeningHasEnded) {
    std::filesystem::remove(path_);
    EXPECT_EQ(read_mark(store_).value(), std::nullopt);
}

TEST_F(Marked, AnyChangeOfItsTextShows) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    const std::string text = read_file(path_).value();
    std::vector<std::string> damaged{
        "", "\n", "nonsense", text + text, "1 2 3 4 5 6\n", " " + text};
    for (std::size_t size = 0; size < text.size(); ++size) damaged.push_back(text.substr(0, size));
    for (int round = 0; round < 200; ++round) {
        std::string flipped = text;
        char& byte = flipped[random() % flipped.size()];
        byte = static_cast<char>(byte ^ (1 << random() % 8));
        damaged.push_back(flipped);
    }
    for (const std::string& bytes : damaged) {
        ASSERT_TRUE(write_file_durably(path_, bytes));
        const auto refused = read_mark(store_);
        ASSERT_FALSE(refused) << bytes;
        EXPECT_EQ(refused.error().code, ErrorCode::kCorrupt);
        EXPECT_NE(refused.error().message.find("MARK: it is damaged"), std::string::npos);
        EXPECT_NE(refused.error().message.find("delete it"), std::string::npos);
    }
}

TEST_F(Marked, PromisesTheLastGroupOfAnOrderlyClose) {
    EXPECT_EQ(mark_.group, 2U);  // the topic and the record
    publish("two");
    EXPECT_EQ(read_mark(store_).value()->group, 3U);
    EXPECT_GT(read_mark(store_).value()->manifest, mark_.manifest);
}

TEST_F(Marked, PromisesNoGroupInTheWeakerMode) {
    options_.durability = Durability::kProcessCrash;
    publish("not synced");
    EXPECT_EQ(read_mark(store_).value()->group, 0U);
}

TEST_F(Marked, NeedsItsWriteAheadLogOrANewerOne) {
    ASSERT_TRUE(check_files(store_, mark_));
    ++mark_.newest_wal;
    expect_corrupt(check_files(store_, mark_), ".log: this write-ahead log, or a newer one");
}

TEST_F(Marked, NeedsTheBeginningOfItsManifest) {
    --mark_.manifest_crc;
    expect_corrupt(check_files(store_, mark_), "its first");
    ++mark_.manifest_crc;
    ++mark_.manifest_bytes;
    expect_corrupt(check_files(store_, mark_), "MANIFEST-");
}

TEST_F(Marked, AManifestThatGrewIsWhole) {
    const auto path = store_ / fmt::format("MANIFEST-{:06}", mark_.manifest);
    const std::string grown = read_file(path).value() + "more";
    ASSERT_TRUE(write_file_durably(path, grown));
    EXPECT_TRUE(check_files(store_, mark_));
}

TEST_F(Marked, AnOlderManifestThanTheMarksIsRefused) {
    ASSERT_TRUE(write_file_durably(store_ / "CURRENT", "MANIFEST-000001\n"));
    expect_corrupt(check_files(store_, mark_), "CURRENT: it names no manifest from");
    for (const char* text : {"", "MANIFEST-", "MANIFEST-12x\n", "manifest-000012\n"}) {
        ASSERT_TRUE(write_file_durably(store_ / "CURRENT", text));
        expect_corrupt(check_files(store_, mark_), "CURRENT");
    }
}

TEST_F(Marked, AManifestNewerThanTheMarksIsThatOfAnOpeningCutShort) {
    --mark_.manifest;
    mark_.manifest_crc = 0;
    EXPECT_TRUE(check_files(store_, mark_));
}

TEST_F(Marked, AMissingManifestIsNamed) {
    std::filesystem::remove(store_ / fmt::format("MANIFEST-{:06}", mark_.manifest));
    expect_corrupt(check_files(store_, mark_), "it is missing");
}

}  // namespace

}  // namespace sluice::log
