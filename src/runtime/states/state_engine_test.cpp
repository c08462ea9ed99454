// A whole engine that keeps states: they follow what it sequences, retention waits for them, and a
// restart goes on.

#include "runtime/domain/plan_of.hpp"
#include "runtime/engine/runtime_fixture.hpp"
#include "runtime/sequencing/retention.hpp"
#include "runtime/states/states_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::runtime::test {
namespace {

EngineOptions with_states() {
    EngineOptions options = fast_options();
    options.states = true;
    options.programs = jq_child();
    return options;
}

Event order_event(const std::string& subject, int number, std::string data) {
    Event event;
    event.id = fmt::format("{}-{}", subject, number);
    event.source = "/orders";
    event.type = "placed";
    event.subject = subject;
    event.extensions["sourcesequence"] = std::to_string(number);
    event.datacontenttype = "application/json";
    event.data = std::move(data);
    return event;
}

std::string state_of(Shop& shop, const std::string& subject, const std::string& at) {
    const auto found = state_at(
        shop.log(), {"shop", 1, subject}, state::parse_at(at).value(), Milliseconds{20'000}
    );
    if (!found) return "!" + found.error().message;
    return found->view ? found->view->state : found->text;
}

TEST(StateEngine, KeepsStatesOfWhatItSequences) {
    Shop shop{plan_of(contract_with_reducer("merge-patch")), with_states()};
    shop.start();
    shop.publish(
        {order_event("17", 2, R"({"paid":103.68})"),
         order_event("17", 1, R"({"paid":110.52,"lines":5})")}
    );
    shop.settle();
    EXPECT_EQ(state_of(shop, "17", "1"), R"({"paid":110.52,"lines":5})");
    EXPECT_EQ(state_of(shop, "17", "2"), R"({"paid":103.68,"lines":5})") << "whatever came first";
    ASSERT_TRUE(shop.engine().stop());
    shop.make_engine();
    shop.start();
    shop.publish({order_event("17", 3, R"({"lines":4})")});
    shop.settle();
    EXPECT_EQ(state_of(shop, "17", "3"), R"({"paid":103.68,"lines":4})");
}

TEST(StateEngine, AProgramThatIsWrongIsToldAtTheStart) {
    Shop shop{plan_of(contract_with_reducer("{jq: '.state +'}")), with_states()};
    const Status started = shop.engine().start();
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(started.error().message.find("/x-sluice/reducer/jq"), std::string::npos);
}

TEST(StateEngine, WhereNobodyKeepsThemNothingIsHeldUp) {
    Shop shop{plan_of(contract_with_reducer("merge-patch"))};
    EXPECT_EQ(shop.engine().domains().front()->plan.folded, nullptr);
    EXPECT_EQ(shop.engine().domains().front()->states, nullptr);
}

class StateRetention : public StatesTest {};

TEST_F(StateRetention, TakesNothingThatIsNotFolded) {
    append({{"a", "{}"}, {"a", "{}"}, {"a", "{}"}});
    fold();
    append({{"a", "{}"}, {"a", "{}"}});
    DomainPlan plan = plan_of(contract_);
    plan.keep_ordered.age = Milliseconds{1'000};
    SequencingProbe probe;
    RetentionKeeper keeper{log_, plan, {kHome}, probe};
    auto sequencer = log_.take(sequencer_group("shop"), {kHome});
    log::Step step;
    step.homes = {kHome};
    step.consumed = {{kHome, kPlace, Offset{5}}};
    ASSERT_TRUE(sequencer.value()->commit(std::move(step)));
    ASSERT_TRUE(keeper.advance(Instant{1'900'000'000'000}));
    EXPECT_EQ(log_.ends(kPlace)->first, Offset{3});
    fold();
    ASSERT_TRUE(keeper.advance(Instant{1'900'000'000'000}));
    EXPECT_EQ(log_.ends(kPlace)->first, Offset{5});
    plan.folded.reset();
    append({{"a", "{}"}});
    EXPECT_EQ(look("a", "5"), "{}");
}

}  // namespace
}  // namespace sluice::runtime::test
