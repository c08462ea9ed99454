#include "store/sqlite_database.hpp"

#include "store/sqlite_session.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace sluice::store {

namespace {

Error cannot_open(const std::string& path, sqlite3* handle) {
    const int code = handle == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(handle);
    const char* why = handle == nullptr ? "out of memory" : sqlite3_errmsg(handle);
    const int primary = code & 0xFF;
    if (primary == SQLITE_NOTADB || primary == SQLITE_CORRUPT) {
        return Error{
            ErrorCode::kCorrupt,
            fmt::format("{}: {}; give another path, or restore it", path, why)};
    }
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED || primary == SQLITE_FULL ||
        primary == SQLITE_NOMEM) {
        return Error{ErrorCode::kUnavailable, fmt::format("{}: {}; try again later", path, why)};
    }
    return Error{
        ErrorCode::kBadConfig,
        fmt::format("{}: {}; is it a file that may be read and written here?", path, why)};
}

Status check_path(const std::string& path) {
    const auto directory = std::filesystem::absolute(path).parent_path();
    std::error_code ignored;
    if (std::filesystem::is_directory(directory, ignored)) return ok();
    return Error{
        ErrorCode::kBadConfig,
        fmt::format("{}: there is no directory {}; make it first", path, directory.string())};
}

}  // namespace

Result<std::unique_ptr<Session>> SqliteDatabase::open_session() const {
    if (options_.path.empty()) return Error{ErrorCode::kBadConfig, "an SQLite path is empty"};
    if (auto checked = check_path(options_.path); !checked) return checked.error();
    sqlite3* made = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(options_.path.c_str(), &made, flags, nullptr);
    SqlitePtr handle{made};
    if (code != SQLITE_OK) return cannot_open(options_.path, made);
    sqlite3_extended_result_codes(made, 1);
    sqlite3_busy_timeout(made, static_cast<int>(options_.busy_timeout.count()));
    // The last two for read models larger than SQLite's 2 MB of cache: docs/decisions/
    // 2026-11-29-pages-of-read-models.md.
    const char* settings =
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;"
        "pragma cache_size = -16384; pragma wal_autocheckpoint = 4000;";
    if (sqlite3_exec(made, settings, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return cannot_open(options_.path, made);
    }
    auto session = std::make_unique<SqliteSession>(std::move(handle));
    const auto mode = session->query("pragma journal_mode");
    if (mode.empty() || mode.front().text(0) != "wal") {
        return Error{
            ErrorCode::kBadConfig,
            fmt::format("{}: no write-ahead log there; use a file on a local disk", options_.path)};
    }
    return std::unique_ptr<Session>{std::move(session)};
}

}  // namespace sluice::store
