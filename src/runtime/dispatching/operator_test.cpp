// What operators choose about a subscription, from the command topic to the audit.

#include "runtime/dispatching/dispatch_fixture.hpp"
#include "runtime/domain/command_desk.hpp"
#include "runtime/inspect/inspect.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace sluice::runtime {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using State = CommandFate::State;
using Ids = std::vector<std::string>;

constexpr std::uint32_t kOperatedHomes = 2;

class Operator : public testing::Test {
protected:
    /// Subject s: position 1 is dead, 2 and 3 wait behind it.
    void park(const std::string& subject = "s") { rig.append(subject, 1, 3); }

    void begin(Judge judge) {
        rig.subscribe("model", seen, std::move(judge), {}, {.subjects_max = 0});  // no breaker
        rig.start();
    }

    /// To all homes.
    void give_all(const dispatch::Act& act, const std::string& id) {
        std::vector<OutgoingCommand> commands;
        for (HomeId home{0}; home.value < kOperatedHomes; home = home.next()) {
            commands.push_back(outgoing("", act, id));
            commands.back().home = home;
        }
        CommandDesk desk{rig.log(), subscription_commands("shop"), kOperatedHomes};
        auto sent = desk.send(std::move(commands));
        ASSERT_TRUE(sent) << sent.error().message;
        ASSERT_TRUE(desk.await(sent.value(), std::chrono::milliseconds{20'000}));
        for (const CommandFate& fate : sent.value().fates()) {
            EXPECT_EQ(fate.state, State::kDone) << fate.detail;
        }
    }

    CommandFate give(const std::string& subject, dispatch::Act act, const std::string& id = "c-1") {
        CommandDesk desk{rig.log(), subscription_commands("shop"), kOperatedHomes};
        auto sent = desk.send({outgoing(subject, std::move(act), id)});
        EXPECT_TRUE(sent) << sent.error().message;
        EXPECT_TRUE(desk.await(sent.value(), std::chrono::milliseconds{20'000}));
        return sent.value().fates().front();
    }

    OutgoingCommand outgoing(const std::string& subject, dispatch::Act act, const std::string& id) {
        const dispatch::Command command{
            "model", subject, id, "alice", "the deploy was bad", Instant{5}, std::move(act)};
        return {home_of(subject, kOperatedHomes), id, subject, dispatch::to_record(command)};
    }

    std::vector<Record> audit(const std::string& subject = "s") {
        const HomeId home = home_of(subject, kOperatedHomes);
        std::vector<Record> all;
        const auto read = rig.log().read(
            {audit_topic("shop"), PartitionId{home.value}}, Offset{0}, log::ReadLimits{}
        );
        for (const log::StoredRecord& one : read.value()) all.push_back(one.record);
        return all;
    }

    std::vector<Stuck> all_stuck() { return stuck(rig.log(), std::nullopt, 100).value().items; }

    Seen seen;
    RunnerRig rig{kOperatedHomes};
};

TEST_F(Operator, RedrivesAParkedSubjectInOrderAndTheAuditTellsIt) {
    std::atomic<bool> deployed{false};
    begin([&](const std::string& id, std::uint32_t) {
        const bool bad = id == "s/1" && !deployed;
        return bad ? std::optional{dead("no such item")} : std::nullopt;
    });
    park();
    rig.settle();
    ASSERT_EQ(all_stuck().size(), 1U);
    EXPECT_EQ(all_stuck()[0].cause, "parked");
    EXPECT_EQ(all_stuck()[0].head, Position{1});
    EXPECT_EQ(all_stuck()[0].type, "a.made");
    deployed = true;
    const CommandFate fate = give("s", dispatch::Redrive{Position{1}, {}});
    EXPECT_EQ(fate.state, State::kDone) << fate.detail;
    rig.wait_for([&] { return seen.of("s").size() == 3; });
    EXPECT_EQ(seen.of("s"), (Ids{"s/1", "s/2", "s/3"}));
    rig.wait_for([&] { return all_stuck().empty(); });
    const auto records = audit();
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].header("sluice-command"), "redrive in model");
    EXPECT_TRUE(records[0].header(kOutcomeHeader)->starts_with("done: carried out; before: parked")
    );
    Record command = records[0];
    command.headers.pop_back();  // what came of it
    EXPECT_EQ(dispatch::command_of(command).value().why, "the deploy was bad");
}

TEST_F(Operator, TwoOperatorsRedriveTheSameSelectionAndEachEventGoesOnce) {
    std::atomic<bool> deployed{false};
    begin([&](const std::string&, std::uint32_t) {
        return deployed ? std::nullopt : std::optional{dead("down")};
    });
    std::vector<OutgoingCommand> alices;
    std::vector<OutgoingCommand> bobs;
    for (int i = 0; i < 50; ++i) {
        const std::string subject = fmt::format("s{}", i);
        park(subject);
        alices.push_back(outgoing(subject, dispatch::Redrive{Position{1}, {}}, "alice"));
        bobs.push_back(outgoing(subject, dispatch::Redrive{Position{1}, {}}, "bob"));
    }
    rig.settle();
    rig.wait_for([&] { return all_stuck().size() == 50; });
    deployed = true;
    CommandDesk desk{rig.log(), subscription_commands("shop"), kOperatedHomes};
    auto first = desk.send(std::move(alices));
    auto second = desk.send(std::move(bobs));
    ASSERT_TRUE(first && second);
    ASSERT_TRUE(desk.await(first.value(), std::chrono::milliseconds{20'000}));
    ASSERT_TRUE(desk.await(second.value(), std::chrono::milliseconds{20'000}));
    for (const CommandFate& fate : first.value().fates()) EXPECT_EQ(fate.state, State::kDone);
    for (const CommandFate& fate : second.value().fates()) EXPECT_EQ(fate.state, State::kRefused);
    rig.wait_for([&] { return all_stuck().empty(); });
    for (int i = 0; i < 50; ++i) {
        const std::string subject = fmt::format("s{}", i);
        EXPECT_EQ(seen.of(subject), (Ids{subject + "/1", subject + "/2", subject + "/3"}));
    }
}

TEST_F(Operator, AHundredDeadEventsGoInOrderAndStopAtTheFirstNewFailure) {
    std::atomic<bool> deployed{false};
    std::atomic<bool> mended{false};
    begin([&](const std::string& id, std::uint32_t) {
        if (!deployed) return std::optional{dead("down")};
        return id == "s/57" && !mended ? std::optional{dead("no such item")} : std::nullopt;
    });
    rig.append("s", 1, 100);
    rig.settle();
    ASSERT_EQ(all_stuck().at(0).behind, 100U);
    deployed = true;
    ASSERT_EQ(give("s", dispatch::Redrive{Position{1}, {}}, "r-1").state, State::kDone);
    rig.wait_for([&] { return !all_stuck().empty() && all_stuck()[0].head == Position{57}; });
    Ids expected;
    for (int i = 1; i <= 56; ++i) expected.push_back(fmt::format("s/{}", i));
    EXPECT_EQ(seen.of("s"), expected) << "and nothing behind the failure";
    EXPECT_NE(all_stuck()[0].detail.find("no such item"), std::string::npos);
    mended = true;
    ASSERT_EQ(give("s", dispatch::Redrive{Position{57}, {}}, "r-2").state, State::kDone);
    rig.wait_for([&] { return all_stuck().empty(); });
    for (int i = 57; i <= 100; ++i) expected.push_back(fmt::format("s/{}", i));
    EXPECT_EQ(seen.of("s"), expected);
}

TEST_F(Operator, AnEditTakesThePlaceAndTheOriginalIsKeptAndLinked) {
    begin([&](const std::string& id, std::uint32_t) {
        return id == "s/1" ? std::optional{dead("no amount")} : std::nullopt;
    });
    park();
    rig.settle();
    Record copy;
    copy.key = "s";
    copy.value = "mended";
    copy.headers = {
        {"ce_specversion", "1.0"},
        {"ce_id", "s/1"},
        {"ce_source", "/a"},
        {"ce_type", "a.made"},
        {"ce_subject", "s"},
        {"ce_subjectposition", "1"}};
    ASSERT_EQ(give("s", dispatch::EditHead{Position{1}, copy}, "e-1").state, State::kDone);
    const auto records = audit();
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[1].header("ce_id"), "s/1");
    EXPECT_EQ(records[1].header(kOriginalHeader), "e-1");
    rig.restart();
    begin(fine);  // the copy is on disk
    ASSERT_EQ(give("s", dispatch::Redrive{Position{1}, {}}, "r-1").state, State::kDone);
    rig.wait_for([&] { return seen.of("s").size() == 3; });
    EXPECT_EQ(seen.of("s"), (Ids{"s/1", "s/2", "s/3"}));
}

TEST_F(Operator, ASkipIsFinalAndAnOldOneIsRefused) {
    begin(poison({"s/1"}));
    park();
    rig.settle();
    ASSERT_EQ(give("s", dispatch::SkipHead{Position{1}}, "a").state, State::kDone);
    rig.wait_for([&] { return seen.of("s").size() == 2; });
    EXPECT_EQ(seen.of("s"), (Ids{"s/2", "s/3"}));
    rig.wait_for([&] { return all_stuck().empty(); });
    const CommandFate again = give("s", dispatch::SkipHead{Position{1}}, "b");
    EXPECT_EQ(again.state, State::kRefused);
    EXPECT_EQ(again.detail, "it is not parked, and has no backlog (any more)");
}

TEST_F(Operator, APauseOutlivesTheRunner) {
    begin(fine);
    ASSERT_EQ(give("s", dispatch::PauseSubject{}, "a").state, State::kDone);
    give_all(dispatch::PauseAll{}, "b");
    ASSERT_EQ(all_stuck().size(), 2U) << "the subject, and the subscription once";
    rig.restart();
    begin(fine);
    park("s");
    park("t");
    give_all(dispatch::ResumeAll{}, "c");
    rig.wait_for([&] { return seen.of("t").size() == 3; });
    EXPECT_TRUE(seen.of("s").empty());
    const auto paused = all_stuck();
    ASSERT_EQ(paused.size(), 1U);
    EXPECT_EQ(paused[0].cause, "paused");
    EXPECT_EQ(
        paused[0].next,
        "alice has paused it (the deploy was bad): nothing moves until a person resumes it"
    );
    ASSERT_EQ(give("s", dispatch::ResumeSubject{}, "d").state, State::kDone);
    rig.wait_for([&] { return seen.of("s").size() == 3; });
    EXPECT_EQ(seen.of("s"), (Ids{"s/1", "s/2", "s/3"}));
}

TEST_F(Operator, ATargetThatHasNoTrialRunSaysSo) {
    begin(poison({"s/1"}));
    park();
    rig.settle();
    const CommandFate fate = give("s", dispatch::TryOut{Position{1}});
    EXPECT_EQ(fate, (CommandFate{State::kRefused, "this target has no trial run"}));
    EXPECT_TRUE(seen.of("s").empty());
}

TEST_F(Operator, CommandsThatWereCarriedOutAreNotReadAgain) {
    begin(poison({"s/1"}));
    park();
    rig.settle();
    ASSERT_EQ(give("s", dispatch::SkipHead{Position{1}}, "a").state, State::kDone);
    for (int i = 0; i < 3; ++i) {
        rig.restart();
        begin(fine);
        rig.settle();
    }
    EXPECT_EQ(audit().size(), 1U);
}

}  // namespace
}  // namespace sluice::runtime
