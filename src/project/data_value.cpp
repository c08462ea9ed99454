#include "project/data_value.hpp"

#include <charconv>
#include <limits>
#include <system_error>

namespace sluice::project {

using event::JsonKind;

namespace {

template <class Number>
std::optional<Number> whole_of(std::string_view digits) {
    Number number{};
    const char* end = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), end, number);
    if (failure != std::errc{} || stop != end) return std::nullopt;
    return number;
}

}  // namespace

JsonNumber JsonNumber::of(std::int64_t value) {
    return {true, value, static_cast<double>(value)};
}

JsonNumber JsonNumber::of(double value) {
    return {false, 0, value};
}

/// A number beyond the doubles is as large as they get, and so is compared rightly with all others.
JsonNumber JsonNumber::parse(std::string_view digits) {
    if (const auto whole = whole_of<std::int64_t>(digits)) return of(*whole);
    if (const auto real = whole_of<double>(digits)) return of(*real);
    const double most = std::numeric_limits<double>::infinity();
    const std::size_t exponent = digits.find_first_of("eE");
    const bool tiny = exponent != std::string_view::npos && digits[exponent + 1] == '-';
    if (tiny) return of(0.0);
    return of(digits.starts_with('-') ? -most : most);
}

std::partial_ordering JsonNumber::compare(const JsonNumber& other) const {
    if (is_whole && other.is_whole) return whole <=> other.whole;
    return real <=> other.real;
}

std::optional<DataValue> DataValue::of(const nlohmann::json& written) {
    DataValue value;
    if (written.is_object() || written.is_array()) return std::nullopt;
    if (written.is_string()) {
        value.kind_ = JsonKind::kString;
        value.text_ = written.get<std::string>();
    } else if (written.is_boolean()) {
        value.kind_ = JsonKind::kBool;
        value.text_ = written.get<bool>() ? "true" : "false";
    } else if (written.is_number()) {
        value.kind_ = JsonKind::kNumber;
        value.number_ = JsonNumber::parse(written.dump());
    }
    return value;
}

bool DataValue::equals(JsonKind kind, std::string_view raw) const {
    if (kind != kind_) return false;
    if (kind == JsonKind::kNull) return true;
    if (kind == JsonKind::kBool) return raw == text_;
    if (kind == JsonKind::kNumber) return JsonNumber::parse(raw).compare(number_) == 0;
    std::string buffer;
    return string_in(raw, buffer) == text_;
}

std::string_view string_in(std::string_view raw, std::string& buffer) {
    if (raw.find('\\') == std::string_view::npos) return raw.substr(1, raw.size() - 2);
    event::JsonCursor cursor{raw, 1};
    buffer = cursor.string();
    return buffer;
}

}  // namespace sluice::project
