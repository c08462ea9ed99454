#include "daemon/config/shape_config.hpp"

#include "contract/load.hpp"
#include "daemon/config/config.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

Result<Config> parsed_shape(const std::string& shape) {
    return parse_config(
        "sluice.yaml",
        "contracts: [a]\nsubscriptions: [{name: s, domain: d, file: s.jsonl, " + shape + "}]"
    );
}

ShapeConfig good_shape(const std::string& shape) {
    const auto config = parsed_shape(shape);
    EXPECT_TRUE(config.has_value()) << config.error().message;
    return config ? config.value().subscriptions.at(0).shape : ShapeConfig{};
}

void expect_shape_refused(const std::string& shape, std::string_view said) {
    const auto config = parsed_shape(shape);
    ASSERT_FALSE(config.has_value()) << shape;
    EXPECT_NE(config.error().message.find(said), std::string::npos) << config.error().message;
}

ContractPtr shop() {
    auto loaded = contract::load_contract_text("c.yaml", R"(asyncapi: 3.0.0
x-sluice: {domain: d, homes: 1}
channels:
  a: {messages: {placed: {$ref: '#/components/messages/placed'}, moved: {$ref: '#/components/messages/moved'}}}
components:
  messages:
    placed:
      payload:
        properties:
          total: {type: integer}
          customer: {properties: {name: {x-sluice: {personal: true}}}}
          to: {items: {properties: {phone: {x-sluice: {personal: true}}}}}
    moved: {payload: {type: object}}
)");
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    return std::make_shared<const contract::Contract>(std::move(loaded).value());
}

using Lines = std::vector<std::string>;

Lines problems(const std::string& shape, const deliver::WantedTypes& types = {}) {
    return shape_problems(good_shape(shape), shop(), types);
}

TEST(ShapeConfig, TakesFiltersFieldsAndPrograms) {
    const ShapeConfig shape =
        good_shape("filters: [{exact: {type: a}}], keep: [/a, /b/*/c], personal: true");
    EXPECT_NE(shape.filter, nullptr);
    ASSERT_EQ(shape.keep.size(), 2U);
    EXPECT_EQ(shape.keep[1].text(), "/b/*/c");
    EXPECT_TRUE(shape.personal);
    EXPECT_EQ(good_shape("jq: '{a}'").jq, "{a}");
    const ShapeConfig plain = good_shape("backlog: 2MiB");
    EXPECT_EQ(plain.filter, nullptr);
    EXPECT_FALSE(plain.personal);
}

TEST(ShapeConfig, WrongFiltersAreRefusedWithTheirPlace) {
    const std::string filters = "filters: [{sql: 1/0}, {all: []}, {exact: {type: ''}}, {jq: x}]";
    expect_shape_refused(
        filters,
        "sluice.yaml:2:69: /subscriptions/0/filters/0/sql: '1/0': column 2: fails for every event"
    );
    expect_shape_refused(filters, "/subscriptions/0/filters/1/all: the list is empty");
    expect_shape_refused(
        filters, "/subscriptions/0/filters/2/exact/type: '' is no value to look for"
    );
    expect_shape_refused(filters, "/subscriptions/0/filters/3: 'jq' is no filter dialect");
}

TEST(ShapeConfig, WrongShapesAreRefused) {
    expect_shape_refused("keep: [a]", "/keep/0: 'a' is not a JSON pointer such as /orderId");
    expect_shape_refused("keep: []", "/keep: is empty: nothing of the data would be left");
    expect_shape_refused("keep: /a", "/keep: '/a' is not a list");
    expect_shape_refused("jq: ''", "/jq: '' is no program");
    expect_shape_refused("jq: '.', keep: [/a]", "/jq: 'keep' and 'jq' both make the data");
    expect_shape_refused("personal: all", "/personal: 'all' is not");
}

TEST(ShapeConfig, PersonalFieldsAreAskedForOnlyWhenTheyAreGranted) {
    EXPECT_EQ(
        problems("keep: [/customer/name, /total]"),
        (Lines{"keep: /customer/name is personal "
               "data of placed (/customer/name); grant it with 'personal: true', or leave it out"})
    );
    EXPECT_EQ(problems("keep: [/to/0/phone/country]").size(), 1U);
    EXPECT_EQ(problems("filters: [{urn:sluice:data: {/to/*/phone: x}}]").size(), 1U);
    EXPECT_EQ(problems("keep: [/customer, /to]"), Lines{}) << "what is within is taken out";
    EXPECT_EQ(problems("keep: [/customer/name], personal: true"), Lines{});
    EXPECT_EQ(problems("keep: [/customer/name]", {"moved"}), Lines{}) << "of another type";
}

TEST(ShapeConfig, WithholdsWhatIsPersonalAndNotGranted) {
    const deliver::Shape shape = shape_of(good_shape("keep: [/total]"), shop());
    ASSERT_NE(shape.withheld, nullptr);
    EXPECT_EQ(shape.withheld->size(), 1U) << "no other type has such fields";
    const project::FieldNode& fields = shape.withheld->at("placed");
    EXPECT_TRUE(fields.child("customer")->child("name")->is_end());
    EXPECT_TRUE(fields.child("to")->child("7")->child("phone")->is_end());
    ASSERT_NE(shape.keep, nullptr);
    EXPECT_TRUE(shape.keep->child("total")->is_end());
    const deliver::Shape granted = shape_of(good_shape("personal: true"), shop());
    EXPECT_EQ(granted.withheld, nullptr);
    EXPECT_EQ(granted.keep, nullptr);
}

}  // namespace
}  // namespace sluice::daemon
