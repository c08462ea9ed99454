#pragma once

#include "contract/schema.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Schemas from texts. Only tests include this.
namespace sluice::contract::test {

/// The schema of a text (JSON is YAML), and what was wrong with it.
struct LoadedSchema {
    std::shared_ptr<const Schema> schema;
    std::vector<std::string> problems;
};

inline LoadedSchema load_schema(std::string_view text, std::string_view pointer_name = "") {
    const auto document = Document::parse("f", text).value();
    Problems problems;
    const Node root = Node::root_of(document, problems);
    LoadedSchema loaded{Schema::load(pointer_name.empty() ? root : root.at(pointer_name)), {}};
    loaded.problems = problems.lines();
    EXPECT_EQ(loaded.schema == nullptr, !loaded.problems.empty()) << text;
    return loaded;
}

inline std::string verdict(const Schema& schema, std::string_view payload) {
    const Status status = schema.validate(payload);
    return status.has_value() ? "fine" : status.error().message;
}

inline std::string verdict(std::string_view schema, std::string_view payload) {
    const LoadedSchema loaded = load_schema(schema);
    return loaded.schema == nullptr ? loaded.problems.front() : verdict(*loaded.schema, payload);
}

}  // namespace sluice::contract::test
