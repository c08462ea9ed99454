#include "commerce/oracle/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <system_error>

namespace sluice::commerce::oracle {

void Statement::Finalize::operator()(sqlite3_stmt* handle) const noexcept {
    sqlite3_finalize(handle);
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(handle_.get());
    if (code == SQLITE_ROW) return true;
    const std::string why = sqlite3_errmsg(sqlite3_db_handle(handle_.get()));
    sqlite3_reset(handle_.get());
    if (code == SQLITE_DONE) return false;
    return Error{code == SQLITE_CONSTRAINT ? ErrorCode::kInvalidArgument : ErrorCode::kIo, why};
}

void Statement::bind(int parameter, std::int64_t value) {
    sqlite3_bind_int64(handle_.get(), parameter, value);
}

void Statement::bind(int parameter, std::string_view value) {
    // SQLITE_TRANSIENT is a C cast; a null destructor would mean "static", so the text is copied
    // here.
    char* copy = static_cast<char*>(sqlite3_malloc64(value.size() + 1));
    value.copy(copy, value.size());
    sqlite3_bind_text64(handle_.get(), parameter, copy, value.size(), sqlite3_free, SQLITE_UTF8);
}

void Statement::bind_null(int parameter) {
    sqlite3_bind_null(handle_.get(), parameter);
}

int Statement::columns() const {
    return sqlite3_column_count(handle_.get());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(handle_.get(), column);
}

std::string Statement::text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column));
    return bytes == nullptr ? std::string{} : std::string(bytes, size);
}

void Database::Close::operator()(sqlite3* handle) const noexcept {
    sqlite3_close(handle);
}

Error Database::last_error() const {
    return Error{ErrorCode::kIo, fmt::format("sqlite: {}", sqlite3_errmsg(handle_.get()))};
}

Result<Database> Database::create(const std::filesystem::path& file) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    sqlite3* handle = nullptr;
    const int code = sqlite3_open(file.c_str(), &handle);
    Database database{handle};
    if (code != SQLITE_OK) return database.last_error().at(file.string());
    auto set = database.run(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;"
        "PRAGMA cache_size = -262144;"
    );
    if (!set) return set.error().at(file.string());
    return database;
}

Status Database::run(const std::string& script) {
    if (sqlite3_exec(handle_.get(), script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return last_error();
    }
    return ok();
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int size = static_cast<int>(sql.size());
    if (sqlite3_prepare_v2(handle_.get(), sql.data(), size, &statement, nullptr) != SQLITE_OK) {
        return last_error();
    }
    return Statement{statement};
}

Result<std::int64_t> Database::integer(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return statement.error();
    auto row = statement->step();
    if (!row) return row.error();
    return row.value() ? statement->integer(0) : std::int64_t{0};
}

Status Database::attach(const std::filesystem::path& file) {
    if (!std::filesystem::is_regular_file(file)) {
        return Error{
            ErrorCode::kNotFound, file.string() + ": no such database; has the service run?"};
    }
    auto statement = prepare("ATTACH ? AS found");
    if (!statement) return statement.error();
    statement->bind(1, std::string_view{file.native()});
    auto row = statement->step();
    if (!row) return row.error().at(file.string());
    // SQLite opens lazily: the first read says whether this is a database at all.
    auto readable = integer("SELECT COUNT(*) FROM found.sqlite_schema");
    if (!readable) return readable.error().at(file.string());
    return ok();
}

Status Database::detach() {
    return run("DETACH found");
}

}  // namespace sluice::commerce::oracle
