// What retention has trimmed leaves the disk, blobs too, and what leaves it holds up nobody.
#include "log/embedded/open.hpp"
#include "log/embedded/store.hpp"
#include "log/embedded/test_log.hpp"

#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

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

/// Notes how large the files are that are removed whole.
class RemovalsFileSystem final : public rocksdb::FileSystemWrapper {
public:
    RemovalsFileSystem() : FileSystemWrapper{rocksdb::FileSystem::Default()} {}

    [[nodiscard]] const char* Name() const override { return "removals"; }

    rocksdb::IOStatus DeleteFile(
        const std::string& name, const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug
    ) override {
        std::uint64_t bytes = 0;
        if (target()->GetFileSize(name, options, &bytes, debug).ok()) {
            const std::lock_guard lock{mutex_};
            largest_ = std::max(largest_, bytes);
        }
        return FileSystemWrapper::DeleteFile(name, options, debug);
    }

    std::uint64_t largest() {
        const std::lock_guard lock{mutex_};
        return largest_;
    }

private:
    std::mutex mutex_;
    std::uint64_t largest_{0};
};

bool has_trash(const std::filesystem::path& directory) {
    const std::filesystem::recursive_directory_iterator files{directory};
    return std::any_of(begin(files), end(files), [](const auto& file) {
        return file.path().extension() == ".trash";
    });
}

TEST(Space, IsGivenBackInPieces) {
    const test::ScratchDirectory scratch{std::filesystem::temp_directory_path()};
    const auto files = std::make_shared<RemovalsFileSystem>();
    const std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(files);
    auto opened = open_embedded_on(env.get(), test::test_options(scratch.path() / "log"));
    ASSERT_TRUE(opened) << opened.error().message;
    const std::unique_ptr<EmbeddedLog> log = std::move(opened).value();
    ASSERT_TRUE(log->create_topic(TopicSpec{"t", 1}));
    const std::string text = noise(900'000);
    bool seen = false;
    for (std::int64_t n = 0; n < 2'000 && !seen; ++n) {
        ASSERT_TRUE(test::publish_text(*log, test::kPlace, text));
        seen = has_trash(scratch.path());
    }
    EXPECT_TRUE(seen) << "no write-ahead log is on its way";
    while (has_trash(scratch.path())) std::this_thread::sleep_for(std::chrono::milliseconds{10});
    EXPECT_GT(files->largest(), 0U);
    EXPECT_LE(files->largest(), kRemovedAtOnceBytes);
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
    // What was removed goes piece by piece, after the records.
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (bytes_below(scratch.path()) >= published / 2 && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    EXPECT_LT(bytes_below(scratch.path()), published / 2);
}

}  // namespace

}  // namespace sluice::log
