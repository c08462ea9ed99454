#include "contract/compatibility_limits.hpp"

#include "event/text.hpp"

#include <algorithm>
#include <string>

namespace sluice::contract {

using Json = nlohmann::json;

const Json* member(const Json& schema, const char* name) {
    const auto found = schema.find(name);
    return found == schema.end() ? nullptr : &*found;
}

bool is_within(const Limit& limit, const Json& writer, const Json& due) {
    const auto narrow = [&](const Json& given, bool may_equal) {
        if (given == due) return may_equal;
        return limit.is_most ? given < due : given > due;
    };
    const Json* given = member(writer, limit.keyword);
    if (given != nullptr && narrow(*given, true)) return true;
    const Json* other = limit.other == nullptr ? nullptr : member(writer, limit.other);
    return other != nullptr && narrow(*other, limit.other_may_equal);
}

Json schema_of_value(const Json& value) {
    if (value.is_number()) {
        Json schema{{"type", json_type(value)}, {"minimum", value}, {"maximum", value}};
        if (value.is_number_integer() && value > 0) schema["multipleOf"] = value;
        return schema;
    }
    if (!value.is_string()) return Json{{"type", json_type(value)}};
    std::string_view text = value.get_ref<const std::string&>();
    std::size_t chars = 0;
    for (; !text.empty(); ++chars) {
        text.remove_prefix(std::max<std::size_t>(event::decode_utf8(text).size, 1));
    }
    return Json{{"type", "string"}, {"minLength", chars}, {"maxLength", chars}};
}

std::string_view json_type(const Json& value) {
    if (value.is_number_integer()) return "integer";
    if (value.is_number()) return "number";
    if (value.is_string()) return "string";
    if (value.is_boolean()) return "boolean";
    if (value.is_null()) return "null";
    return value.is_array() ? "array" : "object";
}

}  // namespace sluice::contract
