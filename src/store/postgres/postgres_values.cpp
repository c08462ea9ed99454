#include "store/postgres/postgres_values.hpp"

#include "store/number_text.hpp"
#include "store/sql_text.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice::store {

namespace {

// Of the server's catalogue; they never change.
constexpr Oid kBool = 16;
constexpr Oid kBytea = 17;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kOid = 26;
constexpr Oid kFloat4 = 700;
constexpr Oid kFloat8 = 701;
constexpr Oid kNumeric = 1700;

int nibble(char digit) {
    return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

/// \x6162: how the server writes bytes since its version 9.
std::string bytes_of(std::string_view hex) {
    std::string bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t at = 2; at + 1 < hex.size(); at += 2) {
        bytes.push_back(static_cast<char>(nibble(hex[at]) * 16 + nibble(hex[at + 1])));
    }
    return bytes;
}

}  // namespace

PostgresParameters::PostgresParameters(
    std::span<const SqlValue> values, std::span<const Oid> types, std::string_view statement
) {
    numbers_.reserve(values.size());
    for (std::size_t at = 0; at < values.size(); ++at) {
        const SqlValue& value = values[at];
        const auto* text = std::get_if<std::string>(&value);
        const bool bytes = text != nullptr && types[at] == kBytea;
        if (text != nullptr && !bytes && text->find('\0') != std::string::npos) {
            throw sql_error(
                SqlError::Kind::kOther, "PostgreSQL keeps no zero byte in a text", statement
            );
        }
        if (const auto* number = std::get_if<std::int64_t>(&value)) {
            numbers_.push_back(fmt::format("{}", *number));
            text = &numbers_.back();
        } else if (const auto* real = std::get_if<double>(&value)) {
            numbers_.push_back(fmt::format("{}", *real));
            text = &numbers_.back();
        }
        pointers_.push_back(text == nullptr ? nullptr : text->c_str());
        lengths_.push_back(text == nullptr ? 0 : static_cast<int>(text->size()));
        formats_.push_back(bytes ? 1 : 0);
    }
}

SqlValue postgres_value(Oid type, std::string_view text) {
    switch (type) {
        case kBool: return std::int64_t{text == "t" ? 1 : 0};
        case kBytea: return bytes_of(text);
        case kInt2:
        case kInt4:
        case kInt8:
        case kOid:
        case kNumeric: return number_of_text(text);
        case kFloat4:
        case kFloat8: return real_of_text(text);
        default: return std::string{text};  // an Oid, not an enum of ours
    }
}

std::vector<SqlRow> postgres_rows(const PGresult* result) {
    const int rows = PQntuples(result);
    const int columns = PQnfields(result);
    std::vector<SqlRow> all;
    all.reserve(static_cast<std::size_t>(rows));
    for (int row = 0; row < rows; ++row) {
        std::vector<SqlValue> values;
        values.reserve(static_cast<std::size_t>(columns));
        for (int column = 0; column < columns; ++column) {
            if (PQgetisnull(result, row, column) != 0) {
                values.emplace_back();
                continue;
            }
            const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
            const std::string_view text{PQgetvalue(result, row, column), size};
            values.push_back(postgres_value(PQftype(result, column), text));
        }
        all.emplace_back(std::move(values));
    }
    return all;
}

}  // namespace sluice::store
