#pragma once

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <unistd.h>

namespace sluice::commerce::test {

/// A directory of its own for one test; gone with it.
class TempDir {
public:
    TempDir() {
        static std::atomic<int> made{0};
        path_ = std::filesystem::temp_directory_path() /
                fmt::format("sluice-commerce-{}-{}", ::getpid(), made.fetch_add(1));
        std::filesystem::create_directories(path_);
    }

    ~TempDir() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    TempDir(TempDir&&) = delete;
    TempDir& operator=(TempDir&&) = delete;

    [[nodiscard]] std::string path() const { return path_.string(); }

    [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }

    std::string write(std::string_view name, std::string_view content) const {
        std::ofstream{file(name), std::ios::binary} << content;
        return file(name);
    }

    [[nodiscard]] std::string read(std::string_view name) const {
        std::ostringstream content;
        content << std::ifstream{file(name), std::ios::binary}.rdbuf();
        return content.str();
    }

private:
    std::filesystem::path path_;
};

}  // namespace sluice::commerce::test
