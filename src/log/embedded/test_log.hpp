#pragma once

#include "log/embedded/embedded.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <stdlib.h>  // NOLINT(*-deprecated-headers): mkdtemp is POSIX
#include <string>
#include <utility>
#include <vector>

namespace sluice::log::test {

/// A directory that goes when the test ends.
class ScratchDirectory {
public:
    ScratchDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "sluice-log-XXXXXX").string();
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
    std::filesystem::path path_;
};

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
    Offset from = log.ends(of).value().first;
    for (;;) {
        const auto read = log.read(of, from, ReadLimits{});
        EXPECT_TRUE(read.has_value()) << read.error().message;
        if (!read || read.value().empty()) return all;
        for (const StoredRecord& stored : *read) all.push_back(stored.record.value.value_or(""));
        from = read.value().back().offset.next();
    }
}

}  // namespace sluice::log::test
