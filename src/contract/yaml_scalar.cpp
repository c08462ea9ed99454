#include "contract/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <system_error>

namespace sluice::contract {

namespace {

template <std::size_t Count>
bool is_one_of(const std::array<std::string_view, Count>& names, std::string_view text) {
    return std::find(names.begin(), names.end(), text) != names.end();
}

template <class Number, class... Base>
std::optional<Number> whole(std::string_view digits, Base... base) {
    Number value{};
    const char* end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, value, base...);
    if (failure != std::errc{} || stop != end || digits.empty()) return std::nullopt;
    return value;
}

/// from_chars takes "inf" and "nan" as well; YAML's numbers have only these letters.
bool looks_like_a_number(std::string_view text) {
    constexpr std::string_view letters = "0123456789+-.eE";
    return text.find_first_of("0123456789") != std::string_view::npos &&
           text.find_first_not_of(letters) == std::string_view::npos;
}

}  // namespace

nlohmann::json plain_scalar(const std::string& text) {
    using std::string_view_literals::operator""sv;
    constexpr std::array nulls{""sv, "~"sv, "null"sv, "Null"sv, "NULL"sv};
    constexpr std::array truths{"true"sv, "True"sv, "TRUE"sv};
    constexpr std::array falsehoods{"false"sv, "False"sv, "FALSE"sv};
    if (is_one_of(nulls, text)) return nullptr;
    if (is_one_of(truths, text)) return true;
    if (is_one_of(falsehoods, text)) return false;
    std::string_view digits = text;
    if (digits.starts_with("0x")) {
        if (auto value = whole<std::uint64_t>(digits.substr(2), 16)) return *value;
    }
    if (digits.starts_with("0o")) {
        if (auto value = whole<std::uint64_t>(digits.substr(2), 8)) return *value;
    }
    if (!looks_like_a_number(digits)) return text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    if (auto value = whole<std::uint64_t>(digits)) return *value;
    if (auto value = whole<std::int64_t>(digits)) return *value;
    const bool integer = digits.find_first_of(".eE") == std::string_view::npos;
    if (integer || digits.starts_with('+')) return text;
    if (auto value = whole<double>(digits); value.has_value() && std::isfinite(*value))
        return *value;
    return text;
}

}  // namespace sluice::contract
