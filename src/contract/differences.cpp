#include "contract/compare.hpp"
#include "contract/json_pointer.hpp"

#include <fmt/format.h>

#include <set>

namespace sluice::contract {

namespace {

using Json = nlohmann::json;
using Lines = std::vector<std::string>;

/// Walks two schemas side by side and tells where they are not the same.
class Difference {
public:
    Difference(std::string type, Lines& lines) : type_{std::move(type)}, lines_{lines} {}

    void schemas(const Json& before, const Json& after, const std::string& path) {
        if (before == after) return;
        if (!before.is_object() || !after.is_object()) {
            return add(path, fmt::format("{} became {}", before.dump(), after.dump()));
        }
        std::set<std::string> keywords;
        for (const Json* one : {&before, &after}) {
            for (const auto& [name, value] : one->items()) keywords.insert(name);
        }
        for (const std::string& keyword : keywords) {
            if (keyword == "x-sluice") continue;  // its marks are told by themselves
            if (keyword == "properties") {
                members(
                    before.value(keyword, Json::object()),
                    after.value(keyword, Json::object()),
                    path
                );
            } else if (keyword == "items" && before.contains(keyword) && after.contains(keyword) &&
                       before[keyword].is_object() && after[keyword].is_object()) {
                schemas(before[keyword], after[keyword], path + "/*");
            } else {
                this->keyword(keyword, before, after, path);
            }
        }
    }

    void add(std::string_view path, std::string_view what) {
        lines_.push_back(fmt::format("{}{}{}: {}", type_, path.empty() ? "" : " ", path, what));
    }

private:
    void members(const Json& before, const Json& after, const std::string& path) {
        for (const auto& [name, schema] : before.items()) {
            const std::string at = fmt::format("{}/{}", path, escaped_token(name));
            if (after.contains(name)) {
                schemas(schema, after[name], at);
            } else {
                add(at, "is gone");
            }
        }
        for (const auto& [name, schema] : after.items()) {
            if (!before.contains(name)) {
                add(fmt::format("{}/{}", path, escaped_token(name)), "is new");
            }
        }
    }

    void keyword(
        const std::string& name, const Json& before, const Json& after, const std::string& path
    ) {
        const bool was = before.contains(name);
        const bool is = after.contains(name);
        if (was && is && before[name] == after[name]) return;
        if (was && is) {
            add(path,
                fmt::format("{} {} became {}", name, before[name].dump(), after[name].dump()));
        } else if (is) {
            add(path, fmt::format("{} is {} now", name, after[name].dump()));
        } else {
            add(path, fmt::format("{} {} is gone", name, before[name].dump()));
        }
    }

    std::string type_;
    Lines& lines_;
};

std::string rules_of(const MessageType& type) {
    std::string text;
    for (const Rule& rule : type.rules) text += (text.empty() ? "" : ", ") + rule.text();
    return text.empty() ? "nothing" : text;
}

void compare_types(const MessageType& before, const MessageType& after, Difference& difference) {
    if (rules_of(before) != rules_of(after)) {
        difference.add(
            "", fmt::format("comes after {}, and came after {}", rules_of(after), rules_of(before))
        );
    }
    if (before.closes != after.closes) {
        difference.add(
            "", after.closes ? "closes its subject now" : "does not close its subject any more"
        );
    }
    const std::set<std::string> old_fields{before.personal.begin(), before.personal.end()};
    const std::set<std::string> new_fields{after.personal.begin(), after.personal.end()};
    for (const std::string& field : new_fields) {
        if (old_fields.count(field) == 0) difference.add(field, "is personal now");
    }
    for (const std::string& field : old_fields) {
        if (new_fields.count(field) == 0) difference.add(field, "is not personal any more");
    }
}

}  // namespace

std::vector<std::string> differences(const ContractSource& before, const ContractSource& after) {
    Lines lines;
    static const Json anything = Json::object();
    for (const auto& [name, type] : before.contract.types) {
        Difference difference{name, lines};
        const MessageType* next = after.contract.type(name);
        if (next == nullptr) {
            difference.add("", "is gone");
            continue;
        }
        const auto old_schema = before.schemas.find(name);
        const auto new_schema = after.schemas.find(name);
        difference.schemas(
            old_schema == before.schemas.end() ? anything : old_schema->second,
            new_schema == after.schemas.end() ? anything : new_schema->second,
            ""
        );
        compare_types(type, *next, difference);
    }
    for (const auto& [name, type] : after.contract.types) {
        if (before.contract.type(name) == nullptr) Difference{name, lines}.add("", "is new");
    }
    return lines;
}

}  // namespace sluice::contract
