#pragma once

#include <sluice/sql.hpp>

#include <libpq-fe.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::store {

/// A statement's values as PQexecPrepared wants them: as text, which the server reads by the type
/// that it has found for each place; bytes for a place of type bytea as they are.
/// Lifetime: `values` outlive it.
/// Failure:  throws SqlError::Kind::kOther for a text with a zero byte, which PostgreSQL keeps
///           nowhere but in a bytea.
class PostgresParameters {
public:
    PostgresParameters(
        std::span<const SqlValue> values, std::span<const Oid> types, std::string_view statement
    );

    [[nodiscard]] int count() const { return static_cast<int>(pointers_.size()); }

    [[nodiscard]] const char* const* pointers() const { return pointers_.data(); }

    [[nodiscard]] const int* lengths() const { return lengths_.data(); }

    [[nodiscard]] const int* formats() const { return formats_.data(); }

private:
    std::vector<std::string> numbers_;  ///< as text; no more are added, so that pointers stay
    std::vector<const char*> pointers_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
};

/// A value of a result that came as text, by its column's type: integers, truth values (1 and 0)
/// and whole decimals are INTEGER, other numbers REAL, all else is TEXT.
[[nodiscard]] SqlValue postgres_value(Oid type, std::string_view text);

/// The rows of a result.
[[nodiscard]] std::vector<SqlRow> postgres_rows(const PGresult* result);

}  // namespace sluice::store
