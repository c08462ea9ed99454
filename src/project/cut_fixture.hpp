#pragma once

#include "project/cut.hpp"
#include "project/field_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

/// What is cut, or why nothing is. Only tests include this.
namespace sluice::project::test {

using Texts = std::vector<std::string>;

inline FieldNode tree(const Texts& texts) {
    std::vector<FieldPath> paths;
    for (const std::string& text : texts) paths.push_back(FieldPath::parse(text).value());
    return field_tree(paths);
}

inline std::string keep(std::string_view data, const Texts& fields) {
    const auto kept = keep_fields(data, tree(fields));
    return kept ? kept.value() : kept.error().message;
}

inline std::string drop(std::string_view data, const Texts& fields) {
    const auto left = drop_fields(data, tree(fields));
    return left ? left.value() : left.error().message;
}

}  // namespace sluice::project::test
