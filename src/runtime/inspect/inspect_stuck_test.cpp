// Filters, pages and cursors of what does not move.

#include "runtime/dispatching/dispatch_fixture.hpp"
#include "runtime/inspect/inspect.hpp"
#include "runtime/sequencing/session_fixture.hpp"
#include "sequence/command.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::runtime {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using Names = std::vector<std::string>;

/// Of all pages, each with at most `limit`: "subject in subscription", sorted.
Names all_of(const log::Log& log, std::size_t limit, const StuckFilter& filter = {}) {
    AsideLedger aside;
    Names names;
    std::optional<std::string> cursor;
    for (int pages = 0; pages < 1'000; ++pages) {
        const auto page = stuck(log, domains_of(log).value(), cursor, limit, filter, aside);
        EXPECT_TRUE(page) << page.error().message;
        if (!page) return names;
        EXPECT_LE(page.value().items.size(), limit);
        for (const Stuck& item : page.value().items) {
            names.push_back(item.subject + " in " + item.subscription);
        }
        if (!page.value().next) break;
        cursor = page.value().next;
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// "mode" and "model" stand side by side: dead events of a.made and of b.made, and a hole.
class StuckFilters : public testing::Test {
protected:
    void SetUp() override {
        rig.subscribe("mode", seen, poison({"d1/1"}), {}, {.subjects_max = 0});
        rig.subscribe("model", others, poison({"d1/1", "d2/1"}), {}, {.subjects_max = 0});
        rig.append("d1", 1, 2);
        rig.append({.subject = "d2", .position = 1, .type = "b.made"});
        rig.append("h", 1, 1);
        rig.append("h", 3, 3);
        rig.append("fine", 1, 3);
        rig.start();
        rig.settle();
        ASSERT_TRUE(rig.stop());
    }

    Names named(const StuckFilter& filter) { return all_of(rig.log(), 100, filter); }

    Seen seen;
    Seen others;
    RunnerRig rig{3};
};

TEST_F(StuckFilters, EachAsksForItsOwn) {
    const Names all{"d1 in mode", "d1 in model", "d2 in model", "h in mode", "h in model"};
    EXPECT_EQ(named({}), all);
    EXPECT_EQ(named({.subscription = "mode"}), (Names{"d1 in mode", "h in mode"}));
    EXPECT_EQ(named({.subscription = "mod"}), Names{}) << "a name is no prefix";
    EXPECT_EQ(named({.cause = "hole"}), (Names{"h in mode", "h in model"}));
    EXPECT_EQ(named({.cause = "parked"}), (Names{"d1 in mode", "d1 in model", "d2 in model"}));
    EXPECT_EQ(named({.cause = "aside"}), Names{});
    EXPECT_EQ(named({.type = "b.made"}), Names{"d2 in model"});
    EXPECT_EQ(named({.subject = "d1"}), (Names{"d1 in mode", "d1 in model"}));
    EXPECT_EQ(named({.subject = "fine"}), Names{});
    EXPECT_EQ(named({.domain = "shop"}), all);
    EXPECT_EQ(named({.domain = "shops"}), Names{});
}

TEST_F(StuckFilters, TogetherAskForWhatFitsAll) {
    EXPECT_EQ(
        named({.subscription = "model", .cause = "parked"}), (Names{"d1 in model", "d2 in model"})
    );
    EXPECT_EQ(named({.subscription = "model", .subject = "h"}), Names{"h in model"});
    EXPECT_EQ(named({.subscription = "mode", .type = "b.made"}), Names{});
}

TEST_F(StuckFilters, BeforeAsksForWhatHasStoodSoLong) {
    const Instant now = rig.clock().now();
    EXPECT_EQ(named({.subject = "d2", .before = now}), Names{"d2 in model"});
    EXPECT_EQ(named({.before = Instant{now.ms - 1}}), Names{});
}

TEST_F(StuckFilters, PagesOfAnySizeAddUpToAllOfItOnce) {
    for (const StuckFilter& filter :
         {StuckFilter{}, StuckFilter{.subscription = "model"}, StuckFilter{.cause = "hole"}}) {
        const Names whole = named(filter);
        ASSERT_FALSE(whole.empty());
        for (std::size_t limit = 1; limit <= 6; ++limit) {
            EXPECT_EQ(all_of(rig.log(), limit, filter), whole) << limit;
        }
    }
}

TEST_F(StuckFilters, AHeadIsNamedWithItsPositionAndType) {
    AsideLedger aside;
    const auto domains = domains_of(rig.log());
    const auto page = stuck(rig.log(), domains.value(), std::nullopt, 9, {.subject = "h"}, aside);
    ASSERT_EQ(page.value().items.size(), 2U);
    EXPECT_EQ(page.value().items[0].head, Position{3});
    EXPECT_EQ(page.value().items[0].type, "a.made");
    EXPECT_FALSE(page.value().items[0].offset) << "only of what lies aside";
}

TEST_F(StuckFilters, ACursorThatNoPageHasGivenIsNamed) {
    for (const char* cursor :
         {"",
          "x",
          "0",
          "0:0",
          "0:0:0",
          "0:4:0:",
          "0:9:0:",
          "-1:0:0:",
          "0:0:0:6",
          "0:0:0:zz",
          "0:0:0:61 ",
          "9999999999:0:0:",
          ":0:0:",
          "0::0:"}) {
        const auto page = stuck(rig.log(), std::string{cursor}, 10);
        ASSERT_FALSE(page) << cursor;
        EXPECT_EQ(page.error().code, ErrorCode::kInvalidArgument) << cursor;
        EXPECT_NE(page.error().message.find("none that a page has given"), std::string::npos);
    }
}

TEST_F(StuckFilters, ACursorOfADomainThatIsGoneIsAtTheEnd) {
    const auto page = stuck(rig.log(), std::string{"7:0:0:"}, 10);
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_TRUE(page.value().items.empty());
    EXPECT_FALSE(page.value().next);
}

TEST_F(StuckFilters, APageOfNothingIsRefused) {
    const auto page = stuck(rig.log(), std::nullopt, 0);
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error(), (Error{ErrorCode::kInvalidArgument, "limit: 0; at least 1"}));
}

/// Before the ordered topic: subjects that wait for /a 1, and events that came late.
class StuckAside : public testing::Test {
protected:
    StuckAside() { rig.open(); }

    void late(const std::string& subject) {
        rig.publish({event("a.made", subject, "/a", 2)});
        rig.settle();
        const sequence::Command command{
            subject, "c", "alice", "given up", Instant{5}, sequence::SkipMissing{"/a 1"}};
        const PartitionId home{home_of(subject, 3).value};
        rig.publish_to("shop.repartition", home.value, sequence::to_record(command));
        rig.settle();
        rig.publish({event("a.made", subject, "/a", 1)});
        rig.settle();
    }

    SessionRig rig{shop_plan()};
};

TEST_F(StuckAside, PagesOverWhatWaitsAndWhatLiesAside) {
    Names expected;
    for (int i = 0; i < 6; ++i) {
        late(fmt::format("late{}", i));
        rig.publish({event("a.made", fmt::format("wait{}", i), "/a", 2)});
        expected.push_back(fmt::format("late{} in ", i));
        expected.push_back(fmt::format("wait{} in ", i));
    }
    rig.settle();
    std::sort(expected.begin(), expected.end());
    for (const std::size_t limit : {1U, 2U, 5U, 100U}) {
        EXPECT_EQ(all_of(rig.log(), limit), expected) << limit;
    }
    EXPECT_EQ(all_of(rig.log(), 2, {.cause = "aside"}).size(), 6U);
    EXPECT_EQ(all_of(rig.log(), 2, {.subject = "late3"}), Names{"late3 in "});
    EXPECT_EQ(all_of(rig.log(), 2, {.subject = "wait3"}), Names{"wait3 in "});
    EXPECT_EQ(all_of(rig.log(), 2, {.subscription = "model"}), Names{});
}

TEST_F(StuckAside, TellsWhereItLiesAndTheWholeOfWhatWaitsIfAsked) {
    late("s");
    rig.publish({event("a.made", "w", "/a", 2), event("a.made", "w", "/a", 3)});
    rig.settle();
    AsideLedger aside;
    const std::vector<DomainFacts> domains = domains_of(rig.log()).value();
    const auto lies = stuck(rig.log(), domains, std::nullopt, 9, {.cause = "aside"}, aside);
    ASSERT_EQ(lies.value().items.size(), 1U);
    EXPECT_TRUE(lies.value().items[0].offset);
    EXPECT_EQ(lies.value().items[0].next, "it stays aside until a person takes it back");
    for (const bool whole : {false, true}) {
        const auto waits =
            stuck(rig.log(), domains, std::nullopt, 9, {.subject = "w", .whole = whole}, aside);
        ASSERT_EQ(waits.value().items.size(), 1U);
        const Stuck& item = waits.value().items[0];
        EXPECT_EQ(item.behind, 2U);
        EXPECT_EQ(item.type, "a.made");
        ASSERT_EQ(item.whole.has_value(), whole);
        if (whole) {
            EXPECT_EQ(item.whole->waiting.size(), 2U);
        }
    }
}

TEST(StuckFilterFits, WhatIsEmptyAsksForAllAndBeforeIncludesItsInstant) {
    Stuck item;
    item.domain = "shop";
    item.cause = "parked";
    item.subject = "s";
    item.since = Instant{10};
    EXPECT_TRUE(fits({}, item));
    EXPECT_TRUE(fits({.before = Instant{10}}, item));
    EXPECT_FALSE(fits({.before = Instant{9}}, item));
    EXPECT_FALSE(fits({.type = "a.made"}, item)) << "its type is not known";
    EXPECT_FALSE(fits({.cause = "park"}, item));
    EXPECT_TRUE(fits({.domain = "shop", .cause = "parked", .subject = "s"}, item));
}

}  // namespace
}  // namespace sluice::runtime
