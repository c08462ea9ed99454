#include "runtime/engine/engine.hpp"

#include "runtime/engine/runtime_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::event;
using test::Seen;
using test::Shop;
using Ids = std::vector<std::string>;

TEST(Engine, EventsComeInOrderWhateverTheOrderOfPublishing) {
    Shop shop;
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({event("a.cancelled", "s1", "/a", 2)});
    shop.publish({event("a.made", "s1", "/a", 1), event("a.made", "s2", "/a", 1)});
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1", "s1/a.2"}));
    EXPECT_EQ(seen.of("s2"), (Ids{"s2/a.1"}));
    EXPECT_EQ(shop.count(&SequencingProbe::released), 3U);
}

TEST(Engine, StampsOrderAcrossSourcesAndRulesAcrossTypes) {
    Shop shop;
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    Event done = event("c.done", "s1", "/c", 0);
    done.id = "done";
    done.data = R"({"parcel":"p1"})";
    Event sent = event("b.sent", "s1", "/b", 1);
    sent.extensions["dependson"] = "/a 1";
    sent.data = R"({"parcel":"p1"})";
    shop.publish({done});
    shop.publish({sent});
    shop.settle();
    EXPECT_EQ(seen.of("s1"), Ids{});
    shop.publish({event("a.made", "s1", "/a", 1)});
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1", "s1/b.1", "done"}));
}

TEST(Engine, DuplicatesAreDroppedAndCounted) {
    Shop shop;
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    for (int again = 0; again < 3; ++again) shop.publish({event("a.made", "s1", "/a", 1)});
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1"}));
    EXPECT_EQ(shop.count(&SequencingProbe::duplicates), 2U);
}

TEST(Engine, PublishingRefusesWhatHasNoPlaceAndKeepsTheRest) {
    Shop shop;
    Event nameless = event("a.made", "s1", "/a", 1);
    nameless.subject.clear();
    const Event unknown = event("z.unknown", "s1", "/a", 1);
    const std::vector<Event> events{nameless, event("a.made", "s2", "/a", 1), unknown};
    const auto answers = shop.engine().publish(events);
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[0].error().code, ErrorCode::kInvalidEvent);
    ASSERT_TRUE(answers[1].has_value());
    EXPECT_EQ(answers[1].value().at.topic, "shop.a");
    EXPECT_EQ(answers[2].error().code, ErrorCode::kNotFound);
}

TEST(Engine, AllGoesOnAfterARestart) {
    Shop shop;
    Seen seen;
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({event("a.made", "s1", "/a", 1), event("a.cancelled", "s1", "/a", 3)});
    shop.settle();
    shop.restart();
    shop.subscribe("model", seen);
    shop.start();
    shop.publish({event("a.cancelled", "s1", "/a", 2)});
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1", "s1/a.2", "s1/a.3"}));
    EXPECT_EQ(seen.repeated, 0U);
}

TEST(Engine, APoisonEventParksItsSubjectAlone) {
    Shop shop;
    Seen seen;
    Seen other;
    shop.subscribe("model", seen).poison = {"s1/a.2"};
    shop.subscribe("other", other);
    shop.start();
    shop.publish({
        event("a.made", "s1", "/a", 1),
        event("a.made", "s1", "/a", 2),
        event("a.made", "s1", "/a", 3),
        event("a.made", "s2", "/a", 1),
    });
    shop.settle();
    EXPECT_EQ(seen.of("s1"), (Ids{"s1/a.1"}));
    EXPECT_EQ(seen.of("s2"), (Ids{"s2/a.1"}));
    EXPECT_EQ(other.of("s1"), (Ids{"s1/a.1", "s1/a.2", "s1/a.3"}))
        << "another subscription goes on";
    const auto& entries = shop.engine().domains().front()->runner->entries();
    EXPECT_EQ(entries[0]->probe.parked_now, 1U);
    EXPECT_EQ(entries[0]->probe.backlog_events_now, 2U);
}

TEST(Engine, ATopicWithAnotherCountIsRefused) {
    Shop shop;
    DomainPlan other = test::shop_plan();
    other.name = "other";
    other.channels = {{"shop.a", 4, Partitioner::kMurmur2, {"x"}, Checking::kOff, false}};
    const Status added = shop.engine().add_domain(other);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::kConflict);
    EXPECT_NE(added.error().message.find("shop.a has 3 partitions"), std::string::npos)
        << added.error().message;
}

TEST(Engine, MoreWaitingThanAStepCarriesIsRefused) {
    Shop shop;
    DomainPlan other = test::shop_plan();
    other.name = "other";
    other.sequencer.waiting_bytes_max = kWaitingBytesMax + 1;
    const Status added = shop.engine().add_domain(other);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::kBadConfig);
    EXPECT_NE(added.error().message.find("waiting.bytes"), std::string::npos);
}

TEST(Engine, StopIsSafeToRepeatAndWithoutStart) {
    Shop shop;
    EXPECT_TRUE(shop.engine().stop());
    EXPECT_TRUE(shop.engine().stop());
    EXPECT_FALSE(shop.engine().wait_until_idle(Milliseconds{1}));
}

}  // namespace
}  // namespace sluice::runtime
