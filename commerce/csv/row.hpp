#pragma once

#include <sluice/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce {

/// One row while it is being read: the columns that were asked for, numbered as they were asked
/// for.
/// Threads:  one.
/// Lifetime: during the call it was given to; texts too.
/// Failure:  the first field that cannot be read as asked fails the row and the reading; what was
///           answered for it is then 0 and of no use.
class CsvRow {
public:
    CsvRow(std::string_view file, std::span<const std::string_view> columns)
        : file_{file},
          columns_{columns},
          fields_(columns.size()) {}

    [[nodiscard]] std::string_view text(std::size_t column) const { return fields_[column]; }

    /// Text that must not be empty.
    std::string_view required(std::size_t column);

    /// Decimal digits, perhaps with a minus in front.
    std::int64_t integer(std::size_t column);

    /// "12", "12.3" or "12.34" as 1200, 1230, 1234: exact, at most two decimals.
    std::int64_t amount(std::size_t column);

    /// Fails the row: "file:line: column: expected `what`, found 'text'".
    void fail(std::size_t column, std::string_view what);

    /// Fails the row for a reason that no column has alone.
    void fail(std::string_view what);

    [[nodiscard]] const std::optional<Error>& error() const { return error_; }

    /// The line that the row begins on, from 1.
    [[nodiscard]] std::size_t line() const { return line_; }

    void start(std::size_t line) { line_ = line; }

    void set(std::size_t column, std::string_view text) { fields_[column] = text; }

private:
    std::string_view file_;
    std::span<const std::string_view> columns_;
    std::vector<std::string_view> fields_;
    std::size_t line_{0};
    std::optional<Error> error_;
};

}  // namespace sluice::commerce
