#pragma once

#include <sluice/result.hpp>

#include "commerce/csv/row.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace sluice::commerce {

/// Reads a file row by row. The first row names the columns; `columns` are those that the caller
/// wants, in his order, wherever they stand; others are passed over.
/// Threads:  the caller's.
/// Failure:  kNotFound (no such file), kIo, kInvalidArgument with file and line: a column missing
///           (and those found), a row with more or fewer fields than the header, a quote that does
///           not close, what a row failed with. Rows before it have been given already.
/// Limits:   memory for one row; the file is streamed.
[[nodiscard]] Status read_csv(
    const std::string& path,
    std::span<const std::string_view> columns,
    const std::function<void(CsvRow&)>& on_row
);

}  // namespace sluice::commerce
