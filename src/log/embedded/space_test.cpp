// What retention has trimmed leaves the disk, blobs too.
#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>

namespace sluice::log {

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

/// Nothing makes it smaller.
std::string noise(std::size_t bytes) {
    std::mt19937_64 random{1};
    std::string text(bytes, '\0');
    for (char& one : text) one = static_cast<char>(random());
    return text;
}

std::uint64_t bytes_below(const std::filesystem::path& directory) {
    std::uint64_t bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{directory}) {
        std::error_code gone;  // RocksDB may remove one meanwhile
        const std::uintmax_t size = entry.is_regular_file(gone) ? entry.file_size(gone) : 0;
        if (!gone) bytes += size;
    }
    return bytes;
}

TEST(Space, OfTrimmedRecordsIsFreeAgain) {
    const test::ScratchDirectory scratch{std::filesystem::temp_directory_path()};
    const auto log = test::open_or_fail(test::test_options(scratch.path() / "log"));
    ASSERT_NE(log, nullptr);
    ASSERT_TRUE(log->create_topic(TopicSpec{"t", 1}));
    constexpr std::int64_t kKept = 20;
    const std::string text = noise(900'000);
    std::uint64_t published = 0;
    for (std::int64_t n = 0; published < 500 * kMiB; ++n) {
        ASSERT_TRUE(test::publish_text(*log, test::kPlace, text));
        published += text.size();
        if (n <= kKept || n % kKept != 0) continue;
        ASSERT_TRUE(log->trim(test::kPlace, Offset{n - kKept}));
    }
    EXPECT_LT(bytes_below(scratch.path()), published / 2);
}

}  // namespace

}  // namespace sluice::log
