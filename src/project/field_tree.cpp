#include "project/field_tree.hpp"

#include "contract/json_pointer.hpp"
#include "event/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace sluice::project {

namespace {

auto place_of(std::vector<FieldNode>& children, std::string_view name) {
    return std::lower_bound(
        children.begin(),
        children.end(),
        name,
        [](const FieldNode& one, std::string_view wanted) { return one.token < wanted; }
    );
}

FieldNode& made_child(FieldNode& node, const std::string& token) {
    if (token == "*") {
        if (node.any.empty()) node.any.push_back({token, {}, {}, {}});
        return node.any.front();
    }
    const auto at = place_of(node.children, token);
    if (at != node.children.end() && at->token == token) return *at;
    return *node.children.insert(at, {token, {}, {}, {}});
}

/// What is asked for below `from` is asked for below `into` as well.
void merge(FieldNode& into, const FieldNode& from) {
    into.paths.insert(into.paths.end(), from.paths.begin(), from.paths.end());
    for (const FieldNode& child : from.children) merge(made_child(into, child.token), child);
    for (const FieldNode& any : from.any) merge(made_child(into, "*"), any);
}

/// So that a name finds all that concerns it in one place.
void spread_any(FieldNode& node) {
    for (FieldNode& child : node.children) {
        for (const FieldNode& any : node.any) merge(child, any);
        spread_any(child);
    }
    for (FieldNode& any : node.any) spread_any(any);
}

}  // namespace

Result<FieldPath> FieldPath::parse(std::string_view text) {
    auto tokens = contract::pointer_tokens(text);
    if (!tokens || tokens->empty()) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format(
                "{} is not a JSON pointer such as /orderId or /lines/*/sku", event::shown(text)
            )};
    }
    if (tokens->size() > kTokensMax) {
        return Error{
            ErrorCode::kInvalidArgument,
            fmt::format("{} names, and a path has at most {}", tokens->size(), kTokensMax)};
    }
    return FieldPath{std::string{text}, std::move(*tokens)};
}

const FieldNode* FieldNode::child(std::string_view name) const {
    const auto at = std::lower_bound(
        children.begin(),
        children.end(),
        name,
        [](const FieldNode& one, std::string_view wanted) { return one.token < wanted; }
    );
    if (at != children.end() && at->token == name) return &*at;
    return any.empty() ? nullptr : &any.front();
}

FieldNode field_tree(std::span<const FieldPath> paths) {
    FieldNode root;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        FieldNode* node = &root;
        for (const std::string& token : paths[i].tokens()) node = &made_child(*node, token);
        node->paths.push_back(i);
    }
    spread_any(root);
    return root;
}

}  // namespace sluice::project
