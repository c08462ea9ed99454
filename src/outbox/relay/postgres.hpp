#pragma once

#include <sluice/result.hpp>
#include <sluice/time.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct pg_conn;
struct pg_result;

namespace sluice::outbox {

/// What a statement has answered; values as PostgreSQL writes them.
/// Threads: one at a time. Lifetime: views live as long as it does.
class PgRows {
public:
    explicit PgRows(pg_result* result);

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] bool is_null(std::size_t row, int column) const;
    [[nodiscard]] std::string_view text(std::size_t row, int column) const;
    [[nodiscard]] std::int64_t number(std::size_t row, int column) const;
    [[nodiscard]] bool truth(std::size_t row, int column) const;

    /// A bytea, as its bytes; what is no bytea is our bug.
    [[nodiscard]] std::string bytes(std::size_t row, int column) const;

    /// Of an insert, update or delete.
    [[nodiscard]] std::uint64_t affected() const;

private:
    struct Clear {
        void operator()(pg_result* result) const noexcept;
    };

    std::unique_ptr<pg_result, Clear> result_;
};

/// A parameter, as PostgreSQL reads it; nothing is null.
using PgValue = std::optional<std::string>;

/// "{1,2}" and "{\"a\",\"b\"}": a list as one parameter.
[[nodiscard]] std::string pg_array(std::span<const std::int64_t> values);
[[nodiscard]] std::string pg_array(std::span<const std::string> values);

/// A connection to PostgreSQL, by libpq.
/// Threads:  one at a time.
/// Failure:  kUnavailable: the server is not there, or could not do it now; the connection may be
///           gone, and `is_open` tells. kBadConfig: it will never work so: credentials, rights,
///           tables. kInvalidArgument: the statement was refused (a constraint, a raise).
/// Limits:   5 s to connect; a statement 60 s, but for `run_script`; a peer that is silent for some
///           20 s is gone.
class PgConnection {
public:
    /// `where`: a URL or "host=… dbname=…", and libpq's environment (PGPASSWORD, PGSSLMODE, …).
    [[nodiscard]] static Result<PgConnection> open(
        const std::string& where, const std::string& application
    );

    /// Prepared at its first use: `statement` is one of few constants.
    [[nodiscard]] Result<PgRows> run(
        std::string_view statement, std::initializer_list<PgValue> values = {}
    );

    /// Several statements in one transaction, without parameters.
    [[nodiscard]] Status run_script(const std::string& script);

    /// Waits until a notification is there, `wake` is readable, or the time has passed.
    [[nodiscard]] Status wait(Milliseconds time, int wake);

    /// The payloads that have come, in their order.
    [[nodiscard]] std::vector<std::string> notifications();

    [[nodiscard]] bool is_open() const;

private:
    struct Finish {
        void operator()(pg_conn* connection) const noexcept;
    };

    explicit PgConnection(pg_conn* connection) : connection_{connection} {}

    [[nodiscard]] Result<PgRows> answer(pg_result* raw) const;
    [[nodiscard]] Error error_of(const pg_result* result) const;

    std::unique_ptr<pg_conn, Finish> connection_;
    std::map<std::string_view, std::string> prepared_;  ///< the statement's name
};

/// A transaction: rolled back when it goes, unless it was committed.
class PgTransaction {
public:
    [[nodiscard]] static Result<PgTransaction> begin(PgConnection& connection);

    PgTransaction(PgTransaction&& other) noexcept
        : connection_{std::exchange(other.connection_, nullptr)} {}

    PgTransaction& operator=(PgTransaction&&) = delete;
    ~PgTransaction();

    [[nodiscard]] Status commit();

private:
    explicit PgTransaction(PgConnection& connection) : connection_{&connection} {}

    PgConnection* connection_;
};

}  // namespace sluice::outbox
