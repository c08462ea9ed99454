#pragma once

#include "log/embedded/embedded.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdlib.h>  // NOLINT(*-deprecated-headers): mkdtemp is POSIX
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace sluice::log::test {

/// A directory that goes when the test ends.
class ScratchDirectory {
public:
    ScratchDirectory() : ScratchDirectory{base()} {}

    explicit ScratchDirectory(const std::filesystem::path& base) {
        std::string name = (base / "sluice-log-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }

    ~ScratchDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    /// In memory if there is such a place and TMPDIR says nothing else: no test here is about a
    /// real disk, and waiting for one is most of what they would do.
    static std::filesystem::path base() {
        const char* asked = std::getenv("TMPDIR");  // NOLINT(concurrency-mt-unsafe)
        std::filesystem::path memory{"/dev/shm"};
        if (asked == nullptr && ::access(memory.c_str(), W_OK) == 0) return memory;
        return std::filesystem::temp_directory_path();
    }

    std::filesystem::path path_;
};

/// How often a test tries: the number in that variable of the environment, or the usual one.
inline int rounds(const char* variable, int usual) {
    const char* text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nothing writes it
    if (text == nullptr) return usual;
    int asked = usual;
    const std::string_view digits{text};
    static_cast<void>(std::from_chars(digits.begin(), digits.end(), asked));
    return std::max(1, asked);
}

inline const PartitionRef kPlace{"t", PartitionId{0}};

/// Small caches and no reserve, so that tests run on any disk.
inline EmbeddedOptions test_options(const std::filesystem::path& directory) {
    EmbeddedOptions options;
    options.directory = directory;
    options.reserve_bytes = 0;
    options.block_cache_bytes = std::size_t{8} << 20;
    return options;
}

inline std::unique_ptr<EmbeddedLog> open_or_fail(const EmbeddedOptions& options) {
    auto opened = open_embedded(options);
    EXPECT_TRUE(opened.has_value()) << opened.error().message;
    return opened ? std::move(opened).value() : nullptr;
}

inline Record text_record(std::string text) {
    Record record;
    record.value = std::move(text);
    return record;
}

inline Result<std::vector<Offset>> publish_text(
    Log& log, const PartitionRef& to, std::string text
) {
    std::vector<Append> appends(1);
    appends[0].to = to;
    appends[0].records.push_back(text_record(std::move(text)));
    return log.publish(std::move(appends));
}

/// The values of a partition, all of them.
inline std::vector<std::string> texts(const Log& log, const PartitionRef& of) {
    std::vector<std::string> all;
    const auto ends = log.ends(of);
    EXPECT_TRUE(ends.has_value()) << ends.error().message;
    if (!ends) return all;
    Offset from = ends.value().first;
    for (;;) {
        const auto read = log.read(of, from, ReadLimits{});
        EXPECT_TRUE(read.has_value()) << read.error().message;
        if (!read || read.value().empty()) return all;
        for (const StoredRecord& stored : *read) all.push_back(stored.record.value.value_or(""));
        from = read.value().back().offset.next();
    }
}

}  // namespace sluice::log::test
