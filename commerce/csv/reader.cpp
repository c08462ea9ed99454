#include "commerce/csv/reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <csv.h>
#include <memory>
#include <system_error>

namespace sluice::commerce {

namespace {

struct FileCloser {
    void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
};

using File = std::unique_ptr<std::FILE, FileCloser>;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// One reading. libcsv calls `on_field` and `on_end`; with CSV_REPALL_NL the latter for every line
/// break outside of quotes, so that lines can be counted.
class Reading {
public:
    Reading(
        const std::string& path,
        std::span<const std::string_view> columns,
        const std::function<void(CsvRow&)>& give
    )
        : path_{path},
          columns_{columns},
          give_{give},
          row_{path_, columns} {
        csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
        csv_set_space_func(&parser_, [](unsigned char) { return 0; });
    }

    ~Reading() { csv_free(&parser_); }

    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    Reading(Reading&&) = delete;
    Reading& operator=(Reading&&) = delete;

    Status run();

private:
    static void on_field(void* text, std::size_t size, void* self) {
        static_cast<Reading*>(self)->field({static_cast<const char*>(text), size});
    }

    static void on_end(int terminator, void* self) { static_cast<Reading*>(self)->end(terminator); }

    void field(std::string_view text);
    void end(int terminator);
    void header();
    void row();
    Status feed(std::string_view bytes);
    [[nodiscard]] Error malformed() const;

    [[nodiscard]] std::string_view text_of(std::size_t field) const {
        const std::size_t from = field == 0 ? 0 : ends_[field - 1];
        return std::string_view{bytes_}.substr(from, ends_[field] - from);
    }

    const std::string& path_;
    std::span<const std::string_view> columns_;
    const std::function<void(CsvRow&)>& give_;
    CsvRow row_;
    csv_parser parser_{};
    std::string bytes_;                // the row's fields, one after the other
    std::vector<std::size_t> ends_;    // where each ends in bytes_
    std::vector<std::size_t> places_;  // of each wanted column in a row of the file
    std::size_t width_{0};             // fields per row; 0: the header is still to come
    std::size_t line_{1};
    std::size_t line_breaks_inside_{0};
};

void Reading::field(std::string_view text) {
    line_breaks_inside_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    bytes_ += text;
    ends_.push_back(bytes_.size());
}

void Reading::end(int terminator) {
    row_.start(line_);
    if (!ends_.empty() && !row_.error()) width_ == 0 ? header() : row();
    line_ += line_breaks_inside_ + (terminator == '\n' ? 1 : 0);
    line_breaks_inside_ = 0;
    bytes_.clear();
    ends_.clear();
}

void Reading::header() {
    std::vector<std::string_view> found;
    for (std::size_t i = 0; i < ends_.size(); ++i) found.push_back(text_of(i));
    width_ = found.size();
    for (const std::string_view column : columns_) {
        const auto at = std::find(found.begin(), found.end(), column);
        if (at == found.end()) {
            return row_.fail(fmt::format(
                "no column '{}' in the header; its columns are: {}", column, fmt::join(found, ", ")
            ));
        }
        places_.push_back(static_cast<std::size_t>(at - found.begin()));
    }
}

void Reading::row() {
    if (ends_.size() != width_) {
        return row_.fail(
            fmt::format("{} fields where the header has {} columns", ends_.size(), width_)
        );
    }
    for (std::size_t i = 0; i < places_.size(); ++i) row_.set(i, text_of(places_[i]));
    give_(row_);
}

Error Reading::malformed() const {
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format(
            "{}:{}: the quotes of this row do not match; quote a whole field and double the quotes "
            "in it",
            path_,
            line_
        )};
}

Status Reading::feed(std::string_view bytes) {
    const std::size_t taken =
        csv_parse(&parser_, bytes.data(), bytes.size(), on_field, on_end, this);
    if (row_.error()) return *row_.error();
    if (taken != bytes.size()) return malformed();
    return ok();
}

Status Reading::run() {
    const File file{std::fopen(path_.c_str(), "rbe")};
    if (!file) {
        return Error{
            errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
            fmt::format("{}: {}", path_, std::generic_category().message(errno))};
    }
    std::array<char, std::size_t{1} << 16> buffer{};
    bool first = true;
    while (std::feof(file.get()) == 0) {
        const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file.get());
        if (std::ferror(file.get()) != 0) {
            const std::string why = std::generic_category().message(errno);
            return Error{ErrorCode::kIo, fmt::format("{}: {}", path_, why)};
        }
        std::string_view bytes{buffer.data(), size};
        if (first && bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
        first = false;
        if (auto fed = feed(bytes); !fed) return fed;
    }
    if (csv_fini(&parser_, on_field, on_end, this) != 0) return malformed();
    if (row_.error()) return *row_.error();
    if (width_ == 0) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("{}: empty; expected a header with {}", path_, fmt::join(columns_, ", "))};
    }
    return ok();
}

}  // namespace

Status read_csv(
    const std::string& path,
    std::span<const std::string_view> columns,
    const std::function<void(CsvRow&)>& on_row
) {
    return Reading{path, columns, on_row}.run();
}

}  // namespace sluice::commerce
