#include "guide/sample.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::guide {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kItemsMax = 16;  // of a list that must have more, the sample is cut short

std::uint64_t count(const Json& schema, const char* name) {
    const auto found = schema.find(name);
    return found != schema.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string sample_text(const Json& schema) {
    const std::string format = schema.value("format", "");
    if (format == "date-time") return "2026-01-31T09:30:00Z";
    if (format == "date") return "2026-01-31";
    if (format == "time") return "09:30:00Z";
    if (format == "uri") return "https://example.com/1";
    if (format == "email") return "someone@example.com";
    if (format == "uuid") return "00000000-0000-4000-8000-000000000001";
    std::string text = "text";
    const std::uint64_t least = count(schema, "minLength");
    if (text.size() < least)
        text.resize(static_cast<std::size_t>(std::min<std::uint64_t>(least, 4'096)), 'x');
    if (schema.contains("maxLength"))
        text.resize(static_cast<std::size_t>(
            std::min<std::uint64_t>(text.size(), count(schema, "maxLength"))
        ));
    return text;
}

Json sample_number(const Json& schema, bool whole) {
    double low = schema.value("minimum", 1.0);
    if (schema.contains("exclusiveMinimum"))
        low = std::max(low, schema["exclusiveMinimum"].get<double>() + (whole ? 1 : 0.5));
    double value = whole ? std::ceil(low) : low;
    if (schema.contains("multipleOf")) {
        const double step = schema["multipleOf"].get<double>();
        value = std::ceil(value / step) * step;
    }
    double high = schema.value("maximum", value);
    if (schema.contains("exclusiveMaximum"))
        high = std::min(high, schema["exclusiveMaximum"].get<double>() - (whole ? 1 : 0.5));
    value = std::min(value, high);
    if (whole || value == std::floor(value)) return static_cast<std::int64_t>(value);
    return value;
}

/// The first kind that is not null; null only where nothing else is taken.
std::string kind_of(const Json& schema) {
    const auto type = schema.find("type");
    if (type == schema.end()) {
        if (schema.contains("properties")) return "object";
        return schema.contains("items") ? "array" : "";
    }
    if (type->is_string()) return type->get<std::string>();
    for (const Json& one : *type) {
        if (one != "null") return one.get<std::string>();
    }
    return "null";
}

Json sample_object(const Json& schema) {
    Json object = Json::object();
    if (const auto properties = schema.find("properties"); properties != schema.end()) {
        for (const auto& [name, one] : properties->items()) {
            if (!one.value("deprecated", false)) object[name] = sample_of(one);
        }
    }
    if (const auto required = schema.find("required"); required != schema.end()) {
        for (const Json& name : *required) {
            if (!object.contains(name)) object[name.get<std::string>()] = "text";
        }
    }
    return object;
}

Json sample_list(const Json& schema) {
    Json list = Json::array();
    const auto items = schema.find("items");
    if (items == schema.end()) return list;
    if (items->is_array()) {
        for (const Json& one : *items) list.push_back(sample_of(one));
        return list;
    }
    const std::uint64_t least = std::max<std::uint64_t>(1, count(schema, "minItems"));
    for (std::size_t i = 0; i < std::min<std::size_t>(static_cast<std::size_t>(least), kItemsMax);
         ++i)
        list.push_back(sample_of(*items));
    return list;
}

/// The parts of `allOf` beside each other; of a choice the first branch.
Json merged(const Json& schema) {
    Json whole = schema;
    for (const char* name : {"allOf", "anyOf", "oneOf"}) {
        auto branches = whole.find(name);
        if (branches == whole.end() || branches->empty()) continue;
        const Json parts = std::move(*branches);
        whole.erase(name);
        const std::size_t taken = name == std::string_view{"allOf"} ? parts.size() : 1;
        for (std::size_t i = 0; i < taken; ++i) {
            const Json part = parts[i].is_object() ? merged(parts[i]) : Json::object();
            for (const auto& [key, value] : part.items()) {
                if (key == "required" && whole.contains(key)) {
                    for (const Json& one : value) whole[key].push_back(one);
                } else if (key == "properties" && whole.contains(key)) {
                    whole[key].update(value);
                } else {
                    whole[key] = value;
                }
            }
        }
    }
    return whole;
}

}  // namespace

Json sample_of(const Json& schema) {
    if (!schema.is_object()) return "text";  // `true`: anything
    const Json whole = merged(schema);
    if (const auto all = whole.find("examples");
        all != whole.end() && all->is_array() && !all->empty())
        return all->front();
    for (const char* name : {"const", "default"}) {
        if (const auto value = whole.find(name); value != whole.end()) return *value;
    }
    if (const auto values = whole.find("enum"); values != whole.end() && !values->empty())
        return values->front();
    const std::string kind = kind_of(whole);
    if (kind == "object") return sample_object(whole);
    if (kind == "array") return sample_list(whole);
    if (kind == "integer" || kind == "number") return sample_number(whole, kind == "integer");
    if (kind == "boolean") return true;
    if (kind == "null") return nullptr;
    return sample_text(whole);
}

}  // namespace sluice::guide
