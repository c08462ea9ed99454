#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace sluice::commerce::oracle {

/// One prepared statement. Parameters and columns count from 1 and 0, as SQLite counts them.
/// Threads: one at a time, with its database. Lifetime: ends before its Database.
/// Failure: a step's error is an Error with SQLite's own text. Limits: SQLite's.
class Statement {
public:
    /// True: a row is there. False: no more rows; the statement may be bound again.
    [[nodiscard]] Result<bool> step();

    void bind(int parameter, std::int64_t value);
    void bind(int parameter, std::string_view value);  // copied
    void bind_null(int parameter);

    [[nodiscard]] int columns() const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;

private:
    friend class Database;

    struct Finalize {
        void operator()(sqlite3_stmt* handle) const noexcept;
    };

    explicit Statement(sqlite3_stmt* handle) : handle_{handle} {}

    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// A scratch database: written once, in a hurry, and thrown away; nothing in it survives a crash.
/// Threads: one at a time. Lifetime: closes the file, does not remove it.
/// Failure: Errors with SQLite's own text. Limits: 256 MiB of page cache.
class Database {
public:
    /// Creates `file`; what was there before is replaced.
    [[nodiscard]] static Result<Database> create(const std::filesystem::path& file);

    /// Runs all statements of `script`; rows are dropped.
    [[nodiscard]] Status run(const std::string& script);

    [[nodiscard]] Result<Statement> prepare(std::string_view sql);

    /// The first column of the first row; 0 if there is none.
    [[nodiscard]] Result<std::int64_t> integer(std::string_view sql);

    /// Makes the tables of an existing database readable as `found.<table>`, until detach().
    [[nodiscard]] Status attach(const std::filesystem::path& file);
    [[nodiscard]] Status detach();

private:
    struct Close {
        void operator()(sqlite3* handle) const noexcept;
    };

    explicit Database(sqlite3* handle) : handle_{handle} {}

    [[nodiscard]] Error last_error() const;

    std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace sluice::commerce::oracle
