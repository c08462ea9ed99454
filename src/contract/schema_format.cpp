#include "contract/schema_format.hpp"

#include <optional>
#include <string>

namespace sluice::contract {

namespace {

using Json = nlohmann::json;

const std::string kDate =
    "[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|"
    "02-(0[1-9]|[12][0-9]))";
const std::string kTime =
    "([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?"
    "([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])";

std::optional<std::string> pattern_of(const std::string& format) {
    if (format == "date") return "^" + kDate + "$";
    if (format == "time") return "^" + kTime + "$";
    if (format == "date-time") return "^" + kDate + "[Tt]" + kTime + "$";
    return std::nullopt;
}

}  // namespace

Json with_checked_format(Json schema) {
    const auto found = schema.find("format");
    if (found == schema.end() || !found->is_string()) return schema;
    const std::string format = found->get<std::string>();
    schema.erase(found);
    const auto pattern = pattern_of(format);
    if (!pattern.has_value()) return schema;
    const Json other_text{{"type", "string"}, {"not", {{"pattern", *pattern}}}};
    const Json reason{{"format", format}, {"pattern", *pattern}};
    schema["allOf"].push_back({{"if", other_text}, {"then", reason}});
    return schema;
}

}  // namespace sluice::contract
