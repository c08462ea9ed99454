// What a request about a subscription means for a backlog as it stands.

#include "daemon/verbs/acts.hpp"

#include "daemon/verbs/request_fixture.hpp"
#include "event/json.hpp"
#include "event/kafka.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

using test::ask_act;

/// Position 7 is dead, and four more behind it.
BacklogView parked() {
    BacklogView view;
    view.line.emplace();
    view.line->state = dispatch::LineState::kParked;
    view.line->head = Position{7};
    view.line->in_backlog = true;
    view.line->events = 5;
    view.line->reason = "no amount";
    view.head = event::to_record(test::made_event("a", 7), "a");
    view.head->headers.push_back({"sluice", "facts"});
    view.head->headers.push_back({"ce_subjectposition", "7"});
    view.head->headers.push_back({"ce_subjectinvalid", "no amount"});
    return view;
}

Result<PlannedAct> plan(const CommandRequest& request, const BacklogView& view) {
    return plan_act(request, view, test::shop());
}

TEST(Acts, EachNamesTheHeadItIsAbout) {
    const auto redrive = plan(ask_act("redrive"), parked());
    ASSERT_TRUE(redrive) << redrive.error().message;
    EXPECT_EQ(redrive.value().act, dispatch::Act(dispatch::Redrive{Position{7}, {}}));
    EXPECT_EQ(redrive.value().about, "goes again from position 7: no amount");
    EXPECT_EQ(redrive.value().behind, 5U);
    EXPECT_EQ(redrive.value().cause, "parked");
    EXPECT_EQ(
        plan(ask_act("skip"), parked()).value().act, dispatch::Act(dispatch::SkipHead{Position{7}})
    );
    EXPECT_EQ(
        plan(ask_act("try"), parked()).value().act, dispatch::Act(dispatch::TryOut{Position{7}})
    );
}

TEST(Acts, WhatDoesNotStandSoIsAConflict) {
    for (const char* verb : {"redrive", "skip", "edit", "try"}) {
        EXPECT_EQ(plan(ask_act(verb), {}).error().code, ErrorCode::kConflict) << verb;
    }
    BacklogView retrying = parked();
    retrying.line->state = dispatch::LineState::kRetrying;
    EXPECT_EQ(
        plan(ask_act("redrive"), retrying).error().message,
        "a: it is not parked (any more): next attempt 1970-01-01T00:00:00Z"
    );
    EXPECT_TRUE(plan(ask_act("skip"), retrying)) << "of what waits long as well";
    EXPECT_EQ(plan(ask_act("resume"), parked()).error().code, ErrorCode::kConflict);
    BacklogView paused = parked();
    paused.line->hold = dispatch::Hold{Instant{1}, "bob", "holidays"};
    EXPECT_EQ(
        plan(ask_act("pause"), paused).error().message, "a: bob has paused it already: holidays"
    );
}

TEST(Acts, PauseAndResumeTakeASubjectOrAll) {
    EXPECT_EQ(plan(ask_act("pause"), {}).value().act, dispatch::Act(dispatch::PauseSubject{}));
    EXPECT_EQ(
        plan(ask_act("pause"), parked()).value().act, dispatch::Act(dispatch::PauseSubject{})
    );
    CommandRequest all = ask_act("pause");
    all.subject.clear();
    EXPECT_EQ(plan(all, {}).value().act, dispatch::Act(dispatch::PauseAll{}));
    all.verb = "resume";
    EXPECT_EQ(plan(all, {}).value().act, dispatch::Act(dispatch::ResumeAll{}));
}

TEST(Acts, AnEditKeepsWhatSluicePutBesideTheEvent) {
    CommandRequest edit = ask_act("edit");
    Event event = test::made_event("a", 7);
    event.data = R"({"amount": 1.50})";
    event.extensions["subjectposition"] = "999";  // as `show` showed it, or as somebody forged it
    event.extensions["place"] = "backlog";
    edit.copy = event::write_json(event);
    const auto planned = plan(edit, parked());
    ASSERT_TRUE(planned) << planned.error().message;
    const Record& copy = std::get<dispatch::EditHead>(planned.value().act).copy;
    EXPECT_EQ(copy.value, R"({"amount": 1.50})");
    EXPECT_EQ(copy.key, "a");
    EXPECT_EQ(copy.header("ce_subjectposition"), "7");
    EXPECT_EQ(copy.header("sluice"), "facts");
    EXPECT_EQ(copy.header("ce_subjectrevision"), "1");
    EXPECT_FALSE(copy.header("ce_subjectinvalid"));
    EXPECT_FALSE(copy.header("ce_place"));
    BacklogView again = parked();
    again.head = copy;
    const auto second = plan(edit, again);
    EXPECT_EQ(
        std::get<dispatch::EditHead>(second.value().act).copy.header("ce_subjectrevision"), "2"
    );
}

TEST(Acts, AnEditOfAnotherEventOrAgainstTheContractIsRefused) {
    CommandRequest edit = ask_act("edit");
    Event event = test::made_event("a", 8);
    edit.copy = event::write_json(event);
    EXPECT_EQ(
        plan(edit, parked()).error().message, "copy: subject, source and id stay as they are"
    );
    event = test::made_event("a", 7);
    event.data = "[]";
    edit.copy = event::write_json(event);
    EXPECT_NE(plan(edit, parked()).error().message.find("breaks its contract"), std::string::npos);
    edit.copy = "{";
    EXPECT_EQ(plan(edit, parked()).error().code, ErrorCode::kInvalidEvent);
    BacklogView unwritten = parked();
    unwritten.head.reset();
    edit.copy = event::write_json(test::made_event("a", 7));
    EXPECT_EQ(plan(edit, unwritten).error().code, ErrorCode::kConflict);
}

TEST(Acts, TurnsOfARateAreSpreadOut) {
    EXPECT_EQ(turn_of(5, std::nullopt, Instant{1'000}), Instant{1'000});
    EXPECT_EQ(turn_of(0, 10, Instant{1'000}), Instant{1'000});
    EXPECT_EQ(turn_of(5, 10, Instant{1'000}), Instant{1'500});
    EXPECT_EQ(turn_of(100'000, 1'000, Instant{0}), Instant{100'000});
}

TEST(Acts, EveryVerbSaysWhatFollows) {
    for (const std::string_view verb : command_verbs(/*of_subscription=*/true)) {
        EXPECT_FALSE(what_follows_act(verb).empty()) << verb;
    }
}

}  // namespace
}  // namespace sluice::daemon
