#include "daemon/config/version_advice.hpp"

#include "contract/load.hpp"
#include "contract/test_versions.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

std::vector<std::string> advice_on(
    const std::string& subscriptions, std::string_view contract = contract::test::kVersioned
) {
    const std::string text = "contracts: [a]\nsubscriptions:\n" + subscriptions;
    const auto config = parse_config("sluice.yaml", text);
    EXPECT_TRUE(config.has_value()) << config.error().message;
    const auto document = contract::Document::parse("sluice.yaml", text);
    const auto loaded = contract::load_contract_text("order.yaml", contract);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    std::vector<std::string> lines;
    for (const auto& one : version_advice(document.value(), config.value(), loaded.value())) {
        EXPECT_EQ(one.rule, "version-not-asked");
        lines.push_back(one.line);
    }
    return lines;
}

TEST(VersionAdvice, WhoAsksForNoVersionIsNotProtected) {
    const auto lines = advice_on(
        "  - {name: asks, domain: order, file: a, versions: {order.placed: 2}}\n"
        "  - {name: archive, domain: order, file: b}\n"
        "  - {name: names, domain: order, file: c, types: [order.placed]}\n"
    );
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(
        lines[0],
        "sluice.yaml:4:5: /subscriptions/1: archive takes order.placed, which has the versions 1 "
        "to "
        "3, and asks for none: nothing protects it from the next one; say 'versions: "
        "{order.placed: 3}', or whichever it can read"
    );
    EXPECT_TRUE(lines[1].starts_with("sluice.yaml:5:5: /subscriptions/2: names takes order.placed")
    );
}

TEST(VersionAdvice, WhoCannotGetOneNeedsNone) {
    EXPECT_TRUE(advice_on("  - {name: a, domain: order, file: a, types: [order.paid]}\n").empty());
    EXPECT_TRUE(advice_on("  - {name: a, domain: other, file: a}\n").empty());
}

TEST(VersionAdvice, ATypeWithOneVersionOrNoneHasNothingToAskFor) {
    constexpr std::string_view kAlone = R"(asyncapi: 3.0.0
x-sluice: {domain: order, homes: 1}
channels:
  a: {messages: {one: {payload: {type: object}, x-sluice: {versions: {4: {}}}}, none: {}}}
)";
    EXPECT_TRUE(advice_on("  - {name: a, domain: order, file: a}\n", kAlone).empty());
}

}  // namespace
}  // namespace sluice::daemon
