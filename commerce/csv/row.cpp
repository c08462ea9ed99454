#include "commerce/csv/row.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sluice::commerce {

namespace {

/// All of the text as a number, or nothing.
std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

constexpr std::size_t kShownBytes = 60;
constexpr std::int64_t kMajorMax = 10'000'000'000'000;

std::optional<std::int64_t> amount_of(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    const std::size_t point = text.find('.');
    const std::string_view major = text.substr(0, point);
    std::string decimals{point == std::string_view::npos ? "" : text.substr(point + 1)};
    if (point != std::string_view::npos && decimals.empty()) return std::nullopt;
    if (decimals.size() > 2 || major.starts_with('-') || decimals.starts_with('-'))
        return std::nullopt;
    decimals.resize(2, '0');
    const auto units = number(major);
    const auto cents = number(decimals);
    if (!units || !cents || *units > kMajorMax) return std::nullopt;
    const std::int64_t value = *units * 100 + *cents;
    return negative ? -value : value;
}

}  // namespace

std::string_view CsvRow::required(std::size_t column) {
    if (fields_[column].empty()) fail(column, "a value");
    return fields_[column];
}

std::int64_t CsvRow::integer(std::size_t column) {
    const auto value = number(fields_[column]);
    if (!value) fail(column, "a whole number");
    return value.value_or(0);
}

std::int64_t CsvRow::amount(std::size_t column) {
    const auto value = amount_of(fields_[column]);
    if (!value) fail(column, "an amount with at most two decimals, such as 12.30");
    return value.value_or(0);
}

void CsvRow::fail(std::size_t column, std::string_view what) {
    fail(fmt::format(
        "{}: expected {}, found '{}'",
        columns_[column],
        what,
        fields_[column].substr(0, kShownBytes)
    ));
}

void CsvRow::fail(std::string_view what) {
    if (error_) return;
    error_ = Error{ErrorCode::kInvalidArgument, fmt::format("{}:{}: {}", file_, line_, what)};
}

}  // namespace sluice::commerce
