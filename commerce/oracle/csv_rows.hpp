#pragma once

#include <sluice/result.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::commerce::oracle {

/// The rows of one CSV file (RFC 4180: quotes, doubled quotes, line breaks within quotes; a BOM and
/// CRLF are taken too), only the columns asked for, in the order asked for. The importer has a
/// reader of its own: a fault that both sides shared would never show as a difference. Threads: one
/// at a time. Lifetime: holds the file open. Failure: kNotFound, kBadConfig (a column is missing:
/// the message names it and what is there), kInvalidArgument with file and line. Limits: one row in
/// memory.
class CsvRows {
public:
    [[nodiscard]] static Result<CsvRows> open(
        const std::filesystem::path& file, const std::vector<std::string_view>& columns
    );

    /// False at the end. The fields are valid until the next call.
    [[nodiscard]] Result<bool> next();

    [[nodiscard]] const std::string& field(std::size_t wanted) const {
        return fields_[places_[wanted]];
    }

    /// "items.csv:17", where the current row begins.
    [[nodiscard]] std::string place() const;

private:
    explicit CsvRows(const std::filesystem::path& file);

    void skip_byte_order_mark();
    [[nodiscard]] Result<bool> read_row();
    [[nodiscard]] Status read_quoted(std::string& field);

    std::string name_;
    std::ifstream in_;
    std::vector<std::string> fields_;
    std::size_t field_count_{0};
    std::size_t columns_{0};
    std::vector<std::size_t> places_;
    std::size_t line_{1};      // the next unread line
    std::size_t row_line_{1};  // where the current row begins
};

}  // namespace sluice::commerce::oracle
