#pragma once

#include <sluice/sql.hpp>

#include <deque>
#include <memory>
#include <mysql.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::store {

/// A statement's values, bound to its places by their own types.
/// Lifetime: `values` outlive it, and it the statement's run.
class MysqlParameters {
public:
    explicit MysqlParameters(std::span<const SqlValue> values);

    [[nodiscard]] MYSQL_BIND* binds() { return binds_.data(); }

private:
    std::vector<MYSQL_BIND> binds_;
};

/// Where a row's columns are put: integers as such (also BIT), real numbers too, a decimal as
/// INTEGER when it is whole and as REAL when it is not, all else as TEXT.
/// Lifetime: `rows` must be called while the statement holds its whole result on this side.
class MysqlRow {
public:
    /// `fields` tell types, and the longest value of each in this result.
    explicit MysqlRow(std::span<const MYSQL_FIELD> fields);

    [[nodiscard]] MYSQL_BIND* binds() { return binds_.data(); }

    [[nodiscard]] std::vector<SqlValue> values() const;

private:
    enum class Shape { kInteger, kReal, kDecimal, kBits, kText };

    struct Column {
        Shape shape{Shape::kText};
        bool is_unsigned{false};
        my_bool is_null{0};
        unsigned long size{0};
        long long integer{0};
        double real{0};
        std::string text;
    };

    [[nodiscard]] static Shape shape_of(enum_field_types type);
    [[nodiscard]] static SqlValue value_of(const Column& column);

    std::deque<Column> columns_;  ///< never moved: they are bound
    std::vector<MYSQL_BIND> binds_;
};

}  // namespace sluice::store
