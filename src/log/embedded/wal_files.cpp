#include "log/embedded/wal_files.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

namespace sluice::log {

namespace {

bool parse(std::string_view text, std::uint64_t& number) {
    const char* const end = text.data() + text.size();
    const auto [behind, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && behind == end;
}

}  // namespace

std::vector<WalFile> wal_files(const std::filesystem::path& store) {
    std::vector<WalFile> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{store, error}) {
        WalFile file{0, entry.path()};
        if (entry.path().extension() != ".log") continue;
        if (parse(entry.path().stem().string(), file.number)) files.push_back(std::move(file));
    }
    std::sort(files.begin(), files.end(), [](const WalFile& a, const WalFile& b) {
        return a.number < b.number;
    });
    return files;
}

}  // namespace sluice::log
