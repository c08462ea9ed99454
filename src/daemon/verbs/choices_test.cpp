// What a request means for a subject as it stands.

#include "daemon/verbs/choices.hpp"

#include "daemon/verbs/request_fixture.hpp"
#include "event/json.hpp"
#include "event/kafka.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

using test::ask_choice;
using test::choices_for;

using sequence::test::changed;
using sequence::test::invalid;
using sequence::test::numbered;
using sequence::test::World;

World gap() {
    World world;
    world.come({numbered("/a", 2), numbered("/a", 3)});
    return world;
}

TEST(Choices, SkipTakesTheOnlyThingThatIsMissing) {
    const auto planned = choices_for(ask_choice("skip"), gap());
    ASSERT_TRUE(planned) << planned.error().message;
    ASSERT_EQ(planned.value().size(), 1U);
    const PlannedChoice& choice = planned.value().front();
    EXPECT_EQ(choice.choice, sequence::Choice{sequence::SkipMissing{"/a 1"}});
    EXPECT_EQ(choice.about, "/a 1 is given up");
    EXPECT_EQ(choice.cause, "gap");
    EXPECT_EQ(choice.behind, 2U);
}

TEST(Choices, SkipAsksWhichAndRefusesWhatIsNotMissing) {
    World world = gap();
    world.come({numbered("/b", 2)});
    const auto which = choices_for(ask_choice("skip"), world);
    ASSERT_FALSE(which);
    EXPECT_EQ(which.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(which.error().message, "s: more than one thing is missing; say which: /a 1, /b 1");
    CommandRequest one = ask_choice("skip");
    one.missing = "/b 1";
    EXPECT_TRUE(choices_for(one, world));
    one.missing = "/b 7";
    EXPECT_EQ(choices_for(one, world).error().code, ErrorCode::kConflict);
}

TEST(Choices, ReleasePrefersTheEventWhoseTurnItIs) {
    World world;
    world.come({numbered("/a", 5), sequence::test::with_stamp(numbered("/a", 1), "/b", 1)});
    const auto planned = choices_for(ask_choice("release"), world);
    ASSERT_TRUE(planned) << planned.error().message;
    EXPECT_EQ(
        planned.value().front().choice,
        sequence::Choice{sequence::ReleaseNow{sequence::ref_of(numbered("/a", 1))}}
    );
}

TEST(Choices, DropAsksWhichOfMany) {
    const auto which = choices_for(ask_choice("drop"), gap());
    ASSERT_FALSE(which);
    EXPECT_EQ(
        which.error().message,
        "s: 2 events fit; say which by its id: type/a /a-2 (/a 2), type/a /a-3 (/a 3)"
    );
    CommandRequest one = ask_choice("drop");
    one.event = "/a-3";
    EXPECT_EQ(
        choices_for(one, gap()).value().front().about,
        "type/a /a-3 (/a 3) goes aside as if it had not come"
    );
    one.event = "/a-9";
    EXPECT_EQ(
        choices_for(one, gap()).error().message, "s: no event with id '/a-9' waits (any more)"
    );
}

TEST(Choices, SettleIsAboutTheNewcomer) {
    World world;
    world.come({numbered("/a", 1), changed(numbered("/a", 1))});
    CommandRequest request = ask_choice("settle");
    request.winner = "newcomer";
    const auto planned = choices_for(request, world);
    ASSERT_TRUE(planned) << planned.error().message;
    EXPECT_EQ(
        planned.value().front().choice,
        (sequence::Choice{sequence::SettleConflict{
            sequence::ref_of(changed(numbered("/a", 1))), sequence::Winner::kNewcomer}})
    );
    EXPECT_EQ(choices_for(request, gap()).error().code, ErrorCode::kConflict);
}

TEST(Choices, UnfloodOnlyOfWhatIsFlooded) {
    EXPECT_EQ(choices_for(ask_choice("unflood"), gap()).error().code, ErrorCode::kConflict);
    World flooded = gap();
    flooded.subject.flood = sequence::Flood{Instant{1}, {}, 1};
    EXPECT_TRUE(choices_for(ask_choice("unflood"), flooded));
}

/// An order that waits, as its channel brought it, and a copy of it with other data.
struct Mending {
    explicit Mending(int number) {
        Event event = test::made_event("s", number);
        runtime::DomainPlan domain = test::shop();
        sequence::Arrival arrival =
            invalid(numbered("/orders", static_cast<std::uint64_t>(number)));
        arrival.id = event.id;
        arrival.origin.channel = "order.placed";
        world.subject.waiting.add({arrival, Instant{1}, 0});
        event.data = R"({"n": 12345678901234567890})";
        event.extensions["partition"] = "0";
        event.extensions["subjectposition"] = "9";
        copy = event;
        request = ask_choice("repair");
    }

    Result<std::vector<PlannedChoice>> planned() {
        request.copy = event::write_json(copy);
        return choices_for(request, world);
    }

    World world;
    Event copy;
    CommandRequest request;
};

TEST(Choices, RepairTakesTheCopyToTheByteWithoutWhatSluiceAdded) {
    Mending mending{2};
    const auto planned = mending.planned();
    ASSERT_TRUE(planned) << planned.error().message;
    const auto& repair = std::get<sequence::Repair>(planned.value().front().choice);
    EXPECT_EQ(repair.copy.record.value, R"({"n": 12345678901234567890})");
    EXPECT_FALSE(repair.copy.record.header("ce_partition"));
    EXPECT_FALSE(repair.copy.record.header("ce_subjectposition"));
    EXPECT_EQ(repair.copy.number, SourceNumber{2});
    EXPECT_EQ(repair.copy.invalid, "");
}

TEST(Choices, RepairRefusesAnotherEventAndOneThatBreaksTheContract) {
    Mending other{2};
    other.copy.id = "another";
    EXPECT_EQ(other.planned().error().code, ErrorCode::kInvalidEvent);
    Mending moved{2};
    moved.copy.extensions["sourcesequence"] = "3";
    EXPECT_NE(moved.planned().error().message.find("stay as they are"), std::string::npos);
    Mending text{2};
    text.copy.data = R"("not an object")";
    EXPECT_NE(text.planned().error().message.find("breaks its contract"), std::string::npos);
    Mending no_event{2};
    no_event.request.copy = "{";
    EXPECT_EQ(choices_for(no_event.request, no_event.world).error().code, ErrorCode::kInvalidEvent);
}

TEST(Choices, TakeBackOfWhatCannotBeReadAsksForARepair) {
    runtime::AsideEvent aside;
    aside.domain = "shop";
    aside.cause = "unreadable";
    aside.offset = Offset{4};
    aside.origin.channel = "order.placed";
    aside.record = event::to_record(test::made_event("s", 1), "s");
    aside.record.headers.erase_if([](const Header& one) { return one.name == "ce_subject"; });
    EXPECT_EQ(
        plan_take_back(ask_choice("take-back"), aside, test::shop()).error().code,
        ErrorCode::kConflict
    );
    CommandRequest repair = ask_choice("repair");
    repair.copy = event::write_json(test::made_event("s", 1));
    const auto planned = plan_take_back(repair, aside, test::shop());
    ASSERT_TRUE(planned) << planned.error().message;
    const auto& back = std::get<sequence::TakeBack>(planned.value().choice);
    EXPECT_EQ(back.event.record.header(runtime::kEditedHeader), "0 4") << "linked to its original";
}

TEST(Choices, EveryVerbSaysWhatFollows) {
    for (const std::string_view verb : command_verbs(/*of_subscription=*/false)) {
        EXPECT_FALSE(what_follows(verb).empty()) << verb;
    }
}

}  // namespace
}  // namespace sluice::daemon
