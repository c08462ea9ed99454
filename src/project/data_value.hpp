#pragma once

#include "event/json_cursor.hpp"

#include <nlohmann/json.hpp>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::project {

/// A JSON number: exact while it is whole and within 64 bits, a double otherwise.
struct JsonNumber {
    bool is_whole{false};
    std::int64_t whole{0};
    double real{0};

    [[nodiscard]] static JsonNumber of(std::int64_t value);
    [[nodiscard]] static JsonNumber of(double value);

    /// From JSON, which it is.
    [[nodiscard]] static JsonNumber parse(std::string_view digits);

    /// Both exact: exactly. Unordered only where one is not a number, which JSON does not have.
    [[nodiscard]] std::partial_ordering compare(const JsonNumber& other) const;
};

/// A scalar that data is compared with. 1 and 1.0 are the same; "1" is another.
class DataValue {
public:
    /// Nothing for objects and arrays.
    [[nodiscard]] static std::optional<DataValue> of(const nlohmann::json& written);

    /// `raw`: a value of that kind, as it stands in the data.
    [[nodiscard]] bool equals(event::JsonKind kind, std::string_view raw) const;

    [[nodiscard]] event::JsonKind kind() const { return kind_; }

    [[nodiscard]] const std::string& text() const { return text_; }

    [[nodiscard]] const JsonNumber& number() const { return number_; }

private:
    event::JsonKind kind_{event::JsonKind::kNull};
    std::string text_;  ///< of a string; "true", "false"
    JsonNumber number_;
};

/// A string of the data without its quotes; decoded into `buffer` if it must be.
[[nodiscard]] std::string_view string_in(std::string_view raw, std::string& buffer);

}  // namespace sluice::project
