// Requests about subjects that stand in less common ways, and what is said where none fits.

#include "base/test_seed.hpp"
#include "daemon/verbs/choices.hpp"
#include "daemon/verbs/request_fixture.hpp"
#include "event/json.hpp"
#include "event/kafka.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace sluice::daemon {
namespace {

using test::ask_choice;
using test::choices_for;

using sequence::test::changed;
using sequence::test::invalid;
using sequence::test::numbered;
using sequence::test::refusal;
using sequence::test::renamed;
using sequence::test::with_stamp;
using sequence::test::World;

std::string said(const CommandRequest& request, const World& world) {
    const auto planned = choices_for(request, world);
    return planned ? planned.value().front().about : planned.error().message;
}

/// Each waits for the other.
World cycle() {
    World world;
    world.come({with_stamp(numbered("/a", 1), "/b", 1), with_stamp(numbered("/b", 1), "/a", 1)});
    return world;
}

TEST(ChoicesEdges, OfACycleNothingIsMissing) {
    const auto planned = choices_for(ask_choice("skip"), cycle());
    ASSERT_FALSE(planned);
    EXPECT_EQ(planned.error().code, ErrorCode::kConflict);
    EXPECT_TRUE(planned.error().message.starts_with(
        "s: nothing waits for anything that is not here (any more); waits for "
    )) << planned.error().message;
}

TEST(ChoicesEdges, OfACycleOneIsReleasedOrDroppedByItsId) {
    EXPECT_EQ(
        said(ask_choice("release"), cycle()),
        "s: 2 events fit; say which by its id: type/a /a-1 (/a 1), type/b /b-1 (/b 1)"
    );
    EXPECT_EQ(
        said(ask_choice("release", "/b-1"), cycle()),
        "type/b /b-1 (/b 1) goes without what it waits for"
    );
    EXPECT_EQ(
        said(ask_choice("drop", "/b-1"), cycle()),
        "type/b /b-1 (/b 1) goes aside, and its number is given up"
    );
    EXPECT_EQ(choices_for(ask_choice("release", "/b-1"), cycle()).value().front().cause, "cycle");
}

TEST(ChoicesEdges, IdsOfTwoSourcesAreToldApartBySource) {
    World world;
    world.come({renamed(numbered("/a", 5), "x"), renamed(numbered("/b", 5), "x")});
    CommandRequest request = ask_choice("drop", "x");
    EXPECT_EQ(
        said(request, world),
        "s: 2 events fit; say which by its id: type/a x (/a 5), type/b x (/b 5)"
    );
    request.source = "/b";
    EXPECT_EQ(said(request, world), "type/b x (/b 5) goes aside as if it had not come");
    request.source = "/c";
    EXPECT_EQ(said(request, world), "s: no event with id 'x' waits (any more)");
}

TEST(ChoicesEdges, WhatTheSequencerWouldRefuseIsRefusedBeforeItIsSent) {
    World world;
    world.come({numbered("/a", 3), numbered("/a", 5)});
    const auto early = choices_for(ask_choice("release", "/a-5"), world);
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code, ErrorCode::kConflict);
    EXPECT_EQ(early.error().message, "s: /a 5 is not next: /a 1 comes first");
    CommandRequest far = ask_choice("skip");
    far.missing = "/a 4";
    EXPECT_EQ(said(far, world), "s: /a 4 is not next: /a 1 comes first");
    const sequence::Subject before = world.subject;
    static_cast<void>(choices_for(ask_choice("drop", "/a-3"), world));
    EXPECT_EQ(world.subject, before) << "it was only asked";
}

TEST(ChoicesEdges, OfManyThatFitFiveAreShown) {
    World world;
    world.come(sequence::test::numbers("/a", 2, 9));
    EXPECT_EQ(
        said(ask_choice("drop"), world),
        "s: 8 events fit; say which by its id: type/a /a-2 (/a 2), type/a /a-3 (/a 3), "
        "type/a /a-4 (/a 4), type/a /a-5 (/a 5), type/a /a-6 (/a 6), …"
    );
}

TEST(ChoicesEdges, AnIdThatSteersATerminalIsShownEscaped) {
    EXPECT_EQ(
        said(ask_choice("release", "x\n\x1b[2J"), cycle()),
        "s: no event with id 'x\\x0a\\x1b[2J' waits (any more)"
    );
}

TEST(ChoicesEdges, AnInvalidEventIsReleasedWithWhatIsOff) {
    World world;
    world.subject.waiting.add({invalid(numbered("/a", 1)), Instant{1}, 0});
    EXPECT_EQ(
        said(ask_choice("release"), world),
        "type/a /a-1 (/a 1) goes though it is invalid: field `amount` is missing"
    );
}

/// Numbers 1 to 3 have gone; of each, something else came later.
World three_conflicts() {
    World world;
    for (std::uint64_t number = 1; number <= 3; ++number) {
        world.subject.conflicts.push_back({changed(numbered("/a", number)), Instant{5}, number});
    }
    return world;
}

TEST(ChoicesEdges, SettleByCauseTakesEachConflict) {
    CommandRequest request = ask_choice("settle");
    request.winner = "first";
    EXPECT_EQ(choices_for(request, three_conflicts()).error().code, ErrorCode::kInvalidArgument);
    request.cause = "conflict";
    const auto all = choices_for(request, three_conflicts());
    ASSERT_TRUE(all) << all.error().message;
    ASSERT_EQ(all.value().size(), 3U);
    for (const PlannedChoice& one : all.value()) {
        EXPECT_EQ(std::get<sequence::SettleConflict>(one.choice).winner, sequence::Winner::kFirst);
    }
    EXPECT_EQ(all.value()[2].about, "type/a /a-3 (/a 3) goes aside, the first stays");
    request.winner = "newcomer";
    EXPECT_EQ(
        said(request, three_conflicts()),
        "type/a /a-1 (/a 1) takes the place, or comes last as late"
    );
}

TEST(ChoicesEdges, WithoutAConflictThereIsNoNewcomer) {
    CommandRequest request = ask_choice("settle");
    request.winner = "first";
    EXPECT_EQ(said(request, cycle()), "s: no event is the newcomer of a conflict (any more)");
    request.event = "/a-1";
    EXPECT_EQ(
        said(request, cycle()),
        "s: no event with id '/a-1' is the newcomer of a conflict (any more)"
    );
}

TEST(ChoicesEdges, AdoptAndUnfloodSayWhatTheyMean) {
    World cut;
    cut.come({numbered("/a", 2)});
    EXPECT_EQ(said(ask_choice("adopt"), cut), "starts where it is");
    EXPECT_EQ(
        said(ask_choice("adopt"), cycle()), "s: nothing that is waited for lies before a beginning"
    );
    EXPECT_EQ(said(ask_choice("unflood"), cycle()), "s: the subject is not flooded");
    World flooded;
    flooded.subject.flood = sequence::Flood{Instant{9}, {}, 4};
    const auto planned = choices_for(ask_choice("unflood"), flooded);
    ASSERT_TRUE(planned) << planned.error().message;
    EXPECT_EQ(planned.value().front().choice, sequence::Choice(sequence::ClearFlood{}));
    EXPECT_EQ(planned.value().front().about, "what went aside in the flood is not looked for");
    EXPECT_EQ(planned.value().front().cause, "flooded");
    EXPECT_EQ(planned.value().front().since, Instant{9});
    EXPECT_EQ(planned.value().front().behind, 0U);
}

runtime::AsideEvent late_order() {
    runtime::AsideEvent aside;
    aside.domain = "shop";
    aside.home = HomeId{2};
    aside.offset = Offset{17};
    aside.cause = "late-number";
    aside.origin.channel = "order.placed";
    aside.record = event::to_record(test::made_event("s", 4), "s");
    aside.record.time = Instant{77};
    return aside;
}

TEST(ChoicesEdges, TakeBackSaysWhereItLay) {
    const auto planned = plan_take_back(ask_choice("take-back"), late_order(), test::shop());
    ASSERT_TRUE(planned) << planned.error().message;
    EXPECT_EQ(planned.value().subject, "s");
    EXPECT_EQ(planned.value().cause, "late-number");
    EXPECT_EQ(planned.value().since, Instant{77});
    EXPECT_EQ(
        planned.value().about,
        "order.placed s-4 (/orders 4) comes back from aside (2 at 17): into its place, or to the "
        "end as late"
    );
    const auto& event = std::get<sequence::TakeBack>(planned.value().choice).event;
    EXPECT_EQ(event.record.value, R"({"n":4})");
    EXPECT_FALSE(event.record.header(runtime::kEditedHeader)) << "it is the original";
}

TEST(ChoicesEdges, ARepairOfWhatLiesAsideIsHeldToTheContract) {
    CommandRequest repair = ask_choice("repair");
    Event event = test::made_event("s", 4);
    event.data = "[1]";
    repair.copy = event::write_json(event);
    const auto broken = plan_take_back(repair, late_order(), test::shop());
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, ErrorCode::kInvalidEvent);
    EXPECT_TRUE(broken.error().message.starts_with("copy: breaks its contract: "))
        << broken.error().message;
    for (const char* text : {"", "{", "[]", R"({"id":"x"})"}) {
        repair.copy = text;
        const auto none = plan_take_back(repair, late_order(), test::shop());
        ASSERT_FALSE(none) << text;
        EXPECT_EQ(none.error().code, ErrorCode::kInvalidEvent) << text;
        EXPECT_TRUE(none.error().message.starts_with("copy: ")) << none.error().message;
    }
}

TEST(ChoicesEdges, WhatFollowsIsAnotherThingForEachVerb) {
    std::set<std::string_view> all;
    const auto verbs = command_verbs(/*of_subscription=*/false);
    for (const std::string_view verb : verbs) all.insert(what_follows(verb));
    EXPECT_EQ(all.size(), verbs.size());
}

/// Two sources with numbers missing, in any order.
World any_gaps(std::mt19937_64& random) {
    World world;
    for (auto left = random() % 8 + 1; left > 0; --left) {
        const std::string source = random() % 2 == 0 ? "/a" : "/b";
        world.come({numbered(source, random() % 6 + 2)});
    }
    return world;
}

TEST(ChoicesEdges, WhatIsPlannedTheSequencerCarriesOutOnceAndNothingElse) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    int carried_out = 0;
    int refused = 0;
    for (int round = 0; round < 2'000; ++round) {
        World world = any_gaps(random);
        World asked = world;
        CommandRequest request = ask_choice(random() % 2 == 0 ? "skip" : "drop");
        std::string why;
        if (request.verb == "drop") {
            request.event = world.subject.waiting.begin()->arrival.id;
        } else {
            const auto wanted = world.wanted();
            ASSERT_FALSE(wanted.empty());
            request.missing = wanted[random() % wanted.size()];
            why = refusal(asked.choose(sequence::SkipMissing{request.missing}));
        }
        const auto planned = choices_for(request, world);
        if (!why.empty()) {
            ASSERT_FALSE(planned);
            ASSERT_EQ(planned.error().message, "s: " + why);
            ++refused;
            continue;
        }
        ASSERT_TRUE(planned) << planned.error().message;
        const sequence::Choice choice = planned.value().front().choice;
        ASSERT_EQ(refusal(world.choose(choice)), "") << planned.value().front().about;
        ASSERT_NE(refusal(world.choose(choice)), "") << "the same choice finds nothing";
        ++carried_out;
    }
    EXPECT_GT(carried_out, 200);
    EXPECT_GT(refused, 20);
}

}  // namespace
}  // namespace sluice::daemon
