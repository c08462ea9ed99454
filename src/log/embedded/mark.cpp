#include "log/embedded/mark.hpp"

#include "log/embedded/crc32c.hpp"
#include "log/embedded/files.hpp"
#include "log/embedded/wal_files.hpp"

#include <fmt/format.h>
#include <rocksdb/transaction_log.h>

#include <array>
#include <charconv>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace sluice::log {

namespace {

constexpr std::string_view kManifestPrefix = "MANIFEST-";

std::filesystem::path mark_path(const std::filesystem::path& store) {
    return store.parent_path() / "MARK";
}

std::string render(const Mark& mark) {
    std::string text = fmt::format(
        "{} {} {} {} {} ",
        mark.newest_wal,
        mark.group,
        mark.manifest,
        mark.manifest_bytes,
        mark.manifest_crc
    );
    return text + fmt::format("{}\n", crc32c(text));
}

std::optional<Mark> parse_mark(std::string_view text) {
    std::array<std::uint64_t, 5> numbers{};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (std::uint64_t& number : numbers) {
        const auto [behind, error] = std::from_chars(at, end, number);
        if (error != std::errc{} || behind == end) return std::nullopt;
        at = behind + 1;
    }
    if (numbers[4] > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    const Mark mark{
        numbers[0], numbers[1], numbers[2], numbers[3], static_cast<std::uint32_t>(numbers[4])};
    if (text != render(mark)) return std::nullopt;  // the check, and that nothing else is there
    return mark;
}

/// The number in "MANIFEST-000012"; nothing when it is no such name.
std::optional<std::uint64_t> manifest_number(std::string_view name) {
    if (name.substr(0, kManifestPrefix.size()) != kManifestPrefix) return std::nullopt;
    name.remove_prefix(kManifestPrefix.size());
    std::uint64_t number = 0;
    const auto [behind, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc{} || behind != name.data() + name.size()) return std::nullopt;
    return number;
}

Error not_whole(const std::filesystem::path& path, std::string_view what) {
    return Error{
        ErrorCode::kCorrupt,
        fmt::format(
            "{}: {}. Nothing was changed. Put the file back, or restore the directory from a "
            "backup",
            path.string(),
            what
        )};
}

Status check_manifest(const std::filesystem::path& store, const Mark& mark) {
    const Result<std::string> current = read_file(store / "CURRENT");
    if (!current) return current.error();
    const std::string_view line{*current};
    const auto number = manifest_number(line.substr(0, line.find('\n')));
    if (!number || *number < mark.manifest) {
        return not_whole(
            store / "CURRENT",
            fmt::format("it names no manifest from {:06} on: it is damaged", mark.manifest)
        );
    }
    if (*number > mark.manifest) return ok();  // of an opening that was cut short
    const auto path = store / fmt::format("{}{:06}", kManifestPrefix, *number);
    if (!std::filesystem::exists(path)) return not_whole(path, "it is missing");
    const Result<std::string> bytes = read_file(path);
    if (!bytes) return bytes.error();
    const std::string_view begin = std::string_view{*bytes}.substr(0, mark.manifest_bytes);
    if (begin.size() == mark.manifest_bytes && crc32c(begin) == mark.manifest_crc) return ok();
    return not_whole(
        path,
        fmt::format(
            "its first {} bytes are not what they were when the log was last opened or closed: it "
            "is damaged",
            mark.manifest_bytes
        )
    );
}

Status check_wal(const std::filesystem::path& store, const Mark& mark) {
    const std::vector<WalFile> files = wal_files(store);
    if (!files.empty() && files.back().number >= mark.newest_wal) return ok();
    return not_whole(
        store / fmt::format("{:06}.log", mark.newest_wal),
        "this write-ahead log, or a newer one, is missing, and with it what was acknowledged last"
    );
}

}  // namespace

Result<std::optional<Mark>> read_mark(const std::filesystem::path& store) {
    const std::filesystem::path path = mark_path(store);
    if (!std::filesystem::exists(path)) return std::optional<Mark>{};
    const Result<std::string> text = read_file(path);
    if (!text) return text.error();
    if (const std::optional<Mark> mark = parse_mark(*text)) return mark;
    return not_whole(
        path,
        fmt::format(
            "it is damaged. It only guards the other files: if you know that none of {} was lost "
            "or changed, delete it",
            store.string()
        )
    );
}

Status write_mark(const std::filesystem::path& store, const Mark& mark) {
    return write_file_durably(mark_path(store), render(mark));
}

Status mark_store(const Store& store, std::uint64_t group, Health& health) {
    std::unique_ptr<rocksdb::LogFile> newest;
    rocksdb::Status asked = store.db().GetCurrentWalFile(&newest);
    if (!asked.ok()) return store_error(asked, "asking for the write-ahead log", health);
    std::vector<std::string> names;  // "/CURRENT", "/MANIFEST-000012" …
    Mark mark{newest->LogNumber(), group, 0, 0, 0};
    asked = store.db().GetLiveFiles(names, &mark.manifest_bytes, false);
    if (!asked.ok()) return store_error(asked, "asking for the manifest", health);
    for (const std::string& name : names) {
        const auto number = manifest_number(std::string_view{name}.substr(1));
        if (!number) continue;
        const Result<std::string> bytes = read_file(store.path() / name.substr(1));
        if (!bytes) return bytes.error();
        mark.manifest = *number;
        mark.manifest_crc = crc32c(std::string_view{*bytes}.substr(0, mark.manifest_bytes));
    }
    return write_mark(store.path(), mark);
}

Status check_files(const std::filesystem::path& store, const Mark& mark) {
    if (Status manifest = check_manifest(store, mark); !manifest) return manifest;
    return check_wal(store, mark);
}

}  // namespace sluice::log
