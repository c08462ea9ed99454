#include "contract/compatibility.hpp"

#include "contract/compatibility_limits.hpp"
#include "contract/json_pointer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace sluice::contract {

namespace {

using Json = nlohmann::json;
using Found = std::vector<Incompatibility>;
using Types = std::set<std::string>;

constexpr std::array<const char*, 6> kTypes{
    "array", "boolean", "null", "number", "object", "string"};

/// Keywords that are compared by being the same, and what to say when they are not.
constexpr std::array<const char*, 7> kSameOrNothing{
    "pattern", "format", "not", "if", "contains", "propertyNames", "dependencies"};

Types types_of(const Json& schema) {
    const Json* type = member(schema, "type");
    if (type == nullptr) return {kTypes.begin(), kTypes.end()};
    if (type->is_string()) return {type->get<std::string>()};
    Types types;
    for (const Json& one : *type) types.insert(one.get<std::string>());
    return types;
}

bool takes(const Types& types, std::string_view type) {
    if (types.count(std::string{type}) > 0) return true;
    return type == "integer" && types.count("number") > 0;
}

/// The values that a schema lists; nothing: it lists none.
std::optional<std::vector<Json>> values_of(const Json& schema) {
    if (const Json* one = member(schema, "const")) return std::vector<Json>{*one};
    if (const Json* all = member(schema, "enum")) return all->get<std::vector<Json>>();
    return std::nullopt;
}

bool lists(const std::vector<Json>& values, const Json& value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

class Comparison {
public:
    Found found;

    void schemas(const Json& writer, const Json& reader, const std::string& path) {
        if (reader == writer || reader == Json(true) || reader == Json::object()) return;
        if (writer == Json(false)) return;
        if (reader == Json(false))
            return add(path, "is not allowed", "allow it, or stop sending it");
        static const Json anything = Json::object();
        const Json& from = writer.is_object() ? writer : anything;
        if (!combined(from, reader, path)) return;
        const bool listed = values(from, reader, path);
        if (!listed) types(from, reader, path);
        limits_of(from, reader, path);
        const Types written = types_of(from);
        if (written.count("object") > 0) object(from, reader, path);
        if (written.count("array") > 0) array(from, reader, path);
    }

private:
    void add(const std::string& path, std::string what, std::string fix) {
        found.push_back({path, std::move(what), std::move(fix)});
    }

    static bool fits(const Json& writer, const Json& reader) {
        Comparison tried;
        tried.schemas(writer, reader, "");
        return tried.found.empty();
    }

    /// oneOf: no other choice may take what the writer sends; by its types, no other can.
    static bool is_alone(const Json& writer, const Json& choice, const Json& choices) {
        const Types written = types_of(writer);
        return std::none_of(choices.begin(), choices.end(), [&](const Json& other) {
            if (&other == &choice) return false;
            const Types taken = other.is_object() ? types_of(other) : Types{};
            return other == Json(true) ||
                   std::any_of(taken.begin(), taken.end(), [&](const std::string& type) {
                       return takes(written, type) ||
                              (type == "number" && takes(written, "integer"));
                   });
        });
    }

    /// allOf, anyOf, oneOf. False: nothing else is to be compared.
    bool combined(const Json& writer, const Json& reader, const std::string& path) {
        for (const char* keyword : {"anyOf", "oneOf"}) {  // whichever the writer chose
            const Json* choices = member(writer, keyword);
            if (choices == nullptr) continue;
            const Json* same = member(reader, keyword);
            if (same != nullptr && *same == *choices) continue;
            for (const Json& choice : *choices) schemas(choice, reader, path);
            return false;
        }
        if (const Json* all = member(writer, "allOf")) return of_all(writer, *all, reader, path);
        if (const Json* all = member(reader, "allOf")) {
            for (const Json& part : *all) schemas(writer, part, path);
        }
        for (const char* keyword : {"anyOf", "oneOf"}) {
            const Json* choices = member(reader, keyword);
            const Json* same = member(writer, keyword);
            if (choices == nullptr || (same != nullptr && *same == *choices)) continue;
            const bool fits_one =
                std::any_of(choices->begin(), choices->end(), [&](const Json& choice) {
                    return fits(writer, choice) && (keyword == std::string_view{"anyOf"} ||
                                                    is_alone(writer, choice, *choices));
                });
            if (!fits_one) {
                add(path,
                    fmt::format("fits none of the choices of `{}`", keyword),
                    "add a choice that takes it as it was");
            }
        }
        return true;
    }

    /// One part that fits is enough; else all of them together are looked at.
    bool of_all(const Json& writer, const Json& all, const Json& reader, const std::string& path) {
        for (const Json& part : all) {
            if (fits(part, reader)) return false;
        }
        Json whole = writer;
        whole.erase("allOf");
        for (const Json& part : all) {
            if (!part.is_object()) continue;
            for (const auto& [name, value] : part.items()) merge(whole, name, value);
        }
        schemas(whole, reader, path);
        return false;
    }

    static void merge(Json& whole, const std::string& name, const Json& value) {
        Json& into = whole[name];
        if (into.is_null()) {
            into = value;
        } else if (name == "required") {
            for (const Json& one : value) {
                if (std::find(into.begin(), into.end(), one) == into.end()) into.push_back(one);
            }
        } else if (name == "properties") {
            for (const auto& [key, schema] : value.items()) {
                if (!into.contains(key)) into[key] = schema;
            }
        }
    }

    /// True: the writer lists its values, so that its type is known by them.
    bool values(const Json& writer, const Json& reader, const std::string& path) {
        const auto sent = values_of(writer);
        const auto taken = values_of(reader);
        if (!sent) {
            if (taken) {
                add(path,
                    fmt::format("may be any value, and only {} is taken", shown(*taken)),
                    "list the values in both, or in neither");
            }
            return false;
        }
        std::vector<Json> refused;
        for (const Json& value : *sent) {
            const bool fits =
                taken ? lists(*taken, value) : takes(types_of(reader), json_type(value));
            if (!fits) refused.push_back(value);
        }
        if (!refused.empty()) {
            add(path,
                fmt::format("may be {}, which is not taken", shown(refused)),
                "keep the value in the list until nobody sends it");
        }
        return true;
    }

    static std::string shown(const std::vector<Json>& values) {
        std::vector<std::string> texts;
        for (const Json& value : values) texts.push_back(value.dump());
        return fmt::format("{}", fmt::join(texts, ", "));
    }

    void types(const Json& writer, const Json& reader, const std::string& path) {
        const Types taken = types_of(reader);
        std::vector<std::string> refused;
        for (const std::string& type : types_of(writer)) {
            if (!takes(taken, type)) refused.push_back(type);
        }
        if (refused.empty()) return;
        add(path,
            fmt::format(
                "may be {}, and {} is due", fmt::join(refused, ", "), fmt::join(taken, ", ")
            ),
            "add a field of another name for the new type, and deprecate this one");
    }

    /// Values that are listed are looked at one by one, unless the reader lists them too.
    void limits_of(const Json& writer, const Json& reader, const std::string& path) {
        const auto sent = values_of(writer);
        if (!sent) {
            limits(writer, reader, path);
            return same_or_nothing(writer, reader, path);
        }
        if (values_of(reader)) return;
        for (const Json& value : *sent) limits(schema_of_value(value), reader, path);
        same_or_nothing(writer, reader, path);
    }

    void limits(const Json& writer, const Json& reader, const std::string& path) {
        const Types written = types_of(writer);
        for (const Limit& limit : kLimits) {
            const Json* due = member(reader, limit.keyword);
            const bool concerns =
                takes(written, limit.of) ||
                (std::string_view{limit.of} == "number" && takes(written, "integer"));
            if (due == nullptr || !concerns) continue;
            if (is_within(limit, writer, *due)) continue;
            const Json* given = member(writer, limit.keyword);
            add(path,
                fmt::format(
                    "{} is {}, and was {}",
                    limit.keyword,
                    due->dump(),
                    given == nullptr ? "not there" : given->dump()
                ),
                "widen the limit to what may be sent");
        }
        const Json* step = member(reader, "multipleOf");
        const Json* given = member(writer, "multipleOf");
        if (step != nullptr &&
            (given == nullptr || given->get<std::int64_t>() % step->get<std::int64_t>() != 0)) {
            add(path,
                fmt::format("must be a multiple of {}", step->dump()),
                "leave the step as it was");
        }
        if (reader.value("uniqueItems", false) && !writer.value("uniqueItems", false)) {
            add(path, "must not have the same element twice", "leave `uniqueItems` out");
        }
    }

    void same_or_nothing(const Json& writer, const Json& reader, const std::string& path) {
        for (const char* keyword : kSameOrNothing) {
            const Json* due = member(reader, keyword);
            const Json* given = member(writer, keyword);
            if (due == nullptr || (given != nullptr && *given == *due)) continue;
            add(path,
                fmt::format(
                    "`{}` is {}, and was {}",
                    keyword,
                    due->dump(),
                    given == nullptr ? "not there" : given->dump()
                ),
                "leave it as it was; two of them cannot be compared");
        }
    }

    void object(const Json& writer, const Json& reader, const std::string& path) {
        const auto required = [](const Json& schema) {
            const auto names = schema.value("required", std::vector<std::string>{});
            return std::set<std::string>{names.begin(), names.end()};
        };
        const std::set<std::string> sent = required(writer);
        for (const std::string& name : required(reader)) {
            if (sent.count(name) > 0) continue;
            add(at(path, name),
                "may be absent, and is required",
                "leave it optional, or lift older events with its value");
        }
        const Json none = Json::object();
        const Json written = writer.value("properties", none);
        for (const auto& [name, schema] : written.items()) {
            if (const Json* due = taker_of(reader, name)) schemas(schema, *due, at(path, name));
        }
        const Json* others = member(writer, "additionalProperties");
        const Json* due = member(reader, "additionalProperties");
        if (others != nullptr && others->is_object()) {
            if (due != nullptr) schemas(*others, *due, at(path, "*"));
            const Json known = reader.value("properties", none);
            for (const auto& [name, schema] : known.items()) {
                if (!written.contains(name)) schemas(*others, schema, at(path, name));
            }
        }
        const Json patterns = writer.value("patternProperties", none);
        if (!patterns.empty() && reader.value("patternProperties", none) != patterns &&
            due != nullptr) {
            add(at(path, "*"), "`patternProperties` differ", "leave them as they were");
        }
    }

    /// What a reader makes of a member; null: it takes anything.
    static const Json* taker_of(const Json& reader, const std::string& name) {
        if (const Json* properties = member(reader, "properties")) {
            const auto found = properties->find(name);
            if (found != properties->end()) return &*found;
        }
        // Patterns are not matched here: whoever has some takes what the writer's own patterns
        // allow.
        if (member(reader, "patternProperties") != nullptr) return nullptr;
        return member(reader, "additionalProperties");
    }

    void array(const Json& writer, const Json& reader, const std::string& path) {
        const Json* due = member(reader, "items");
        if (due == nullptr) return;
        static const Json anything(true);
        const Json* given = member(writer, "items");
        if (given == nullptr) given = &anything;
        if (!due->is_array() && !given->is_array()) return schemas(*given, *due, at(path, "*"));
        if (!given->is_array()) {
            for (std::size_t i = 0; i < due->size(); ++i) {
                schemas(*given, (*due)[i], fmt::format("{}/{}", path, i));
            }
            return;
        }
        const Json* rest = member(reader, "additionalItems");
        for (std::size_t i = 0; i < given->size(); ++i) {
            const Json* one = !due->is_array() ? due : i < due->size() ? &(*due)[i] : rest;
            if (one != nullptr) schemas((*given)[i], *one, fmt::format("{}/{}", path, i));
        }
    }

    static std::string at(const std::string& path, std::string_view name) {
        return fmt::format("{}/{}", path, escaped_token(name));
    }
};

}  // namespace

std::vector<Incompatibility> incompatibilities(const Json& writer, const Json& reader) {
    Comparison comparison;
    comparison.schemas(writer, reader, "");
    return std::move(comparison.found);
}

}  // namespace sluice::contract
