#include "guide/field.hpp"

#include "contract/json_pointer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace sluice::guide {

namespace {

using Json = nlohmann::json;

constexpr std::array kChoices{"allOf", "anyOf", "oneOf"};

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    return fmt::format("{}", fmt::join(parts, between));
}

const Json* member(const Json& schema, const char* name) {
    if (!schema.is_object()) return nullptr;
    const auto found = schema.find(name);
    return found == schema.end() ? nullptr : &*found;
}

bool flag(const Json* value) {
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

std::string text(const Json* value) {
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string{};
}

void add_once(std::vector<std::string>& all, std::string one) {
    if (!one.empty() && std::find(all.begin(), all.end(), one) == all.end()) {
        all.push_back(std::move(one));
    }
}

/// What kinds of value a schema names, in its branches too.
void collect_types(const Json& schema, std::vector<std::string>& types) {
    if (const Json* type = member(schema, "type")) {
        const Json list = type->is_array() ? *type : Json::array({*type});
        for (const Json& one : list) {
            std::string name = one.get<std::string>();
            if (const std::string format = text(member(schema, "format"));
                name == "string" && !format.empty()) {
                name += fmt::format(" ({})", format);
            }
            add_once(types, std::move(name));
        }
    }
    for (const char* choice : kChoices) {
        const Json* branches = member(schema, choice);
        if (branches == nullptr) continue;
        for (const Json& branch : *branches) collect_types(branch, types);
    }
}

std::string type_of(const Json& schema) {
    std::vector<std::string> types;
    collect_types(schema, types);
    return types.empty() ? "any" : joined(types, " | ");
}

std::string limits_of(const Json& schema) {
    static constexpr std::pair<const char*, std::string_view> kBounds[] = {
        {"minimum", "≥ {}"},
        {"exclusiveMinimum", "> {}"},
        {"maximum", "≤ {}"},
        {"exclusiveMaximum", "< {}"},
        {"multipleOf", "n × {}"},
        {"minLength", "length ≥ {}"},
        {"maxLength", "length ≤ {}"},
        {"minItems", "items ≥ {}"},
        {"maxItems", "items ≤ {}"},
        {"pattern", "/{}/"}};
    std::vector<std::string> limits;
    if (const Json* only = member(schema, "const")) limits.push_back(only->dump());
    if (const Json* values = member(schema, "enum")) {
        std::vector<std::string> shown;
        for (const Json& value : *values)
            shown.push_back(value.is_string() ? value.get<std::string>() : value.dump());
        limits.push_back(joined(shown, " | "));
    }
    for (const auto& [name, form] : kBounds) {
        const Json* bound = member(schema, name);
        if (bound == nullptr) continue;
        const std::string shown = bound->is_string() ? bound->get<std::string>() : bound->dump();
        limits.push_back(fmt::format(fmt::runtime(form), shown));
    }
    if (flag(member(schema, "uniqueItems"))) limits.emplace_back("items ≠");
    return joined(limits, ", ");
}

class Collector {
public:
    std::vector<Field> take() { return std::move(fields_); }

    void below(const Json& schema, const std::string& path) {
        if (const Json* properties = member(schema, "properties")) {
            for (const auto& [name, one] : properties->items()) {
                add(one, path + "/" + contract::escaped_token(name), is_required(schema, name));
            }
        }
        each(member(schema, "additionalProperties"), path);
        if (const Json* patterns = member(schema, "patternProperties")) {
            for (const auto& [pattern, one] : patterns->items()) each(&one, path);
        }
        if (const Json* items = member(schema, "items"); items != nullptr && items->is_array()) {
            for (std::size_t i = 0; i < items->size(); ++i)
                add(items->at(i), fmt::format("{}/{}", path, i), false);
        } else {
            each(items, path);
        }
        for (const char* choice : kChoices) {
            const Json* branches = member(schema, choice);
            if (branches == nullptr) continue;
            for (const Json& branch : *branches) below(branch, path);
        }
    }

private:
    static bool is_required(const Json& schema, const std::string& name) {
        const Json* required = member(schema, "required");
        return required != nullptr &&
               std::find(required->begin(), required->end(), name) != required->end();
    }

    /// What describes every element or member.
    void each(const Json* schema, const std::string& path) {
        if (schema != nullptr && schema->is_object() && !schema->empty())
            add(*schema, path + "/*", false);
    }

    void add(const Json& schema, const std::string& path, bool always) {
        const auto known = std::find_if(fields_.begin(), fields_.end(), [&](const Field& one) {
            return one.path == path;
        });
        if (known == fields_.end()) {
            const Json* marks = member(schema, "x-sluice");
            const Json* examples = member(schema, "examples");
            const bool has_example =
                examples != nullptr && examples->is_array() && !examples->empty();
            fields_.push_back(
                {.path = path,
                 .type = type_of(schema),
                 .limits = limits_of(schema),
                 .always = always,
                 .personal = marks != nullptr && flag(member(*marks, "personal")),
                 .deprecated = flag(member(schema, "deprecated")),
                 .unit = text(member(schema, "x-unit")),
                 .example = has_example ? examples->front().dump() : std::string{},
                 .schema = &schema}
            );
        }
        below(schema, path);
    }

    std::vector<Field> fields_;
};

}  // namespace

std::vector<Field> fields_of(const Json& schema) {
    Collector collector;
    collector.below(schema, "");
    return collector.take();
}

std::string description_of(const Json& described, std::string_view language) {
    if (const Json* texts = member(described, "x-description")) {
        if (const Json* own = member(*texts, std::string{language}.c_str());
            own != nullptr && own->is_string()) {
            return own->get<std::string>();
        }
    }
    for (const char* name : {"description", "summary", "title"}) {
        if (std::string found = text(member(described, name)); !found.empty()) return found;
    }
    return {};
}

}  // namespace sluice::guide
