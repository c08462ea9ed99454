#include "commerce/oracle/csv_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sluice::commerce::oracle {
namespace {

constexpr int kEnd = std::char_traits<char>::eof();

}  // namespace

CsvRows::CsvRows(const std::filesystem::path& file)
    : name_{file.filename().string()},
      in_{file, std::ios::binary} {}

Result<CsvRows> CsvRows::open(
    const std::filesystem::path& file, const std::vector<std::string_view>& columns
) {
    CsvRows rows{file};
    if (!rows.in_) return Error{ErrorCode::kNotFound, file.string() + ": cannot be opened"};
    rows.skip_byte_order_mark();
    auto header = rows.read_row();
    if (!header) return header.error();
    if (!header.value()) return Error{ErrorCode::kBadConfig, file.string() + ": no header row"};
    rows.columns_ = rows.field_count_;
    const auto end = rows.fields_.begin() + static_cast<std::ptrdiff_t>(rows.columns_);
    for (const auto column : columns) {
        const auto at = std::find(rows.fields_.begin(), end, column);
        if (at == end) {
            return Error{
                ErrorCode::kBadConfig,
                fmt::format(
                    "{}: no column '{}'; the file has: {}",
                    file.string(),
                    column,
                    fmt::join(rows.fields_.begin(), end, ", ")
                )};
        }
        rows.places_.push_back(static_cast<std::size_t>(at - rows.fields_.begin()));
    }
    return rows;
}

void CsvRows::skip_byte_order_mark() {
    std::string start(3, '\0');
    if (in_.rdbuf()->sgetn(start.data(), 3) == 3 && start == "\xEF\xBB\xBF") return;
    in_.rdbuf()->pubseekpos(0);
}

std::string CsvRows::place() const {
    return fmt::format("{}:{}", name_, row_line_);
}

Result<bool> CsvRows::next() {
    auto row = read_row();
    if (!row || !row.value()) return row;
    if (field_count_ != columns_) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("{}: {} fields, the header has {}", place(), field_count_, columns_)};
    }
    return true;
}

/// Reads what stands between quotes; the opening one is read already.
Status CsvRows::read_quoted(std::string& field) {
    auto& buffer = *in_.rdbuf();
    for (int c = buffer.sbumpc(); c != kEnd; c = buffer.sbumpc()) {
        if (c == '"') {
            if (buffer.sgetc() != '"') return ok();
            buffer.sbumpc();
        }
        if (c == '\n') ++line_;
        field.push_back(static_cast<char>(c));
    }
    return Error{ErrorCode::kInvalidArgument, place() + ": a quote is never closed"};
}

Result<bool> CsvRows::read_row() {
    auto& buffer = *in_.rdbuf();
    field_count_ = 0;
    row_line_ = line_;
    if (buffer.sgetc() == kEnd) return false;
    for (bool more = true; more;) {
        if (fields_.size() == field_count_) fields_.emplace_back();
        std::string& field = fields_[field_count_++];
        field.clear();
        int c = buffer.sbumpc();
        if (c == '"') {
            auto quoted = read_quoted(field);
            if (!quoted) return quoted.error();
            c = buffer.sbumpc();
            if (c == '\r') c = buffer.sbumpc();
            if (c != ',' && c != '\n' && c != kEnd) {
                return Error{ErrorCode::kInvalidArgument, place() + ": text after a closing quote"};
            }
        }
        for (; c != ',' && c != '\n' && c != kEnd; c = buffer.sbumpc()) {
            field.push_back(static_cast<char>(c));
        }
        more = c == ',';
        if (!more && field.ends_with('\r')) field.pop_back();
    }
    ++line_;
    return true;
}

}  // namespace sluice::commerce::oracle
