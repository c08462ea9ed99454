#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace sluice::contract {

/// Why data that one schema allows may be refused by another.
struct Incompatibility {
    std::string
        path;  ///< in the data, `*` for every element or member: "/lines/*/sku"; "": all of it
    std::string what;  ///< "may be absent, and is required"
    std::string fix;   ///< "leave it optional, or …"

    bool operator==(const Incompatibility&) const = default;
};

/// Everything that stands in the way of reading with `reader` what was written under `writer`: JSON
/// Schemas of draft 7 with references put in place (schema_source.hpp). Nothing: whatever one
/// allows the other takes. It looks at keywords, so that a schema that says the same in other words
/// may be found wanting; never the other way round, but for this: what a schema does not name is
/// taken as not sent, though it may allow any other member.
[[nodiscard]] std::vector<Incompatibility> incompatibilities(
    const nlohmann::json& writer, const nlohmann::json& reader
);

}  // namespace sluice::contract
