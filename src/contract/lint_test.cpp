#include "contract/lint.hpp"

#include "contract/test_contract.hpp"
#include "contract/test_versions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sluice::contract {
namespace {

using Rules = std::vector<std::string>;

std::vector<Advice> advice(std::string_view properties) {
    const auto loaded = load_source_text(
        "c.yaml",
        test::with(
            "payload: {type: object, required: [total], properties: {total: {type: integer}}}",
            fmt::format(
                "description: A customer has ordered.\n      examples: [{{payload: {{}}}}]\n      "
                "payload: {{type: object, required: [x], properties: {{{}}}}}",
                properties
            )
        )
    );
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    std::vector<Advice> of_placed;
    for (Advice& one : lint(loaded.value())) {
        if (one.line.find("messages/placed") != std::string::npos)
            of_placed.push_back(std::move(one));
    }
    return of_placed;
}

/// What is said about the message `placed`, with these properties.
Rules rules(std::string_view properties) {
    Rules names;
    for (const Advice& one : advice(properties)) names.push_back(one.rule);
    return names;
}

TEST(Lint, AWellDescribedFieldNeedsNoAdvice) {
    EXPECT_EQ(rules("total: {type: integer, description: In won.}"), Rules{});
}

TEST(Lint, FieldsAreDescribed) {
    EXPECT_EQ(rules("total: {type: integer}"), Rules{"field-no-description"});
    EXPECT_EQ(
        advice("total: {type: integer}").at(0).line,
        "c.yaml:24:66: /components/messages/placed/payload/properties/total: /total has no "
        "description: say what it means, and in which unit"
    );
}

TEST(Lint, MoneyIsNoFraction) {
    EXPECT_EQ(rules("unitPrice: {type: number, description: x}"), Rules{"money-as-number"});
    EXPECT_EQ(rules("weight: {type: number, description: x}"), Rules{});
    EXPECT_EQ(
        rules("lines: {type: array, description: x, items: {required: [a], properties: "
              "{unit_price: {type: number, description: x}}}}"),
        Rules{"money-as-number"}
    );
}

TEST(Lint, AConsumerKnowsTheStateAtTheAct) {
    EXPECT_EQ(
        rules("commissionAmount: {type: integer, description: x}"), Rules{"commission-without-rate"}
    );
    EXPECT_EQ(
        rules("commission: {type: integer, description: x}, commissionRate: {type: integer, "
              "description: x}"),
        Rules{}
    );
    EXPECT_EQ(rules("tax: {type: integer, description: x}"), Rules{"tax-without-code"});
    EXPECT_EQ(
        rules("tax: {type: integer, description: x}, taxCode: {type: string, description: x}"),
        Rules{}
    );
    EXPECT_EQ(rules("couponId: {type: string, description: x}"), Rules{"reference-without-value"});
    EXPECT_EQ(
        rules("couponId: {type: string, description: x}, couponAmount: {type: integer, "
              "description: x}"),
        Rules{}
    );
    EXPECT_EQ(rules("orderId: {type: string, description: x}"), Rules{}) << "the subject itself";
}

TEST(Lint, PersonalDataIsMarked) {
    EXPECT_EQ(rules("email: {type: string, description: x}"), Rules{"personal-unmarked"});
    EXPECT_EQ(rules("email: {type: string, description: x, x-sluice: {personal: true}}"), Rules{});
}

TEST(Lint, AMessageSaysWhatItIs) {
    const auto loaded = load_source_text("c.yaml", test::kGood);
    ASSERT_TRUE(loaded.has_value());
    Rules of_cancelled;
    for (const Advice& one : lint(loaded.value())) {
        if (one.line.find("messages/cancelled:") != std::string::npos)
            of_cancelled.push_back(one.rule);
    }
    std::sort(of_cancelled.begin(), of_cancelled.end());
    EXPECT_EQ(of_cancelled, (Rules{"no-description", "no-example", "no-schema"}));
}

TEST(Lint, AVersionHasItsCasts) {
    const auto about_versions = [](const std::string& text) {
        const auto loaded = load_source_text("o.yaml", text);
        EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
        Rules lines;
        for (const Advice& one : lint(loaded.value())) {
            if (one.rule == "version-without-caster") lines.push_back(one.line);
        }
        return lines;
    };
    EXPECT_EQ(about_versions(std::string{test::kVersioned}), Rules{});
    EXPECT_EQ(
        about_versions(test::versioned_with(
            "            down: '.name = .first + \" \" + .last | del(.first, .last)'\n", ""
        )),
        Rules{"o.yaml:21:13: /components/messages/placed/x-sluice/versions/2: cannot be made "
              "version 1, so nobody can ask for that one: give it a jq program 'down'"}
    );
}

TEST(Lint, AnObjectRequiresSomething) {
    const auto loaded =
        load_source_text("c.yaml", test::with("type: object, required: [total],", "type: object,"));
    ASSERT_TRUE(loaded.has_value());
    const auto all = lint(loaded.value());
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const Advice& one) {
        return one.rule == "nothing-required";
    }));
}

}  // namespace
}  // namespace sluice::contract
