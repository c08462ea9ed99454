// Commands on bad days: of another subscription or home, damaged, over steps that fail, over
// restarts, by two at once; and the trial run.

#include "runtime/dispatching/operator_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace sluice::runtime {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using State = CommandFate::State;
using Ids = std::vector<std::string>;

constexpr std::uint32_t kHomes = 2;

/// Handles what has no "bad" in it. A trial tells the same and keeps nothing.
class PickySink final : public deliver::Sink {
public:
    explicit PickySink(std::vector<std::string>& handled) : handled_{handled} {}

    [[nodiscard]] bool wants(std::string_view) const override { return true; }

    std::vector<dispatch::RunOutcome> deliver(std::span<const deliver::RunWork> runs) override {
        std::vector<dispatch::RunOutcome> outcomes;
        for (const deliver::RunWork& run : runs) {
            outcomes.push_back(judge(run));
            for (std::size_t i = 0; i < outcomes.back().handled; ++i) {
                handled_.push_back(run.events[i].record->value.value_or(""));
            }
        }
        return outcomes;
    }

    [[nodiscard]] Result<dispatch::RunOutcome> try_out(const deliver::RunWork& run) override {
        if (run.subject == "away") return Error{ErrorCode::kUnavailable, "the database is away"};
        return judge(run);
    }

private:
    static dispatch::RunOutcome judge(const deliver::RunWork& run) {
        dispatch::RunOutcome outcome;
        for (const deliver::Outgoing& one : run.events) {
            if (one.record->value.value_or("").find("bad") != std::string::npos) {
                outcome.failure = dead("bad data");
                return outcome;
            }
            ++outcome.handled;
        }
        return outcome;
    }

    std::vector<std::string>& handled_;
};

class WorkerCommands : public testing::Test {
protected:
    void begin(Judge judge = poison({"s/1"})) {
        rig.subscribe("model", seen, std::move(judge), {}, {.subjects_max = 0});
        rig.start();
    }

    /// Subject s: position 1 is dead, 2 and 3 wait behind it.
    void park() {
        begin();
        rig.append("s", 1, 3);
        rig.settle();
        ASSERT_TRUE(rig.line("model", "s"));
    }

    void begin_picky() {
        rig.subscribe_sink("model", std::make_unique<PickySink>(handled));
        rig.start();
    }

    /// All that lies in the backlog is read from disk.
    void begin_picky_anew() {
        rig.restart();
        begin_picky();
    }

    static Record copy_of(std::uint64_t position, const std::string& value) {
        Event made = event("a.made", "s", "/a", position);
        made.id = fmt::format("s/{}", position);
        made.data = value;
        return event::to_record(made, "s");
    }

    /// What the runner says when it ends by itself.
    Error ending() {
        rig.wait_for([&] { return rig.ended().has_value(); });
        const auto ended = rig.ended();
        return ended && !*ended ? ended->error() : Error{};
    }

    void put_command(Record record) {
        std::vector<log::Append> appends{
            {{commands_topic("shop"), PartitionId{0}}, {std::move(record)}}};
        ASSERT_TRUE(rig.log().publish(std::move(appends)));
    }

    Seen seen;
    std::vector<std::string> handled;
    RunnerRig rig{kHomes};
    OperatorSeat seat{rig, kHomes};
};

TEST_F(WorkerCommands, OfOneSubscriptionLeaveAnotherAlone) {
    Seen others;
    rig.subscribe("other", others, poison({"s/1"}), {}, {.subjects_max = 0});
    park();
    const CommandFate fate =
        seat.give(seat.outgoing("s", dispatch::SkipHead{Position{1}}, "c", "other"));
    EXPECT_EQ(fate.state, State::kDone) << fate.detail;
    rig.wait_for([&] { return others.of("s").size() == 2; });
    EXPECT_EQ(others.of("s"), (Ids{"s/2", "s/3"}));
    EXPECT_TRUE(seen.of("s").empty());
    EXPECT_EQ(rig.line("model", "s")->head, Position{1});
    EXPECT_EQ(seat.audit_of("s").size(), 1U) << "one tells of it, not each that has read it";
}

TEST_F(WorkerCommands, OfASubscriptionThatIsNotThereHoldNobodyUp) {
    park();
    std::vector<OutgoingCommand> both;
    both.push_back(seat.outgoing("s", dispatch::SkipHead{Position{1}}, "c-1", "nobody"));
    both.push_back(seat.outgoing("s", dispatch::SkipHead{Position{1}}, "c-2"));
    auto ticket = seat.send(std::move(both));
    rig.wait_for([&] { return seen.of("s").size() == 2; });
    seat.await(ticket, std::chrono::milliseconds{100});
    EXPECT_EQ(ticket.fates()[0].state, State::kPending);
    EXPECT_EQ(ticket.fates()[1].state, State::kDone);
}

TEST_F(WorkerCommands, ThatWereGivenBeforeARunnerAreCarriedOutByIt) {
    std::vector<OutgoingCommand> one;
    one.push_back(seat.outgoing("s", dispatch::PauseSubject{}, "early"));
    auto ticket = seat.send(std::move(one));
    seat.await(ticket, std::chrono::milliseconds{0});
    EXPECT_EQ(ticket.fates()[0].state, State::kPending);
    begin(fine);
    seat.await(ticket);
    EXPECT_EQ(ticket.fates()[0].state, State::kDone);
    rig.append("s", 1, 1);
    rig.settle();
    EXPECT_TRUE(seen.of("s").empty()) << "it is paused";
}

TEST_F(WorkerCommands, InAnotherHomeFindNothingAndChangeNothing) {
    park();
    OutgoingCommand astray = seat.outgoing("s", dispatch::Redrive{Position{1}, {}}, "c");
    astray.home = HomeId{1 - home_of("s", kHomes).value};
    const CommandFate fate = seat.give(std::move(astray));
    EXPECT_EQ(
        fate, (CommandFate{State::kRefused, "it is not parked, and has no backlog (any more)"})
    );
    EXPECT_EQ(rig.line("model", "s")->state, dispatch::LineState::kParked);
    EXPECT_TRUE(seat.audit_of("s").empty());
}

TEST_F(WorkerCommands, APausedHomeStandsAndTheOtherGoesOn) {
    begin(fine);
    std::string here = "s";
    std::string there = "t0";
    for (int i = 1; home_of(there, kHomes) == home_of(here, kHomes); ++i) {
        there = fmt::format("t{}", i);
    }
    OutgoingCommand pause = seat.outgoing("", dispatch::PauseAll{}, "p");
    pause.home = home_of(here, kHomes);
    ASSERT_EQ(seat.give(std::move(pause)).state, State::kDone);
    rig.append(here, 1, 2);
    rig.append(there, 1, 2);
    rig.wait_for([&] { return seen.of(there).size() == 2; });
    EXPECT_TRUE(seen.of(here).empty());
    OutgoingCommand resume = seat.outgoing("", dispatch::ResumeAll{}, "r");
    resume.home = home_of(here, kHomes);
    const CommandFate fate = seat.give(std::move(resume));
    EXPECT_TRUE(fate.detail.starts_with("carried out; before: paused by alice since 1970"))
        << fate.detail;
    rig.wait_for([&] { return seen.of(here).size() == 2; });
}

TEST_F(WorkerCommands, DamageEndsTheRunnerAndNamesTheRecord) {
    begin();
    Record damaged = seat.outgoing("s", dispatch::SkipHead{Position{1}}, "c").record;
    damaged.value->pop_back();
    put_command(std::move(damaged));
    const Error error = ending();
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_NE(
        error.message.find("shop.commands/0 at 0: command of a subscription: cut short"),
        std::string::npos
    ) << error.message;
}

TEST_F(WorkerCommands, AForeignRecordAmongThemIsNamedAsOne) {
    begin();
    Record foreign;
    foreign.key = "s";
    foreign.value = "{}";
    put_command(std::move(foreign));
    const Error error = ending();
    EXPECT_EQ(error.code, ErrorCode::kCorrupt);
    EXPECT_NE(error.message.find("only Sluice may write this topic"), std::string::npos)
        << error.message;
}

TEST_F(WorkerCommands, AreCarriedOutOnceWhenAStepFailsOrItsAnswerIsLost) {
    park();
    std::uint64_t head = 1;
    for (const bool lost : {false, true}) {
        SCOPED_TRACE(lost ? "the answer is lost" : "the step fails");
        rig.log().fail(
            {.call = Call::kWrite,
             .error = {ErrorCode::kUnavailable, "no answer"},
             .times = 2,
             .done_all_the_same = lost}
        );
        const std::string id = fmt::format("c-{}", head);
        // A pause first, so that what is behind the head is still there for the next round.
        if (head == 1) {
            ASSERT_EQ(seat.give("s", dispatch::PauseSubject{}, "p").state, State::kDone);
        }
        const CommandFate fate = seat.give("s", dispatch::SkipHead{Position{head}}, id);
        EXPECT_EQ(fate.state, State::kDone) << fate.detail;
        EXPECT_GT(rig.log().failed(), 0U);
        rig.log().heal();
        rig.wait_for([&] { return rig.line("model", "s")->head == Position{head + 1}; });
        ++head;
    }
    ASSERT_EQ(seat.give("s", dispatch::ResumeSubject{}, "r").state, State::kDone);
    rig.wait_for([&] { return seen.of("s").size() == 1; });
    EXPECT_EQ(seen.of("s"), Ids{"s/3"});
    EXPECT_EQ(seat.audit_of("s").size(), 4U) << "pause, two skips, resume: each once";
}

TEST_F(WorkerCommands, AreReadWhenTheLogCanBeReadAgain) {
    park();
    std::vector<OutgoingCommand> one;
    one.push_back(seat.outgoing("s", dispatch::SkipHead{Position{1}}, "c"));
    auto ticket = seat.send(std::move(one));
    rig.log().fail({.call = Call::kRead, .error = {ErrorCode::kUnavailable, "away"}, .times = 4});
    rig.wait_for([&] { return seen.of("s").size() == 2; });
    rig.log().heal();
    seat.await(ticket);
    EXPECT_EQ(ticket.fates()[0].state, State::kDone);
    EXPECT_EQ(seat.audit_of("s").size(), 1U);
}

TEST_F(WorkerCommands, OfTwoAtOnceOneIsDoneAndTheOtherLearnsWhy) {
    park();
    std::vector<CommandFate> fates(2);
    {
        const auto choose = [&](std::size_t who) {
            OperatorSeat own{rig, kHomes};
            fates[who] =
                own.give("s", dispatch::SkipHead{Position{1}}, fmt::format("operator-{}", who));
        };
        const std::jthread alice{choose, 0U};
        const std::jthread bob{choose, 1U};
    }
    const auto done = [](const CommandFate& fate) { return fate.state == State::kDone; };
    ASSERT_EQ(std::count_if(fates.begin(), fates.end(), done), 1);
    const CommandFate& other = done(fates[0]) ? fates[1] : fates[0];
    EXPECT_EQ(other.state, State::kRefused);
    EXPECT_FALSE(other.detail.empty());
    rig.wait_for([&] { return seen.of("s").size() == 2; });
    EXPECT_EQ(seen.of("s"), (Ids{"s/2", "s/3"})) << "2 was not skipped as well";
}

TEST_F(WorkerCommands, EachStandsWhereTheLastLeftItAlsoAfterARestart) {
    park();
    const auto anew = [&] {
        rig.restart();
        begin(fine);
    };
    ASSERT_EQ(seat.give("s", dispatch::PauseSubject{}, "1").state, State::kDone);
    anew();
    const CommandFate early = seat.give("s", dispatch::Redrive{Position{1}, {}}, "2");
    EXPECT_EQ(early.state, State::kRefused);
    EXPECT_NE(early.detail.find("resume it first"), std::string::npos) << early.detail;
    anew();
    ASSERT_EQ(seat.give("s", dispatch::ResumeSubject{}, "3").state, State::kDone);
    anew();
    EXPECT_EQ(rig.line("model", "s")->state, dispatch::LineState::kParked) << "as before the pause";
    ASSERT_EQ(seat.give("s", dispatch::Redrive{Position{1}, {}}, "4").state, State::kDone);
    rig.wait_for([&] { return seen.of("s").size() == 3; });
    EXPECT_EQ(seen.of("s"), (Ids{"s/1", "s/2", "s/3"}));
    EXPECT_EQ(seat.audit_of("s").size(), 4U);
}

TEST_F(WorkerCommands, ATrialTellsWhatWouldHappenAndKeepsNothing) {
    begin_picky();
    rig.append({.subject = "s", .position = 1, .data = R"("bad")"});
    rig.append("s", 2, 3);
    rig.settle();
    begin_picky_anew();
    EXPECT_EQ(
        seat.give("s", dispatch::TryOut{Position{1}}, "t-1"),
        (CommandFate{
            State::kDone,
            "0 of 3 events would be handled; position 1 would fail: bad data; nothing of it was "
            "kept"})
    );
    ASSERT_EQ(
        seat.give("s", dispatch::EditHead{Position{1}, copy_of(1, "first")}, "e-1").state,
        State::kDone
    );
    begin_picky_anew();
    EXPECT_EQ(
        seat.give("s", dispatch::TryOut{Position{1}}, "t-2"),
        (CommandFate{State::kDone, "3 of 3 events would be handled; nothing of it was kept"})
    );
    EXPECT_TRUE(rig.stop());
    EXPECT_TRUE(handled.empty());
    EXPECT_EQ(rig.line("model", "s")->state, dispatch::LineState::kParked);
}

TEST_F(WorkerCommands, ATrialSeesWhatIsOnlyOnItsWayToTheBacklog) {
    begin_picky();
    rig.append({.subject = "s", .position = 1, .data = R"("bad")"});
    rig.append("s", 2, 3);
    rig.settle();  // no restart: the worker has the copies in its hands yet
    const CommandFate dead = seat.give("s", dispatch::TryOut{Position{1}}, "t-1");
    EXPECT_TRUE(dead.detail.starts_with("0 of 3 events would be handled;")) << dead.detail;
    ASSERT_EQ(
        seat.give("s", dispatch::EditHead{Position{1}, copy_of(1, "good")}, "e").state, State::kDone
    );
    const CommandFate mended = seat.give("s", dispatch::TryOut{Position{1}}, "t-2");
    EXPECT_TRUE(mended.detail.starts_with("3 of 3 events would be handled;")) << mended.detail;
}

TEST_F(WorkerCommands, ATrialLooksAtSoManyEventsAndNoFurther) {
    begin_picky();
    rig.append({.subject = "s", .position = 1, .data = R"("bad")"});
    rig.append("s", 2, 100);
    rig.settle();
    ASSERT_EQ(
        seat.give("s", dispatch::EditHead{Position{1}, copy_of(1, "good")}, "e").state, State::kDone
    );
    begin_picky_anew();
    const CommandFate fate = seat.give("s", dispatch::TryOut{Position{1}}, "t");
    EXPECT_TRUE(fate.detail.starts_with("64 of 64 events would be handled;")) << fate.detail;
}

TEST_F(WorkerCommands, ATrialThatCannotBeMadeSaysWhy) {
    begin_picky();
    rig.append({.subject = "away", .position = 1, .data = R"("bad")"});
    rig.settle();
    EXPECT_EQ(
        seat.give("away", dispatch::TryOut{Position{1}}, "t"),
        (CommandFate{State::kRefused, "the database is away"})
    );
}

TEST_F(WorkerCommands, TheLastEditIsWhatIsHandledAndEachOriginalIsKept) {
    begin_picky();
    rig.append({.subject = "s", .position = 1, .data = R"("bad")"});
    rig.settle();
    ASSERT_EQ(
        seat.give("s", dispatch::EditHead{Position{1}, copy_of(1, "first")}, "e-1").state,
        State::kDone
    );
    rig.restart();
    begin_picky();
    ASSERT_EQ(
        seat.give("s", dispatch::EditHead{Position{1}, copy_of(1, "second")}, "e-2").state,
        State::kDone
    );
    ASSERT_EQ(seat.give("s", dispatch::Redrive{Position{1}, {}}, "r").state, State::kDone);
    rig.wait_for([&] { return !rig.line("model", "s"); });
    EXPECT_TRUE(rig.stop());
    EXPECT_EQ(handled, Ids{"second"});
    std::map<std::string, std::string> originals;
    for (const Record& record : seat.audit_of("s")) {
        if (const auto id = record.header(kOriginalHeader)) {
            originals[std::string{*id}] = record.value.value_or("");
        }
    }
    EXPECT_EQ(
        originals, (std::map<std::string, std::string>{{"e-1", R"("bad")"}, {"e-2", "first"}})
    );
}

TEST_F(WorkerCommands, AnEditThatIsRefusedLeavesNoOriginalInTheAudit) {
    park();
    ASSERT_EQ(
        seat.give("s", dispatch::EditHead{Position{2}, copy_of(2, "x")}, "e").detail,
        "its head is position 1 now, not 2"
    );
    const auto records = seat.audit_of("s");
    ASSERT_EQ(records.size(), 1U);
    EXPECT_FALSE(records[0].header(kOriginalHeader));
    EXPECT_EQ(records[0].header(kOutcomeHeader), "refused: its head is position 1 now, not 2");
}

}  // namespace
}  // namespace sluice::runtime
