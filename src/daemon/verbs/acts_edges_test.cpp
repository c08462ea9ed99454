// Acts on backlogs that stand in every other way, and copies that somebody has bent.

#include "base/test_seed.hpp"
#include "daemon/verbs/acts.hpp"
#include "daemon/verbs/request_fixture.hpp"
#include "event/json.hpp"
#include "event/kafka.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace sluice::daemon {
namespace {

using test::ask_act;

CommandRequest edit_to(const Event& event) {
    CommandRequest request = ask_act("edit");
    request.copy = event::write_json(event);
    return request;
}

BacklogView parked_since_a_minute() {
    BacklogView view;
    view.line.emplace();
    view.line->state = dispatch::LineState::kParked;
    view.line->head = Position{7};
    view.line->since = Instant{60'000};
    view.line->in_backlog = true;
    view.line->events = 5;
    view.line->reason = "no amount";
    view.head = event::to_record(test::made_event("a", 7), "a");
    view.head->time = Instant{1'234};
    view.head->headers.push_back({"ce_subjectposition", "7"});
    return view;
}

BacklogView held() {
    BacklogView view = parked_since_a_minute();
    view.line->hold = dispatch::Hold{Instant{1}, "bob", "holidays"};
    return view;
}

std::string act_refusal(const CommandRequest& request, const BacklogView& view) {
    const auto planned = plan_act(request, view, test::shop());
    return planned ? "" : planned.error().message;
}

Record copy_of(const CommandRequest& request, const BacklogView& view) {
    const auto planned = plan_act(request, view, test::shop());
    EXPECT_TRUE(planned) << planned.error().message;
    if (!planned) return {};
    return std::get<dispatch::EditHead>(planned.value().act).copy;
}

TEST(ActsEdges, ALineWithoutABacklogHasNothingToChooseAbout) {
    BacklogView in_place = parked_since_a_minute();
    in_place.line->in_backlog = false;
    BacklogView empty = parked_since_a_minute();
    empty.line->events = 0;
    for (const BacklogView& view : {BacklogView{}, in_place, empty}) {
        for (const char* verb : {"redrive", "skip", "edit", "try"}) {
            EXPECT_EQ(act_refusal(ask_act(verb), view), "a: it has no backlog in sales (any more)")
                << verb;
        }
    }
}

TEST(ActsEdges, WhatIsPausedAndRetriesIsRefusedWithWhoPausedIt) {
    BacklogView view = held();
    view.line->state = dispatch::LineState::kRetrying;
    EXPECT_EQ(
        act_refusal(ask_act("try"), view),
        "a: it is not parked (any more): bob has paused it (holidays): nothing moves until a "
        "person resumes it"
    );
}

TEST(ActsEdges, ThePlanCarriesHowItStands) {
    const auto held_one = plan_act(ask_act("redrive"), held(), test::shop());
    ASSERT_TRUE(held_one) << held_one.error().message;
    EXPECT_EQ(held_one.value().cause, "paused");
    BacklogView hole = parked_since_a_minute();
    hole.line->reason = "hole: position 6 never came";
    const auto skipped = plan_act(ask_act("skip"), hole, test::shop());
    ASSERT_TRUE(skipped) << skipped.error().message;
    EXPECT_EQ(skipped.value().cause, "hole");
    EXPECT_EQ(skipped.value().since, Instant{60'000});
    EXPECT_EQ(skipped.value().behind, 5U);
    EXPECT_EQ(skipped.value().about, "position 7 is never handled");
    EXPECT_EQ(
        plan_act(ask_act("try"), parked_since_a_minute(), test::shop()).value().about,
        "is tried from position 7: no amount"
    );
}

TEST(ActsEdges, ResumeTakesOnlyWhatIsPaused) {
    EXPECT_EQ(act_refusal(ask_act("resume"), {}), "a: it is not paused (any more)");
    EXPECT_EQ(
        act_refusal(ask_act("resume"), parked_since_a_minute()), "a: it is not paused (any more)"
    );
    const auto resumed = plan_act(ask_act("resume"), held(), test::shop());
    ASSERT_TRUE(resumed) << resumed.error().message;
    EXPECT_EQ(resumed.value().act, dispatch::Act(dispatch::ResumeSubject{}));
    EXPECT_EQ(resumed.value().about, "it goes on");
}

TEST(ActsEdges, AllOfASubscriptionIsNamedByIt) {
    CommandRequest all = ask_act("pause");
    all.subject.clear();
    EXPECT_EQ(
        plan_act(all, {}, test::shop()).value().about, "sales stands still and reads no further"
    );
    all.verb = "resume";
    EXPECT_EQ(plan_act(all, {}, test::shop()).value().about, "sales goes on");
}

TEST(ActsEdges, EachPartOfItsIdentityHoldsACopy) {
    const std::string why = "copy: subject, source and id stay as they are";
    Event event = test::made_event("a", 7);
    event.subject = "b";
    EXPECT_EQ(act_refusal(edit_to(event), parked_since_a_minute()), why);
    event = test::made_event("a", 7);
    event.source = "/other";
    EXPECT_EQ(act_refusal(edit_to(event), parked_since_a_minute()), why);
    event = test::made_event("a", 7);
    event.id = "a-7 ";
    EXPECT_EQ(act_refusal(edit_to(event), parked_since_a_minute()), why);
    BacklogView nameless = parked_since_a_minute();
    nameless.head->headers.erase_if([](const Header& one) { return one.name == "ce_id"; });
    EXPECT_EQ(act_refusal(edit_to(test::made_event("a", 7)), nameless), why);
}

TEST(ActsEdges, ACopyThatIsNoEventSaysThatItIsTheCopy) {
    CommandRequest request = ask_act("edit");
    for (const char* text : {"{", "[]", "null", "{}", R"({"specversion":"0.3"})"}) {
        request.copy = text;
        const auto planned = plan_act(request, parked_since_a_minute(), test::shop());
        ASSERT_FALSE(planned) << text;
        EXPECT_EQ(planned.error().code, ErrorCode::kInvalidEvent) << text;
        EXPECT_TRUE(planned.error().message.starts_with("copy: ")) << planned.error().message;
    }
}

TEST(ActsEdges, ACopyIsHeldToTheLimitsOfEvents) {
    Event event = test::made_event("a", 7);
    event.data = R"({"n":")" + std::string(2'000, 'x') + R"("})";
    runtime::DomainPlan plan = test::shop();
    plan.limits.event_bytes_max = 1'000;
    const auto planned = plan_act(edit_to(event), parked_since_a_minute(), plan);
    ASSERT_FALSE(planned);
    EXPECT_EQ(planned.error().code, ErrorCode::kTooLarge);
    EXPECT_TRUE(planned.error().message.starts_with("copy: ")) << planned.error().message;
}

TEST(ActsEdges, ACopyKeepsTimeKeyAndEachHeaderOfSluice) {
    BacklogView view = parked_since_a_minute();
    view.head->key.reset();
    view.head->headers.push_back({"ce_subjectlate", "true"});
    view.head->headers.push_back({"sluice", "one"});
    view.head->headers.push_back({"sluice", "two"});
    view.head->headers.push_back({"sluice-chosen", "c-1 alice: because"});
    view.head->headers.push_back({"traceparent", "00-1"});
    const Record copy = copy_of(edit_to(test::made_event("a", 7)), view);
    EXPECT_EQ(copy.time, Instant{1'234});
    EXPECT_FALSE(copy.key);
    std::vector<std::string> ours;
    for (const Header& one : copy.headers) {
        if (one.name.starts_with("sluice")) ours.emplace_back(one.value);
    }
    EXPECT_EQ(ours, (std::vector<std::string>{"one", "two", "c-1 alice: because"}));
    EXPECT_EQ(copy.header("ce_subjectlate"), "true");
    EXPECT_FALSE(copy.header("traceparent")) << "of the event that failed";
}

TEST(ActsEdges, NobodyForgesWhatSluicePutsBeside) {
    Event event = test::made_event("a", 7);
    for (const char* name :
         {"subjectposition",
          "subjectinvalid",
          "subjectlate",
          "subjectrevision",
          "partition",
          "offset",
          "place",
          "aside",
          "origin",
          "subscription"}) {
        event.extensions[name] = "999";
    }
    const Record copy = copy_of(edit_to(event), parked_since_a_minute());
    for (const Header& one : copy.headers) EXPECT_NE(one.value, "999") << one.name;
    EXPECT_EQ(copy.header("ce_subjectrevision"), "1");
}

TEST(ActsEdges, ARevisionThatIsNoNumberBeginsAgain) {
    for (const auto& [before, after] :
         std::vector<std::pair<std::string, std::string>>{{"", "1"}, {"x", "1"}, {"41", "42"}}) {
        BacklogView view = parked_since_a_minute();
        view.head->headers.push_back({"ce_subjectrevision", before});
        EXPECT_EQ(
            copy_of(edit_to(test::made_event("a", 7)), view).header("ce_subjectrevision"), after
        ) << before;
    }
}

TEST(ActsEdges, NoSecondHasMoreTurnsThanItsRate) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 10'000; ++round) {
        const std::uint64_t rate = random() % (round % 2 == 0 ? 20 : kRateMax) + 1;
        const std::uint64_t index = random() % 200'000;
        const Instant now{static_cast<std::int64_t>(random() % 2'000'000'000'000)};
        const Instant turn = turn_of(index, rate, now);
        ASSERT_GE(turn, now);
        ASSERT_LE(turn, turn_of(index + 1, rate, now)) << "in order";
        ASSERT_EQ(turn_of(index + rate, rate, now), turn + Milliseconds{1'000});
    }
}

TEST(ActsEdges, WhatFollowsIsAnotherThingForEachVerb) {
    std::set<std::string_view> said;
    const auto verbs = command_verbs(/*of_subscription=*/true);
    for (const std::string_view verb : verbs) said.insert(what_follows_act(verb));
    EXPECT_EQ(said.size(), verbs.size());
}

}  // namespace
}  // namespace sluice::daemon
