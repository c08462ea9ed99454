#include "store/mysql/mysql_values.hpp"

#include "store/number_text.hpp"

#include <algorithm>
#include <limits>

namespace sluice::store {

namespace {

constexpr std::size_t kTextMin = 64;  // a date, a time or a decimal fits

/// The library writes to none of what a statement's values are bound to, though its type says so.
template <class Value>
void* buffer_of(const Value* value) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): see above
    return const_cast<Value*>(value);
}

struct Binder {
    MYSQL_BIND& bind;

    void operator()(const std::monostate&) const { bind.buffer_type = MYSQL_TYPE_NULL; }

    void operator()(const std::int64_t& value) const {
        bind.buffer_type = MYSQL_TYPE_LONGLONG;
        bind.buffer = buffer_of(&value);
    }

    void operator()(const double& value) const {
        bind.buffer_type = MYSQL_TYPE_DOUBLE;
        bind.buffer = buffer_of(&value);
    }

    void operator()(const std::string& value) const {
        bind.buffer_type = MYSQL_TYPE_STRING;
        bind.buffer = buffer_of(value.data());
        bind.buffer_length = static_cast<unsigned long>(value.size());
    }
};

}  // namespace

MysqlParameters::MysqlParameters(std::span<const SqlValue> values) : binds_(values.size()) {
    for (std::size_t at = 0; at < values.size(); ++at) std::visit(Binder{binds_[at]}, values[at]);
}

MysqlRow::Shape MysqlRow::shape_of(enum_field_types type) {
    switch (type) {
        case MYSQL_TYPE_TINY:
        case MYSQL_TYPE_SHORT:
        case MYSQL_TYPE_INT24:
        case MYSQL_TYPE_LONG:
        case MYSQL_TYPE_LONGLONG:
        case MYSQL_TYPE_YEAR: return Shape::kInteger;
        case MYSQL_TYPE_FLOAT:
        case MYSQL_TYPE_DOUBLE: return Shape::kReal;
        case MYSQL_TYPE_DECIMAL:
        case MYSQL_TYPE_NEWDECIMAL: return Shape::kDecimal;
        case MYSQL_TYPE_BIT: return Shape::kBits;
        default: return Shape::kText;  // the library's enum, which grows
    }
}

MysqlRow::MysqlRow(std::span<const MYSQL_FIELD> fields) : binds_(fields.size()) {
    for (std::size_t at = 0; at < fields.size(); ++at) {
        Column& column = columns_.emplace_back();
        MYSQL_BIND& bind = binds_[at];
        column.shape = shape_of(fields[at].type);
        column.is_unsigned = (fields[at].flags & UNSIGNED_FLAG) != 0;
        bind.is_null = &column.is_null;
        bind.length = &column.size;
        if (column.shape == Shape::kInteger) {
            bind.buffer_type = MYSQL_TYPE_LONGLONG;
            bind.is_unsigned = column.is_unsigned ? 1 : 0;
            bind.buffer = &column.integer;
        } else if (column.shape == Shape::kReal) {
            bind.buffer_type = MYSQL_TYPE_DOUBLE;
            bind.buffer = &column.real;
        } else {
            column.text.resize(std::max<std::size_t>(fields[at].max_length, kTextMin));
            bind.buffer_type = MYSQL_TYPE_STRING;
            bind.buffer = column.text.data();
            bind.buffer_length = static_cast<unsigned long>(column.text.size());
        }
    }
}

SqlValue MysqlRow::value_of(const Column& column) {
    if (column.is_null != 0) return std::monostate{};
    const std::string_view text{
        column.text.data(), std::min(column.text.size(), std::size_t{column.size})};
    switch (column.shape) {
        case Shape::kInteger:
            if (column.is_unsigned && column.integer < 0) {
                return static_cast<double>(static_cast<unsigned long long>(column.integer));
            }
            return std::int64_t{column.integer};
        case Shape::kReal: return column.real;
        case Shape::kDecimal: return number_of_text(text);
        case Shape::kBits: {
            std::uint64_t bits = 0;
            for (const char byte : text) bits = bits << 8U | static_cast<unsigned char>(byte);
            return static_cast<std::int64_t>(bits);
        }
        case Shape::kText: break;
    }
    return std::string{text};
}

std::vector<SqlValue> MysqlRow::values() const {
    std::vector<SqlValue> values;
    values.reserve(columns_.size());
    for (const Column& column : columns_) values.push_back(value_of(column));
    return values;
}

}  // namespace sluice::store
