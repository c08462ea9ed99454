#include "commerce/csv/writer.hpp"

#include "base/assert.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <csv.h>
#include <system_error>

namespace sluice::commerce {

Result<CsvWriter> CsvWriter::create(
    const std::string& path, std::span<const std::string_view> columns
) {
    std::FILE* file = std::fopen(path.c_str(), "wbe");
    if (file == nullptr) {
        return Error{
            ErrorCode::kIo, fmt::format("{}: {}", path, std::generic_category().message(errno))};
    }
    CsvWriter writer{path, file};
    for (const std::string_view column : columns) writer.text(column);
    writer.end_row();
    return writer;
}

CsvWriter& CsvWriter::text(std::string_view value) {
    if (!first_field_) row_ += ',';
    first_field_ = false;
    if (value.find_first_of(",\"\r\n") == std::string_view::npos) {
        row_ += value;
        return *this;
    }
    const std::size_t start = row_.size();
    row_.resize(start + csv_write(nullptr, 0, value.data(), value.size()));
    static_cast<void>(
        csv_write(row_.data() + start, row_.size() - start, value.data(), value.size())
    );
    return *this;
}

CsvWriter& CsvWriter::number(std::int64_t value) {
    return text(fmt::format_int{value}.c_str());
}

CsvWriter& CsvWriter::amount(std::int64_t minor) {
    SLUICE_ASSERT(minor >= 0);
    return text(fmt::format("{}.{:02}", minor / 100, minor % 100));
}

void CsvWriter::end_row() {
    row_ += '\n';
    if (!failed_) failed_ = std::fwrite(row_.data(), 1, row_.size(), file_.get()) != row_.size();
    row_.clear();
    first_field_ = true;
}

Status CsvWriter::close() {
    SLUICE_ASSERT(row_.empty());
    const bool closed = std::fclose(file_.release()) == 0;
    if (failed_ || !closed)
        return Error{ErrorCode::kIo, path_ + ": cannot be written; is the disk full?"};
    return ok();
}

}  // namespace sluice::commerce
