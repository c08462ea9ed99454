#include "contract/personal.hpp"

#include "contract/json_pointer.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <set>
#include <string_view>

namespace sluice::contract {

namespace {

class Marks {
public:
    void schema(const Node& node, const std::string& path) {
        if (!node.present() || !node.json()->is_object()) return;
        mark(node.at("x-sluice"), path);
        for (const auto& [name, member] : node.at("properties").members()) {
            schema(member, fmt::format("{}/{}", path, escaped_token(name)));
        }
        for (const auto& [name, member] : node.at("patternProperties").members()) {
            schema(member, path + "/*");
        }
        for (const std::string_view other :
             {"additionalProperties", "additionalItems", "contains"}) {
            schema(node.at(other), path + "/*");
        }
        items(node.at("items"), path);
        for (const std::string_view list : {"allOf", "anyOf", "oneOf"}) {
            for (const Node& part : node.at(list).items()) schema(part, path);
        }
        for (const std::string_view part : {"if", "then", "else"}) schema(node.at(part), path);
        for (const auto& [name, member] : node.at("dependencies").members()) schema(member, path);
    }

    [[nodiscard]] std::vector<std::string> fields() const {
        return {fields_.begin(), fields_.end()};
    }

private:
    void mark(const Node& marks, const std::string& path) {
        marks.only({"personal"});
        if (!marks.at("personal").flag().value_or(false)) return;
        if (path.empty()) {
            marks.problem("the payload as a whole cannot be personal; mark the fields that are");
        } else {
            fields_.insert(path);
        }
    }

    void items(const Node& node, const std::string& path) {
        const bool by_place = node.present() && node.json()->is_array();
        if (!by_place) return schema(node, path + "/*");
        std::size_t at = 0;
        for (const Node& item : node.items()) schema(item, fmt::format("{}/{}", path, at++));
    }

    std::set<std::string> fields_;
};

}  // namespace

std::vector<std::string> personal_fields(const Node& schema) {
    Marks marks;
    marks.schema(schema, "");
    return marks.fields();
}

}  // namespace sluice::contract
