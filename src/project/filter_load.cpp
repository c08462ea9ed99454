#include "event/text.hpp"
#include "project/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace sluice::project {

using contract::Node;

namespace {

constexpr std::string_view kDialects = "exact, prefix, suffix, all, any, not, sql, urn:sluice:data";

/// As CloudEvents names its attributes.
bool is_attribute_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    });
}

}  // namespace

/// Reads filters and tells everything that is wrong with them.
class FilterLoader {
public:
    /// A mapping with one name, the dialect.
    static std::optional<Filter> one(const Node& node) {
        if (node.json() == nullptr || !node.json()->is_object() || node.json()->size() != 1) {
            node.problem(fmt::format(
                "a filter is a mapping with one name, its dialect; there are: {}", kDialects
            ));
            return std::nullopt;
        }
        const std::string& dialect = node.json()->items().begin().key();
        const Node value = node.at(dialect);
        if (dialect == "exact") return pairs(value, Filter::Match::kExact);
        if (dialect == "prefix") return pairs(value, Filter::Match::kPrefix);
        if (dialect == "suffix") return pairs(value, Filter::Match::kSuffix);
        if (dialect == "not") return inverse(value);
        if (dialect == "sql") return sql(value);
        if (dialect == "all") {
            auto list = some(value);
            return list ? std::optional{Filter{Filter::All{std::move(*list)}}} : std::nullopt;
        }
        if (dialect == "any") {
            auto list = some(value);
            return list ? std::optional{Filter{Filter::Any{std::move(*list)}}} : std::nullopt;
        }
        if (dialect == FieldFilter::kDialect) {
            auto test = FieldFilter::load(value);
            return test ? std::optional{Filter{std::move(*test)}} : std::nullopt;
        }
        node.problem(
            fmt::format("{} is no filter dialect; there are: {}", event::shown(dialect), kDialects)
        );
        return std::nullopt;
    }

    /// Nothing when one of them is wrong.
    static std::optional<std::vector<Filter>> list(const Node& node) {
        std::vector<Filter> filters;
        const std::vector<Node> items = node.items();
        for (const Node& item : items) {
            if (auto filter = one(item)) filters.push_back(std::move(*filter));
        }
        const bool sound = !node.present() || node.json()->is_array();
        if (!sound || filters.size() != items.size()) return std::nullopt;
        return filters;
    }

    static std::optional<Filter> all_of(const Node& node) {
        auto filters = list(node);
        if (!filters) return std::nullopt;
        return Filter{Filter::All{std::move(*filters)}};
    }

private:
    static std::optional<std::vector<Filter>> some(const Node& node) {
        const bool empty = !node.present() || (node.json()->is_array() && node.json()->empty());
        if (empty) {
            node.problem("the list is empty; at least one filter is due");
            return std::nullopt;
        }
        return list(node);
    }

    static std::optional<Filter> inverse(const Node& node) {
        auto part = one(node);
        if (!part) return std::nullopt;
        Filter::Not form;
        form.part.push_back(std::move(*part));
        return Filter{std::move(form)};
    }

    static std::optional<Filter> sql(const Node& node) {
        const auto text = node.text();
        if (!node.present()) node.problem("an expression is due here");
        if (!text) return std::nullopt;
        auto expression = Cesql::parse_filter(*text);
        if (expression) return Filter{std::move(expression).value()};
        node.problem(fmt::format("{}: {}", event::shown(*text), expression.error().message));
        return std::nullopt;
    }

    static std::optional<Filter> pairs(const Node& node, Filter::Match match) {
        Filter::AttributeTest test{match, {}};
        const auto members = node.members();
        if (!node.present() || (node.json()->is_object() && members.empty())) {
            node.problem(
                "a mapping of attributes to texts is due here, such as {type: order.placed}"
            );
        }
        for (const auto& [name, member] : members) {
            const auto text = member.text();
            if (!is_attribute_name(name)) {
                member.problem(
                    fmt::format("{} is no attribute of an event: a-z and 0-9", event::shown(name))
                );
            } else if (!member.present()) {
                member.problem("a text is due here");
            } else if (text && text->empty()) {
                member.problem("'' is no value to look for; at least one character is due");
            } else if (text) {
                test.pairs.emplace_back(name, *text);
            }
        }
        if (test.pairs.empty() || test.pairs.size() != members.size()) return std::nullopt;
        return Filter{std::move(test)};
    }
};

std::optional<Filter> Filter::load(const Node& filters) {
    return FilterLoader::all_of(filters);
}

}  // namespace sluice::project
