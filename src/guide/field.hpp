#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace sluice::guide {

/// A field of an event's data, as its schema describes it. Types and limits are written in signs
/// that every language shares: "integer | null", "≥ 1".
struct Field {
    std::string path;    ///< a JSON pointer, `*` for every element or member
    std::string type;    ///< "object", "string (date-time)", "integer | null"
    std::string limits;  ///< "≥ 1, ≤ 100", "A | B"; empty: none
    bool always{false};  ///< it is there whenever what holds it is
    bool personal{false};
    bool deprecated{false};
    std::string unit;                ///< `x-unit`
    std::string example;             ///< as JSON; empty: none is given
    const nlohmann::json* schema{};  ///< where its description stands; never null

    bool operator==(const Field&) const = default;
};

/// The fields below a schema with its references put in place, in the order of their names, each
/// before what lies in it; choices (`oneOf`, `anyOf`, `allOf`) give the fields of each of their
/// branches, once each. The schema outlives them. Limits: schemas of the contract are at most 100
/// deep.
[[nodiscard]] std::vector<Field> fields_of(const nlohmann::json& schema);

/// The text in a language ("ko"), or the one for all: `x-description: {ko: …}`, `description`,
/// `title`. Empty: none.
[[nodiscard]] std::string description_of(
    const nlohmann::json& described, std::string_view language
);

}  // namespace sluice::guide
