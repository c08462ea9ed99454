#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sluice {

/// A column's value: NULL, INTEGER, REAL, TEXT.
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string>;

/// A statement that failed, and what to make of it.
class SqlError : public std::runtime_error {
public:
    enum class Kind : std::uint8_t {
        kBusy,           ///< a lock was not free in time; the same again may succeed
        kSerialization,  ///< deadlock or serialization failure: the transaction is to be done again
        kConstraint,     ///< a constraint of the schema is broken; the same again fails again
        kConnection,     ///< the database cannot be reached, or its disk is full or failing
        kOther,          ///< the statement is wrong: syntax, a missing table, the number of values
    };

    SqlError(Kind kind, const std::string& message) : std::runtime_error{message}, kind_{kind} {}

    [[nodiscard]] Kind kind() const noexcept { return kind_; }

private:
    Kind kind_;
};

/// One row of a result, by column number from 0.
class SqlRow {
public:
    explicit SqlRow(std::vector<SqlValue> values) : values_{std::move(values)} {}

    [[nodiscard]] std::size_t size() const { return values_.size(); }

    [[nodiscard]] bool is_null(std::size_t column) const {
        return std::holds_alternative<std::monostate>(values_.at(column));
    }

    /// NULL answers 0 or "". A value of another kind throws std::bad_variant_access: the query and
    /// the code disagree, and the handler's event is dead with that reason.
    [[nodiscard]] std::int64_t integer(std::size_t column) const {
        return is_null(column) ? 0 : std::get<std::int64_t>(values_.at(column));
    }

    [[nodiscard]] double real(std::size_t column) const {
        return is_null(column) ? 0.0 : std::get<double>(values_.at(column));
    }

    [[nodiscard]] const std::string& text(std::size_t column) const {
        static const std::string empty;
        return is_null(column) ? empty : std::get<std::string>(values_.at(column));
    }

    [[nodiscard]] const std::vector<SqlValue>& values() const { return values_; }

private:
    std::vector<SqlValue> values_;
};

/// The open transaction that a handler writes its effects in. The inbox row is already in it; what
/// the handler writes here and the inbox row become durable together, or neither.
/// Threads:  the handler's, during the call only.
/// Failure:  a statement that fails throws SqlError: let it pass, the runner knows what to do (a
///           lock or a serialization failure is tried again, a broken constraint is dead).
/// Limits:   statements are prepared once per text: write values as `?`, never into the text.
class Sql {
public:
    virtual ~Sql() = default;

    /// Runs a statement; answers how many rows it changed.
    virtual std::int64_t execute(std::string_view statement, std::span<const SqlValue> values) = 0;

    virtual std::vector<SqlRow> query(
        std::string_view statement, std::span<const SqlValue> values
    ) = 0;

    std::int64_t execute(std::string_view statement, std::initializer_list<SqlValue> values = {}) {
        return execute(statement, std::span<const SqlValue>{values.begin(), values.size()});
    }

    std::vector<SqlRow> query(
        std::string_view statement, std::initializer_list<SqlValue> values = {}
    ) {
        return query(statement, std::span<const SqlValue>{values.begin(), values.size()});
    }
};

}  // namespace sluice
