#include "daemon/config/void_events.hpp"

#include "daemon/api/shop_api.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::daemon {
namespace {

class VoidEvents : public test::ShopApi {
protected:
    static Event voided() {
        Event event = test::made_event("a", 2);
        event.type = kVoidType;
        event.data = R"({"type":"order.placed","reason":"a test"})";
        return event;
    }
};

TEST_F(VoidEvents, StandAmongTheOthersOfTheirDomain) {
    const std::vector<Event> events{test::made_event("a", 1), voided(), test::made_event("a", 3)};
    const auto answers = operations().publish_to("shop", events);
    ASSERT_TRUE(answers.has_value());
    for (const auto& answer : *answers) ASSERT_TRUE(answer.has_value()) << answer.error().message;
    const Published& at = (*answers)[1].value();
    EXPECT_TRUE(at.topic.starts_with("order.")) << at.topic << " is no channel of the domain";
    const auto page = operations().records({at.topic, at.partition, at.offset, {}, 1});
    ASSERT_TRUE(page.has_value());
    EXPECT_EQ(Json::parse(page->lines.at(0))["type"], kVoidType);
    EXPECT_EQ(operations().counts().published, 3U);
}

TEST_F(VoidEvents, WithoutADomainNobodyKnowsWhose) {
    const std::vector<Event> events{voided()};
    const auto answers = operations().publish(events);
    ASSERT_TRUE(answers.has_value());
    ASSERT_FALSE((*answers)[0].has_value());
    EXPECT_EQ((*answers)[0].error().code, ErrorCode::kInvalidEvent);
}

TEST_F(VoidEvents, AnEventThatIsNoneIsRefusedAllTheSame) {
    std::vector<Event> events{voided()};
    events[0].subject.clear();
    const auto answers = operations().publish_to("shop", events);
    ASSERT_TRUE(answers.has_value());
    ASSERT_FALSE((*answers)[0].has_value());
    EXPECT_EQ((*answers)[0].error().code, ErrorCode::kInvalidEvent);
}

TEST_F(VoidEvents, WhereEveryChannelIsSharedTheyHaveNoPlace) {
    runtime::DomainPlan plan;
    plan.name = "shop";
    plan.channels.resize(1);
    plan.channels[0].others_are_foreign = true;
    const test::ScratchDirectory scratch;
    const auto log = log::test::open_or_fail(log::test::test_options(scratch.path()));
    const std::vector<Event> events{voided(), voided()};
    const auto answers = publish_voids(*log, plan, events);
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers[1].error().code, ErrorCode::kInvalidEvent);
}

}  // namespace
}  // namespace sluice::daemon
