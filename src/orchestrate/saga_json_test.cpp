#include "orchestrate/saga_json.hpp"

#include "saga/saga_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::orchestrate {
namespace {

class SagaJson : public ::testing::Test {
protected:
    SagaJson() {
        command = *rules().start(it, Instant{1'000}).send;
        command = *rules()
                       .reply(
                           it,
                           {"reserve", saga::Direction::kDo, saga::Verdict::kDone, R"({"bin":7})"},
                           Instant{2'000}
                       )
                       .send;
    }

    [[nodiscard]] const saga::Saga& rules() const { return *book.newest("checkout").value(); }

    SagaBook book{SagaBook::make({saga::test::checkout()}).value()};
    saga::Instance it{rules().make("c-1", "m-1", R"({"sku":"x"})", 1, Instant{0}).value()};
    saga::Send command;
};

TEST_F(SagaJson, ACommandSaysWhatItIsAbout) {
    EXPECT_EQ(
        command_body(command, rules().definition(), it),
        R"({"saga":"c-1","definition":"checkout","version":1,"subject":"m-1","step":"redeem",)"
        R"("direction":"do","key":"c-1/redeem/do","input":{"sku":"x"},)"
        R"("results":{"reserve":{"bin":7}}})"
    );
}

TEST_F(SagaJson, WhatIsNoJsonIsAText) {
    it.input = "plain \xff";
    const Json body = Json::parse(command_body(command, rules().definition(), it));
    EXPECT_EQ(body["input"], "plain \xEF\xBF\xBD");
}

TEST_F(SagaJson, OfOneUnderWay) {
    EXPECT_EQ(
        to_text(saga_json(it, book)),
        R"({"id":"c-1","saga":"checkout","version":1,"subject":"m-1","phase":"forward",)"
        R"("began":"1970-01-01T00:00:00Z","awaits":"answer","step":"redeem","attempts":1,)"
        R"("due":"1970-01-01T00:00:03Z","steps":[{"name":"reserve","state":"done",)"
        R"("result":{"bin":7}},{"name":"redeem","state":"sent"},{"name":"authorize",)"
        R"("state":"planned"},{"name":"place","state":"planned"}],"input":{"sku":"x"}})"
    );
}

TEST_F(SagaJson, OfOneThatHasEnded) {
    ASSERT_TRUE(rules().compensate(it, "by bob: gave up", Instant{3'000}).has_value());
    for (const char* step : {"redeem", "reserve"}) {
        static_cast<void>(
            rules().reply(it, {step, saga::Direction::kUndo, saga::Verdict::kDone}, Instant{4'000})
        );
    }
    const Json json = saga_json(it, book);
    EXPECT_EQ(json["phase"], "compensated");
    EXPECT_EQ(json["ended"], "1970-01-01T00:00:04Z");
    EXPECT_EQ(json["reason"], "by bob: gave up");
    EXPECT_FALSE(json.contains("awaits"));
    EXPECT_EQ(json["steps"][0]["state"], "undone");
}

TEST_F(SagaJson, OfADefinitionThatIsNotKnown) {
    const Json json = saga_json(it, SagaBook::make({}).value());
    EXPECT_EQ(json["step"], "1");
    EXPECT_EQ(json["steps"][3]["name"], "3");
}

}  // namespace
}  // namespace sluice::orchestrate
