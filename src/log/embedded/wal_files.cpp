#include "log/embedded/wal_files.hpp"

#include "log/embedded/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace sluice::log {

namespace {

std::filesystem::path marker(const std::filesystem::path& store) {
    return store.parent_path() / "NEWEST_WAL";
}

bool parse(std::string_view text, std::uint64_t& number) {
    return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
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

Status check_newest_wal(const std::filesystem::path& store) {
    if (!std::filesystem::exists(marker(store))) return ok();  // its first opening was cut short
    const Result<std::string> text = read_file(marker(store));
    if (!text) return text.error();
    std::uint64_t number = 0;
    const std::vector<WalFile> files = wal_files(store);
    if (parse(*text, number) && !files.empty() && files.back().number >= number) return ok();
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "{}: the write-ahead log {:06}.log (or a newer one) is missing, and with it what was "
            "acknowledged last. Nothing was changed. Put the file back, or restore the directory "
            "from a backup",
            store.string(),
            number
        )};
}

Status write_newest_wal(const std::filesystem::path& store, std::uint64_t number) {
    return write_file_durably(marker(store), fmt::format("{}\n", number));
}

}  // namespace sluice::log
