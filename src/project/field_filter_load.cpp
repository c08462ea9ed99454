#include "project/field_filter.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

namespace sluice::project {

namespace {

using contract::Node;
using event::JsonKind;

std::optional<DataValue> scalar(const Node& node) {
    if (node.json() == nullptr) return std::nullopt;
    auto value = DataValue::of(*node.json());
    if (!value) node.problem("a text, a number, true, false or null is due here");
    return value;
}

std::optional<std::string> part_of_text(const Node& node) {
    auto text = node.text();
    if (!text || !text->empty()) return text;
    node.problem("'' is in every text; at least one character is due");
    return std::nullopt;
}

void load_values(const Node& node, FieldTest& test) {
    if (const Node exact = node.at("exact"); exact.json() != nullptr) {
        if (auto value = scalar(exact)) test.one_of.push_back(std::move(*value));
    }
    const Node in = node.at("in");
    if (in.json() == nullptr) return;
    if (node.at("exact").json() != nullptr) in.problem("'in' and 'exact' say the same; keep one");
    for (const Node& item : in.items()) {
        if (auto value = scalar(item)) test.one_of.push_back(std::move(*value));
    }
    if (in.json()->is_array() && in.json()->empty()) in.problem("the list is empty: none passes");
    if (in.json()->is_null()) in.problem("a list is due here");
}

void load_bounds(const Node& node, FieldTest& test) {
    using Bound = FieldTest::Bound;
    constexpr std::array<std::pair<std::string_view, Bound>, 4> names{
        {{"less", Bound::kLess},
         {"at_most", Bound::kAtMost},
         {"more", Bound::kMore},
         {"at_least", Bound::kAtLeast}}};
    for (const auto& [name, bound] : names) {
        const Node at = node.at(name);
        if (at.json() == nullptr) continue;
        const auto value = DataValue::of(*at.json());
        if (value && value->kind() == JsonKind::kNumber) {
            test.bounds.emplace_back(bound, value->number());
        } else {
            at.problem("a number is due here");
        }
    }
}

FieldTest load_test(const Node& node) {
    FieldTest test;
    if (node.json() == nullptr || !node.json()->is_object()) {
        if (auto value = scalar(node)) test.one_of.push_back(std::move(*value));
        return test;
    }
    node.only({"exact", "in", "prefix", "suffix", "less", "at_most", "more", "at_least", "exists"});
    if (node.json()->empty()) node.problem("says nothing; 'exists: true' asks for the field alone");
    load_values(node, test);
    test.prefix = part_of_text(node.at("prefix"));
    test.suffix = part_of_text(node.at("suffix"));
    load_bounds(node, test);
    if (const auto exists = node.at("exists").flag()) test.absent = !*exists;
    if (test.absent && node.json()->size() > 1) {
        node.at("exists").problem("what is absent is nothing else; leave the others out");
    }
    return test;
}

}  // namespace

std::optional<FieldFilter> FieldFilter::load(const Node& node) {
    std::vector<FieldPath> paths;
    std::vector<FieldTest> tests;
    const auto members = node.members();
    if (members.empty() && node.present() && node.json()->is_object()) {
        node.problem("is empty; name at least one field, such as /total");
    }
    if (!node.present()) node.problem("a mapping of fields is due here");
    if (members.size() > kFieldsMax) {
        node.problem(fmt::format("{} fields; at most {}", members.size(), kFieldsMax));
        return std::nullopt;
    }
    for (const auto& [name, member] : members) {
        auto path = FieldPath::parse(name);
        if (!path) {
            member.problem(path.error().message);
            continue;
        }
        paths.push_back(std::move(path).value());
        tests.push_back(load_test(member));
    }
    if (paths.empty() || paths.size() != members.size()) return std::nullopt;
    return FieldFilter{std::move(paths), std::move(tests)};
}

}  // namespace sluice::project
