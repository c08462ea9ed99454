#include "contract/schema_source.hpp"

#include "contract/nearest.hpp"
#include "contract/schema_format.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::contract {

namespace {

// NOLINTNEXTLINE(misc-unused-using-decls): every name below ends in it
using std::string_view_literals::operator""sv;
using Json = nlohmann::json;

constexpr std::size_t kSchemaValuesMax = 100'000;
constexpr std::size_t kSchemaLevelsMax = 100;

// What stands behind a keyword decides how its value is walked.
constexpr std::array kOneSchema{
    "additionalItems"sv,
    "additionalProperties"sv,
    "contains"sv,
    "else"sv,
    "if"sv,
    "not"sv,
    "propertyNames"sv,
    "then"sv};
constexpr std::array kSchemasByName{
    "definitions"sv, "$defs"sv, "patternProperties"sv, "properties"sv};
constexpr std::array kSchemaList{"allOf"sv, "anyOf"sv, "oneOf"sv};
constexpr std::array kPlain{
    "$comment"sv,
    "$id"sv,
    "$schema"sv,
    "const"sv,
    "contentEncoding"sv,
    "contentMediaType"sv,
    "default"sv,
    "deprecated"sv,
    "description"sv,
    "discriminator"sv,
    "enum"sv,
    "examples"sv,
    "exclusiveMaximum"sv,
    "exclusiveMinimum"sv,
    "externalDocs"sv,
    "format"sv,
    "maxItems"sv,
    "maxLength"sv,
    "maxProperties"sv,
    "maximum"sv,
    "minItems"sv,
    "minLength"sv,
    "minProperties"sv,
    "minimum"sv,
    "multipleOf"sv,
    "pattern"sv,
    "readOnly"sv,
    "required"sv,
    "title"sv,
    "type"sv,
    "uniqueItems"sv,
    "writeOnly"sv};

template <std::size_t Count>
bool has(const std::array<std::string_view, Count>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string_view> all_keywords() {
    std::vector<std::string_view> names{"items", "dependencies"};
    names.insert(names.end(), kOneSchema.begin(), kOneSchema.end());
    names.insert(names.end(), kSchemasByName.begin(), kSchemasByName.end());
    names.insert(names.end(), kSchemaList.begin(), kSchemaList.end());
    names.insert(names.end(), kPlain.begin(), kPlain.end());
    return names;
}

/// Whether valijson can divide by it: it takes the rest of two int64.
bool is_divisor(const Json& value) {
    return value.is_number_integer() && value.get<std::int64_t>() >= 1;
}

/// Walks a schema along its keywords. `path_` holds the schemas that it is within, so that one
/// which contains itself is seen.
class Inliner {
public:
    [[nodiscard]] bool ok() const { return ok_; }

    Json schema(const Node& node) {
        if (node.lost()) {
            ok_ = false;
            return Json(Json::value_t::discarded);
        }
        if (!node.present()) return refuse(node, "a schema is due here");
        if (node.json()->is_boolean()) return *node.json();
        if (!node.json()->is_object())
            return refuse(node, "a schema is a mapping, or true or false");
        if (++values_ > kSchemaValuesMax) {
            return refuse(
                node, fmt::format("more than {} values, references put in place", kSchemaValuesMax)
            );
        }
        if (std::find(path_.begin(), path_.end(), node.pointer()) != path_.end()) {
            return refuse(
                node, "this schema contains itself; schemas that recur are not supported"
            );
        }
        if (path_.size() == kSchemaLevelsMax) {
            return refuse(
                node,
                fmt::format(
                    "more than {} schemas within each other, references put in place",
                    kSchemaLevelsMax
                )
            );
        }
        path_.push_back(node.pointer());
        Json out = Json::object();
        for (const auto& [name, written] : node.json()->items()) {
            if (Json value = keyword(node, name, written); !value.is_discarded())
                out[name] = std::move(value);
        }
        path_.pop_back();
        return with_checked_format(std::move(out));
    }

private:
    Json refuse(const Node& node, std::string_view text) {
        node.problem(text);
        ok_ = false;
        return Json(Json::value_t::discarded);
    }

    /// Plain keywords and those of others ("x-…") hold data, in which "$ref" is a name like any
    /// other.
    Json keyword(const Node& parent, const std::string& name, const Json& written) {
        if (name == "multipleOf" && !is_divisor(written)) {
            return refuse(
                parent.at(name),
                "only a whole number from 1 on is exact here; count in smaller units"
            );
        }
        if (has(kPlain, name) || name.starts_with("x-")) return written;
        const Node value = parent.at(name);
        if (has(kOneSchema, name)) return schema(value);
        if (has(kSchemasByName, name)) return by_name(value);
        if (has(kSchemaList, name)) return list(value);
        if (name == "items")
            return value.present() && value.json()->is_array() ? list(value) : schema(value);
        if (name == "dependencies") return dependencies(value);
        static const std::vector<std::string_view> keywords = all_keywords();
        return refuse(
            value,
            fmt::format(
                "{} is not a keyword that is checked{} (docs/reference/contract.md lists them)",
                event::shown(name),
                did_you_mean(name, keywords)
            )
        );
    }

    /// Asking a node of another kind for its members tells of it; a lost one has told already.
    void expect(const Node& node, Json::value_t kind) {
        if (node.lost() || (node.present() && node.json()->type() != kind)) ok_ = false;
    }

    Json by_name(const Node& node) {
        expect(node, Json::value_t::object);
        Json out = Json::object();
        for (const auto& [name, member] : node.members()) out[name] = schema(member);
        return out;
    }

    Json list(const Node& node) {
        expect(node, Json::value_t::array);
        Json out = Json::array();
        for (const Node& item : node.items()) out.push_back(schema(item));
        return out;
    }

    Json dependencies(const Node& node) {
        expect(node, Json::value_t::object);
        Json out = Json::object();
        for (const auto& [name, member] : node.members()) {
            const bool names = member.present() && member.json()->is_array();
            out[name] = names ? *member.json() : schema(member);
        }
        return out;
    }

    std::vector<std::string> path_;
    std::size_t values_{0};
    bool ok_{true};
};

}  // namespace

std::optional<Json> schema_source(const Node& node) {
    Inliner inliner;
    Json schema = inliner.schema(node);
    if (!inliner.ok()) return std::nullopt;
    return schema;
}

}  // namespace sluice::contract
