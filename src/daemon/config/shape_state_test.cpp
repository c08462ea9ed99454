// `state` of a subscription.

#include "contract/load.hpp"
#include "daemon/config/config.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

using deliver::StateAs;

Result<Config> config_with_state(const std::string& shape) {
    return parse_config(
        "sluice.yaml",
        "contracts: [a]\nsubscriptions: [{name: s, domain: d, file: s.jsonl, " + shape + "}]"
    );
}

ShapeConfig state_shape(const std::string& shape) {
    const auto config = config_with_state(shape);
    EXPECT_TRUE(config.has_value()) << config.error().message;
    return config ? config.value().subscriptions.at(0).shape : ShapeConfig{};
}

ContractPtr contract_of_states(const std::string& reducer) {
    auto loaded = contract::load_contract_text(
        "c.yaml", "asyncapi: 3.0.0\nx-sluice: {domain: d, homes: 1" + reducer + R"(}
channels:
  a: {messages: {placed: {$ref: '#/components/messages/placed'}}}
components:
  messages:
    placed: {payload: {properties: {name: {x-sluice: {personal: true}}}}}
)"
    );
    EXPECT_TRUE(loaded.has_value()) << loaded.error().message;
    return std::make_shared<const contract::Contract>(std::move(loaded).value());
}

TEST(ShapeState, IsNothingAnEventOrAReference) {
    EXPECT_EQ(state_shape("run: 4").state, StateAs::kNothing);
    EXPECT_EQ(state_shape("state: at-event").state, StateAs::kData);
    EXPECT_EQ(state_shape("state: dataref").state, StateAs::kReference);
    EXPECT_EQ(
        config_with_state("state: yes").error().message,
        "sluice.yaml:2:60: /subscriptions/0/state: 'yes' is not one of at-event, dataref"
    );
}

TEST(ShapeState, HasNoVersions) {
    const auto config = config_with_state("state: at-event, versions: {placed: 1}");
    ASSERT_FALSE(config);
    EXPECT_NE(config.error().message.find("is made of the newest versions"), std::string::npos);
}

TEST(ShapeState, NeedsAReducer) {
    const ShapeConfig shape = state_shape("state: at-event");
    EXPECT_EQ(
        shape_problems(shape, contract_of_states(""), {}),
        std::vector<std::string>{
            "state: the contract of d says no x-sluice.reducer, so no state is kept"}
    );
    EXPECT_TRUE(shape_problems(shape, contract_of_states(", reducer: merge-patch"), {}).empty());
}

TEST(ShapeState, PersonalFieldsOfTheStateAreGrantedOrWithheld) {
    const ContractPtr contract = contract_of_states(", reducer: {jq: ., personal: [/who]}");
    EXPECT_EQ(
        shape_problems(state_shape("state: at-event, keep: [/who/first]"), contract, {}),
        std::vector<std::string>{
            "keep: /who/first is personal data of the state (/who); grant it with 'personal: "
            "true', or leave it out"}
    );
    EXPECT_TRUE(shape_problems(state_shape("state: at-event, keep: [/name]"), contract, {}).empty())
        << "the events' own fields are no matter of the state";
    const ShapeConfig granted = state_shape("state: at-event, keep: [/who], personal: true");
    EXPECT_TRUE(shape_problems(granted, contract, {}).empty());
    EXPECT_EQ(shape_of(granted, contract).state.withheld, nullptr);
    EXPECT_NE(shape_of(state_shape("state: at-event"), contract).state.withheld, nullptr);
}

TEST(ShapeState, AnAddressIsOneWhateverTheSubject) {
    EXPECT_EQ(
        state_address("shop", "billing", "a/b c?", Position{3}),
        "/v1/snapshots/shop/a%2Fb%20c%3F?at=3&projection=billing"
    );
}

}  // namespace
}  // namespace sluice::daemon
