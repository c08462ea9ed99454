#pragma once

#include "log/embedded/files.hpp"
#include "log/embedded/test_log.hpp"
#include "log/embedded/wal_files.hpp"
#include "log/embedded/wal_scan.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::log::test {

inline constexpr std::size_t kRecords = 12;

/// A log as a crash leaves it, whose groups all lie in one write-ahead log file: the topic, then a
/// record each.
class Recovery : public testing::Test {
protected:
    void SetUp() override {
        auto log = open_or_fail(options_);
        const std::string mark = read_file(mark_).value();
        ASSERT_TRUE(log->create_topic(TopicSpec{"t", 1}));
        for (std::size_t i = 0; i < kRecords; ++i) {
            written_.push_back(fmt::format("{}-{}", i, std::string(i * 900, 'x')));
            ASSERT_TRUE(publish_text(*log, kPlace, written_.back()));
        }
        log.reset();
        ASSERT_TRUE(write_file_durably(mark_, mark));  // a crash leaves that of the opening
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
        auto log = open_or_fail(options_);
        ASSERT_NE(log, nullptr);
        EXPECT_EQ(log->report().torn_bytes, torn_bytes);
        EXPECT_EQ(log->report().torn_file, wal_.filename().string());
        EXPECT_EQ(texts(*log, kPlace), first(kRecords - 1));
        const auto kept = read_file(options_.directory / "torn-end.bin");
        EXPECT_EQ(kept.value().size(), torn_bytes);
        const auto next = publish_text(*log, kPlace, "next");
        ASSERT_TRUE(next);
        EXPECT_EQ(next.value()[0].value, static_cast<std::int64_t>(kRecords - 1));
        log = nullptr;
        log = open_or_fail(options_);
        EXPECT_EQ(log->report().torn_bytes, 0U);
        EXPECT_EQ(texts(*log, kPlace).size(), kRecords);
    }

    ScratchDirectory scratch_;
    EmbeddedOptions options_{test_options(scratch_.path() / "log")};
    std::filesystem::path store_{options_.directory / "store"};
    std::filesystem::path mark_{options_.directory / "MARK"};
    std::filesystem::path wal_;
    std::string original_;
    std::vector<std::string> written_;
    std::vector<WalGroup> groups_;
};

}  // namespace sluice::log::test
