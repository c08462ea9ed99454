#include "project/cesql_check.hpp"

#include "project/cesql_evaluate.hpp"
#include "project/cesql_functions.hpp"
#include "project/cesql_parser.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace sluice::project::cesql {

namespace {

class NoEvent final : public Attributes {
public:
    [[nodiscard]] std::optional<Value> find(std::string_view) const override {
        return std::nullopt;
    }
};

bool is_constant(const Node& node) {
    if (node.op == Op::kAttribute || node.op == Op::kExists) return false;
    return std::all_of(node.parts.begin(), node.parts.end(), is_constant);
}

std::string no_such_function(const Node& call) {
    if (is_function(call.name)) {
        return fmt::format("{} does not take {} arguments", call.name, call.parts.size());
    }
    std::vector<std::string_view> names;
    for (const Function& one : functions()) names.push_back(one.name);
    return fmt::format("there is no function {}; there are: {}", call.name, fmt::join(names, ", "));
}

const Node* find_unknown_function(const Node& node) {
    if (node.op == Op::kCall && node.function == nullptr) return &node;
    for (const Node& part : node.parts) {
        if (const Node* found = find_unknown_function(part)) return found;
    }
    return nullptr;
}

struct Finding {
    const Node* node;
    Fault fault;
};

/// The largest parts that do not depend on the event, one after the other.
std::optional<Finding> find_certain_failure(const Node& node, Scratch& scratch) {
    if (is_constant(node)) {
        scratch.clear();
        const Outcome outcome = evaluate(node, NoEvent{}, scratch);
        if (outcome.fault == Fault::kNone) return std::nullopt;
        return Finding{&node, outcome.fault};
    }
    for (const Node& part : node.parts) {
        if (auto found = find_certain_failure(part, scratch)) return found;
    }
    return std::nullopt;
}

}  // namespace

Status check_filter(const Node& root, std::string_view text) {
    if (const Node* call = find_unknown_function(root)) {
        return error_at(text, call->at, no_such_function(*call));
    }
    Scratch scratch;
    if (const auto found = find_certain_failure(root, scratch)) {
        return error_at(
            text, found->node->at, fmt::format("fails for every event: {}", to_string(found->fault))
        );
    }
    const Type type = type_of(root);
    if (type == Type::kBoolean) return ok();
    return error_at(
        text,
        root.at,
        fmt::format(
            "gives {}, and a filter must give Boolean; compare it with something, such as x = TRUE",
            to_string(type)
        )
    );
}

}  // namespace sluice::project::cesql
