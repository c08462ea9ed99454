#pragma once

#include <sluice/result.hpp>

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sluice::commerce {

/// Writes a file: UTF-8, LF, comma, quotes only where a field needs them.
/// Threads:  one.
/// Failure:  kIo with the file's name, from `create` or `close`; a row after a failure does
///           nothing.
/// Limits:   memory for one row.
class CsvWriter {
public:
    /// Replaces the file and writes the header.
    [[nodiscard]] static Result<CsvWriter> create(
        const std::string& path, std::span<const std::string_view> columns
    );

    [[nodiscard]] static Result<CsvWriter> create(
        const std::string& path, std::initializer_list<std::string_view> columns
    ) {
        return create(path, std::span<const std::string_view>{columns.begin(), columns.size()});
    }

    CsvWriter& text(std::string_view value);
    CsvWriter& number(std::int64_t value);

    /// 1234 as "12.34"; not below 0.
    CsvWriter& amount(std::int64_t minor);

    /// An empty field: null.
    CsvWriter& null() { return text({}); }

    /// Ends the row.
    void end_row();

    /// All rows are in the file, or why not.
    [[nodiscard]] Status close();

private:
    struct Closer {
        void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
    };

    CsvWriter(std::string path, std::FILE* file) : path_{std::move(path)}, file_{file} {}

    std::string path_;
    std::unique_ptr<std::FILE, Closer> file_;
    std::string row_;
    bool first_field_{true};
    bool failed_{false};
};

}  // namespace sluice::commerce
