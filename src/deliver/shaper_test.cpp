#include "deliver/shaper.hpp"

#include "project/filter_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace sluice::deliver {
namespace {

using Texts = std::vector<std::string>;

project::FieldNode tree(const Texts& texts) {
    std::vector<project::FieldPath> paths;
    for (const std::string& text : texts) paths.push_back(project::FieldPath::parse(text).value());
    return project::field_tree(paths);
}

Shape keeping(const Texts& fields) {
    Shape shape;
    shape.keep = std::make_shared<const project::FieldNode>(tree(fields));
    return shape;
}

Shape withholding(const std::string& type, const Texts& fields, Shape shape = {}) {
    WithheldFields withheld;
    withheld.emplace(type, tree(fields));
    shape.withheld = std::make_shared<const WithheldFields>(std::move(withheld));
    return shape;
}

Record record_of(
    std::optional<std::string> data,
    const std::string& type = "order.placed",
    std::optional<std::string> content_type = "application/json"
) {
    Event event = project::test::order_event();
    event.type = type;
    event.data = std::move(data);
    event.datacontenttype = std::move(content_type);
    return event::to_record(event, event.subject);
}

/// The data after the cut; "=" when the record stays as it is, "!" and why when it failed.
std::string cut(const Shape& shape, const Record& record) {
    auto shaper = Shaper::open(shape);
    EXPECT_TRUE(shaper.has_value()) << shaper.error().message;
    const Record* one = &record;
    const auto cuts = shaper->cut(std::span{&one, 1});
    EXPECT_TRUE(cuts.has_value());
    const Shaper::Cut& made = cuts.value().front();
    if (made.failure) return "!" + made.failure->message;
    if (!made.record) return "=";
    EXPECT_EQ(made.record->headers, record.headers);
    EXPECT_EQ(made.record->key, record.key);
    return *made.record->value;
}

const std::string kData = R"({"total":1,"customer":{"name":"x","tier":"y"}})";

TEST(Shaper, WithoutAShapeItLeavesEverything) {
    EXPECT_TRUE(Shaper::open({}).value().is_idle());
    EXPECT_FALSE(Shaper::open(keeping({"/a"})).value().is_idle());
    EXPECT_EQ(cut({}, record_of(kData)), "=");
}

TEST(Shaper, KeepsTheFieldsThatAreAskedFor) {
    EXPECT_EQ(cut(keeping({"/total"}), record_of(kData)), R"({"total":1})");
}

TEST(Shaper, WhatIsWithheldGoesFirst) {
    const Texts name{"/customer/name"};
    EXPECT_EQ(
        cut(withholding("order.placed", name), record_of(kData)),
        R"({"total":1,"customer":{"tier":"y"}})"
    );
    EXPECT_EQ(
        cut(withholding("order.placed", name, keeping({"/customer"})), record_of(kData)),
        R"({"customer":{"tier":"y"}})"
    );
    EXPECT_EQ(cut(withholding("order.cancelled", name), record_of(kData)), "=") << "another type";
}

TEST(Shaper, WhatHasNothingToCutStays) {
    const Shape shape = keeping({"/total"});
    EXPECT_EQ(cut(shape, record_of(std::nullopt)), "=");
    EXPECT_EQ(cut(shape, record_of(kData, "sluice.gap")), "=");
    Record invalid = record_of("{broken");
    invalid.headers.push_back({"ce_subjectinvalid", "data: …"});
    EXPECT_EQ(cut(shape, invalid), "=") << "the sink knows that it is dead";
}

TEST(Shaper, WhatCannotBeCutIsNotHandedOnWhole) {
    const Shape kept = keeping({"/total"});
    EXPECT_EQ(
        cut(kept, record_of("{broken")), "!keep: data: byte 1: expected a string, found 'broken'"
    );
    EXPECT_EQ(
        cut(kept, record_of("text", "order.placed", "text/plain")),
        "!data: content type 'text/plain', and only JSON can be cut"
    );
    EXPECT_EQ(
        cut(withholding("order.placed", {"/a"}), record_of("[")),
        "!personal fields: data: byte 1: expected a JSON value, found the end"
    );
    EXPECT_EQ(cut(withholding("x", {"/a"}), record_of("a", "order.placed", "text/plain")), "=");
}

TEST(Shaper, DataWithoutAContentTypeIsJson) {
    EXPECT_EQ(cut(keeping({"/total"}), record_of(kData, "a", std::nullopt)), R"({"total":1})");
}

}  // namespace
}  // namespace sluice::deliver
