// What `stuck` and `why` say of each reason for which the sequencer does not release an event.

#include "runtime/domain/aside.hpp"
#include "runtime/inspect/inspect.hpp"
#include "runtime/sequencing/session_fixture.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace sluice::runtime {
namespace {

using test::event;
using test::SessionRig;

constexpr Milliseconds kMinute{60'000};

/// A domain in which one thing has happened to subject "s".
class Scene {
public:
    explicit Scene(const std::function<void(DomainPlan&)>& change = {}) : rig_{plan(change)} {
        rig_.open();
    }

    Scene& publish(const std::vector<Event>& events) {
        rig_.publish(events);
        rig_.settle();
        return *this;
    }

    Scene& pass(Milliseconds time) {
        rig_.settle_for(time);
        return *this;
    }

    /// Of the one thing that does not move.
    Stuck only_stuck() {
        const auto page = stuck(rig_.log(), std::nullopt, 100);
        EXPECT_TRUE(page.has_value()) << page.error().message;
        EXPECT_EQ(page->items.size(), 1U);
        return page->items.empty() ? Stuck{} : page->items.front();
    }

    Why only_why() {
        const auto lines = why(rig_.log(), "s");
        EXPECT_TRUE(lines.has_value()) << lines.error().message;
        EXPECT_EQ(lines->size(), 1U);
        return lines->empty() ? Why{} : lines->front();
    }

    SessionRig& rig() { return rig_; }

private:
    static DomainPlan plan(const std::function<void(DomainPlan&)>& change) {
        DomainPlan made = test::shop_plan();
        if (change) change(made);
        return made;
    }

    SessionRig rig_;
};

void expect_part(const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin: " << text;
}

std::function<void(DomainPlan&)> gaps(sequence::GapAction action) {
    return [action](DomainPlan& plan) {
        plan.sequencer.gap_action = action;
        plan.sequencer.gap_wait = Milliseconds{600'000};
    };
}

TEST(InspectWaiting, AGapSaysWhatWillBecomeOfItBeforeAndAfterItsProof) {
    struct Case {
        sequence::GapAction action;
        const char* next;
    };

    for (const Case& one :
         {Case{sequence::GapAction::kWait, "by policy it waits until that comes"},
          Case{sequence::GapAction::kPark, "600000 ms after the proof it is parked"},
          Case{sequence::GapAction::kSkip, "600000 ms after the proof it is given up"}}) {
        Scene scene{gaps(one.action)};
        scene.rig().publish({event("a.made", "s", "/a", 2)});
        ASSERT_TRUE(scene.rig().step().has_value());  // read, but no sweep has ended yet
        const Why before = scene.only_why();
        EXPECT_EQ(before.state, "gap");
        expect_part(before.text, "s: waits for /a 1 since 2027-01-15T08:00:00Z");
        expect_part(before.text, "released up to position 0, 1 events wait");
        expect_part(before.text, "the next sweep will tell whether it may still come");
        scene.pass(kMinute);
        const Why after = scene.only_why();
        EXPECT_EQ(after.state, "gap");
        expect_part(after.text, "proven 2027-01-15T08:0");
        expect_part(after.text, one.next);
        EXPECT_EQ(scene.only_stuck().cause, "gap");
    }
}

TEST(InspectWaiting, AParkedGapSaysSo) {
    Scene scene{gaps(sequence::GapAction::kPark)};
    scene.publish({event("a.made", "s", "/a", 2)}).pass(kMinute * 12);
    EXPECT_EQ(scene.only_stuck().cause, "parked-gap");
    const Why parked = scene.only_why();
    EXPECT_EQ(parked.state, "parked-gap");
    expect_part(parked.text, "parked until that comes, or a person chooses");
}

TEST(InspectWaiting, ACycleNamesItselfAsThat) {
    Scene scene;
    Event a = event("a.made", "s", "/a", 1);
    a.extensions["dependson"] = "/b 1";
    Event b = event("b.sent", "s", "/b", 1);
    b.extensions["dependson"] = "/a 1";
    scene.publish({a, b}).pass(kMinute);
    const Stuck item = scene.only_stuck();
    EXPECT_EQ(item.cause, "cycle");
    EXPECT_EQ(item.behind, 2U);
    expect_part(item.detail, "which is here and waits as well");
    EXPECT_EQ(scene.only_why().state, "cycle");
}

TEST(InspectWaiting, AConflictWaitsForAPerson) {
    Scene scene;
    Event other = event("a.made", "s", "/a", 1);
    other.data = "other";
    scene.publish({event("a.made", "s", "/a", 1), other, event("a.made", "s", "/a", 2)});
    EXPECT_EQ(scene.only_stuck().cause, "conflict");
    const Why conflict = scene.only_why();
    EXPECT_EQ(conflict.state, "conflict");
    expect_part(conflict.text, "released up to position 1, 1 events wait");
    expect_part(conflict.text, "nothing moves until a person chooses");
}

TEST(InspectWaiting, AnInvalidEventThatWaitsForAllSaysWhy) {
    Scene scene{[](DomainPlan& plan) {
        plan.sequencer.invalid = sequence::InvalidPolicy::kWait;
        plan.channels[0].checking = Checking::kEnforce;
        plan.check = [](std::string_view, const Record& record) {
            return record.value == "bad" ? std::string{"/amount: not a number"} : std::string{};
        };
    }};
    Event bad = event("a.made", "s", "/a", 1);
    bad.data = "bad";
    scene.rig().publish_to("shop.a", 0, event::to_record(bad, "s"));
    scene.publish({event("a.made", "s", "/a", 2)});
    const Stuck item = scene.only_stuck();
    EXPECT_EQ(item.cause, "invalid");
    expect_part(item.detail, "/amount: not a number");
    EXPECT_EQ(scene.only_why().state, "invalid");
}

TEST(InspectWaiting, AFloodedSubjectIsShownAlsoWhenItFlowsAgain) {
    Scene scene{[](DomainPlan& plan) { plan.sequencer.waiting_events_max = 3; }};
    std::vector<Event> events;
    for (std::uint64_t n = 2; n <= 8; ++n) events.push_back(event("a.made", "s", "/a", n));
    scene.publish(events).publish({event("a.made", "s", "/a", 1)});
    EXPECT_EQ(scene.rig().ordered("s").size(), 4U);
    const Why flooded = scene.only_why();
    EXPECT_EQ(flooded.state, "flooded");
    expect_part(flooded.text, "too much waits; the rest went aside");
    expect_part(flooded.text, "what went aside has to come again, or a person releases it");
    const auto page = stuck(scene.rig().log(), std::nullopt, 100);
    std::map<std::string, int> causes;
    for (const Stuck& item : page->items) ++causes[item.cause];
    EXPECT_EQ(causes, (std::map<std::string, int>{{"aside", 4}, {"flooded", 1}}));
}

/// The order service numbers what customers look at as well, and that topic is not in the contract.
void order_and_view(Scene& scene, std::uint64_t subjects) {
    std::vector<Event> events;
    for (std::uint64_t s = 0; s < subjects; ++s) {
        events.push_back(event("a.made", fmt::format("s{}", s), "/a", 1));
        events.push_back(event("a.made", fmt::format("s{}", s), "/a", 3));
    }
    scene.publish(events);
}

TEST(InspectWaiting, A6AGapOfMoreThanAHundredSubjectsAsksForAChannel) {
    Scene scene;
    order_and_view(scene, kSharedGapSubjects + 1);
    const auto domains = status(scene.rig().log());
    ASSERT_TRUE(domains.has_value());
    const std::vector<SharedGap> shared{{"/a", kSharedGapSubjects + 1}};
    EXPECT_EQ(domains->front().shared_gaps, shared);
    const std::string question =
        "more than 100 subjects wait for /a: is a channel missing from the contract?";
    const auto lines = why(scene.rig().log(), "s7");
    ASSERT_TRUE(lines.has_value());
    expect_part(lines->front().text, question);
    const auto page = stuck(scene.rig().log(), std::nullopt, 5);
    ASSERT_TRUE(page.has_value());
    for (const Stuck& item : page->items) expect_part(item.detail, question);
    scene.pass(Milliseconds{2'000});
    EXPECT_EQ(scene.rig().probe().shared_gaps.get(), shared) << "for the metric";
}

TEST(InspectWaiting, A6AHundredSubjectsAreEventsThatAreMissing) {
    Scene scene;
    order_and_view(scene, kSharedGapSubjects);
    EXPECT_TRUE(status(scene.rig().log())->front().shared_gaps.empty());
    const std::string text = why(scene.rig().log(), "s7")->front().text;
    EXPECT_EQ(text.find("missing from the contract"), std::string::npos) << text;
}

TEST(InspectWaiting, A6WhatOneRuleAsksForIsOneGap) {
    Scene scene;
    std::vector<Event> events;
    for (std::uint64_t s = 0; s <= kSharedGapSubjects; ++s) {
        Event done = event("c.done", fmt::format("s{}", s), "/c", 0);
        done.id = fmt::format("c-{}", s);
        done.data = fmt::format(R"({{"parcel":"p{}"}})", s);
        events.push_back(done);
    }
    scene.publish(events);
    const std::vector<SharedGap> shared{{"b.sent with the same /parcel", kSharedGapSubjects + 1}};
    EXPECT_EQ(status(scene.rig().log())->front().shared_gaps, shared);
}

TEST(InspectWaiting, WhatLiesAsideSaysWhyAndFromWhere) {
    Scene scene;
    scene.rig().publish_to("shop.b", 3, {"s", "hello", {}, {}});
    scene.rig().settle();
    const Stuck item = scene.only_stuck();
    EXPECT_EQ(item.cause, "aside");
    EXPECT_EQ(item.subject, "s") << "the key is all that there is";
    expect_part(item.detail, "no CloudEvents event");
    expect_part(item.detail, "shop.b");
    EXPECT_TRUE(why(scene.rig().log(), "s")->empty());
}

TEST(InspectWaiting, AClosedSubjectSaysSinceWhen) {
    Scene scene{[](DomainPlan& plan) {
        plan.types["a.cancelled"].closes = true;
        plan.closed_kept = std::chrono::hours{24};
        plan.tombstone_kept = std::chrono::hours{48};
    }};
    scene.publish({event("a.made", "s", "/a", 1), event("a.cancelled", "s", "/a", 2)});
    const Why closed = scene.only_why();
    EXPECT_EQ(closed.state, "closed");
    expect_part(closed.text, "released up to position 2, closed since 2027-01-15T08:00:00Z");
    EXPECT_TRUE(stuck(scene.rig().log(), std::nullopt, 10)->items.empty());
}

TEST(InspectWaiting, ARuleNamesTheTypeAndTheChannelsThatCarryIt) {
    Scene scene;
    Event done = event("c.done", "s", "/c", 0);
    done.id = "c-1";
    done.data = R"({"parcel":"p1"})";
    scene.publish({done});
    const Why waits = scene.only_why();
    expect_part(waits.text, "waits for b.sent with the same /parcel");
    expect_part(waits.text, "it could come from shop.b (read to its end);");
}

TEST(InspectWaiting, ATransactionThatIsOpenOrALagIsNamedWithItsPartition) {
    Scene scene;
    scene.publish({event("a.made", "s", "/a", 2)});
    scene.rig().close();  // nobody reads any more
    for (int at = 0; at < 3; ++at) scene.rig().publish_to("shop.b", 4, {"x", "y", {}, {}});
    expect_part(scene.only_why().text, "shop.b (3 unread in partition 4)");
    const auto domains = status(scene.rig().log());
    ASSERT_TRUE(domains.has_value());
    std::int64_t unread = 0;
    for (const PartitionStatus& one : domains->front().channels) unread += one.unread();
    EXPECT_EQ(unread, 3);
    EXPECT_EQ(domains->front().waiting_subjects, 1U);
    EXPECT_EQ(domains->front().waiting_events, 1U);
}

}  // namespace
}  // namespace sluice::runtime
