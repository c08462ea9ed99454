#include "log/embedded/format_file.hpp"

#include "log/embedded/files.hpp"
#include "log/embedded/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace sluice::log {

namespace {

constexpr std::size_t kStampBytesShown = 60;
constexpr std::string_view kStampPrefix = "sluice embedded log ";

std::string stamp() {
    return fmt::format("{}{}\n", kStampPrefix, kFormatVersion);
}

/// Whether anything lies there that a new database would hide.
bool holds_data(const std::filesystem::path& store) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{store, error}) {
        if (is_table(entry.path())) return true;
        if (entry.path().extension() == ".log" && entry.file_size(error) > 0) return true;
    }
    return false;
}

Error damaged(const std::filesystem::path& directory, std::string_view what) {
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "{}: {}; nothing was changed: restore the directory from a backup, or use an empty one",
            directory.string(),
            what
        )};
}

}  // namespace

Result<Found> check_format(
    const std::filesystem::path& directory, const std::filesystem::path& store
) {
    const std::filesystem::path path = directory / "FORMAT";
    const bool rooted = std::filesystem::exists(store / "CURRENT");
    if (!std::filesystem::exists(path)) {
        if (rooted || holds_data(store)) return damaged(directory, "its file FORMAT is missing");
        if (Status stamped = write_file_durably(path, stamp()); !stamped) return stamped.error();
        return Found::kNothing;
    }
    const Result<std::string> found = read_file(path);
    if (!found) return found.error();
    if (found.value().rfind(kStampPrefix, 0) != 0) {
        return damaged(directory, "its file FORMAT cannot be read");
    }
    if (*found != stamp()) {
        return Error{
            ErrorCode::kUnsupported,
            fmt::format(
                "{} says \"{}\", this program reads version {}; nothing was changed: start the "
                "program "
                "that wrote it",
                path.string(),
                found.value().substr(0, std::min(found.value().find('\n'), kStampBytesShown)),
                kFormatVersion
            )};
    }
    if (rooted) return Found::kStore;
    if (holds_data(store)) return damaged(directory, "store/CURRENT is missing, but data is there");
    return Found::kNothing;
}

}  // namespace sluice::log
