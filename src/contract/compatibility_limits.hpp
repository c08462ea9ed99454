#pragma once

#include <nlohmann/json.hpp>

#include <array>
#include <string_view>

/// What compatibility.cpp knows of the keywords that limit numbers, texts, lists and objects.
namespace sluice::contract {

/// A limit of the reader's holds when the writer has one, of either form, that is at least as
/// narrow.
struct Limit {
    const char* keyword;
    const char* other;     ///< the other form of the same limit; null: there is none
    bool is_most;          ///< else it is a least
    bool other_may_equal;  ///< whether the other form, at the same value, is as narrow
    const char* of;
};

inline constexpr std::array<Limit, 10> kLimits{
    {{"maximum", "exclusiveMaximum", true, true, "number"},
     {"minimum", "exclusiveMinimum", false, true, "number"},
     {"exclusiveMaximum", "maximum", true, false, "number"},
     {"exclusiveMinimum", "minimum", false, false, "number"},
     {"maxLength", nullptr, true, true, "string"},
     {"minLength", nullptr, false, true, "string"},
     {"maxItems", nullptr, true, true, "array"},
     {"minItems", nullptr, false, true, "array"},
     {"maxProperties", nullptr, true, true, "object"},
     {"minProperties", nullptr, false, true, "object"}}};

/// Whether what the writer's schema says keeps its values within the reader's limit `due`.
[[nodiscard]] bool is_within(
    const Limit& limit, const nlohmann::json& writer, const nlohmann::json& due
);

/// A schema that allows the value and, of its kind, little else: what limits are compared with.
[[nodiscard]] nlohmann::json schema_of_value(const nlohmann::json& value);

/// As `type` names it: "integer", "string", …
[[nodiscard]] std::string_view json_type(const nlohmann::json& value);

/// A keyword's value; null: it is not there.
[[nodiscard]] const nlohmann::json* member(const nlohmann::json& schema, const char* name);

}  // namespace sluice::contract
