// The way of a command to its owner, and of its outcome back.

#include "runtime/domain/command_desk.hpp"

#include "event/command_frame.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/sequencing/session_fixture.hpp"
#include "sequence/command.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace sluice::runtime {
namespace {

using test::event;
using test::SessionRig;
using State = CommandFate::State;
using std::chrono::milliseconds;

OutgoingCommand skip(const std::string& id, const std::string& subject) {
    const sequence::Command command{
        subject, id, "alice", "given up", Instant{5}, sequence::SkipMissing{"/a 1"}};
    return {home_of(subject, 3), id, subject, sequence::to_record(command)};
}

class Desk : public testing::Test {
protected:
    Desk() { rig.open(); }

    /// Subjects that wait for /a 1.
    void waiting(const std::vector<std::string>& subjects) {
        std::vector<Event> events;
        for (const auto& subject : subjects) events.push_back(event("a.made", subject, "/a", 2));
        rig.publish(events);
        rig.settle();
    }

    SessionRig rig{test::shop_plan()};
    CommandDesk desk{rig.log(), sequencer_commands("shop"), 3};
};

TEST_F(Desk, TellsOfEachCommandWhatBecameOfIt) {
    waiting({"s1", "s2", "s3"});
    auto sent = desk.send({skip("c", "s1"), skip("c", "s9"), skip("c", "s2"), skip("c", "s3")});
    ASSERT_TRUE(sent) << sent.error().message;
    ASSERT_TRUE(desk.await(sent.value(), milliseconds{0}));
    EXPECT_FALSE(sent.value().all_known());
    EXPECT_EQ(sent.value().fates()[0].state, State::kPending);
    rig.settle();
    ASSERT_TRUE(desk.await(sent.value(), milliseconds{0}));
    ASSERT_TRUE(sent.value().all_known());
    const auto& fates = sent.value().fates();
    EXPECT_EQ(fates[0].state, State::kDone);
    EXPECT_TRUE(fates[0].detail.starts_with("carried out; before: gap: ")) << fates[0].detail;
    EXPECT_EQ(fates[1], (CommandFate{State::kRefused, "nothing waits for /a 1 (any more)"}));
    EXPECT_EQ(fates[2].state, State::kDone);
    EXPECT_EQ(fates[3].state, State::kDone);
}

TEST_F(Desk, WaitsForWhoeverCarriesItOut) {
    waiting({"s1"});
    auto sent = desk.send({skip("c", "s1")});
    ASSERT_TRUE(sent);
    std::thread owner{[this] {
        std::this_thread::sleep_for(milliseconds{30});
        rig.settle();
    }};
    ASSERT_TRUE(desk.await(sent.value(), milliseconds{20'000}));
    owner.join();
    EXPECT_TRUE(sent.value().all_known());
}

TEST_F(Desk, AnEarlierCommandIsFoundByItsIdAlone) {
    waiting({"s1", "s2"});
    ASSERT_TRUE(desk.send({skip("one", "s1"), skip("two", "s2"), skip("one", "s9")}));
    rig.settle();
    const auto found = desk.earlier("one");
    ASSERT_TRUE(found);
    ASSERT_EQ(found.value().fates().size(), 2U);
    EXPECT_TRUE(found.value().all_known());
    EXPECT_TRUE(desk.earlier("on").value().fates().empty());
}

/// Who asks again may be faster than whoever carries it out.
TEST_F(Desk, AnEarlierCommandThatNobodyHasReadYetIsFoundAndWaitedFor) {
    waiting({"s1", "s2"});
    ASSERT_TRUE(desk.send({skip("zero", "s2")}));
    rig.settle();
    ASSERT_TRUE(desk.send({skip("one", "s1"), skip("two", "s2"), skip("one", "s2")}));
    auto found = desk.earlier("one");
    ASSERT_TRUE(found);
    std::vector<std::string> subjects = found.value().subjects();
    std::sort(subjects.begin(), subjects.end());
    EXPECT_EQ(subjects, (std::vector<std::string>{"s1", "s2"}));
    EXPECT_FALSE(found.value().all_known());
    EXPECT_TRUE(desk.earlier("zero").value().all_known());
    rig.settle();
    ASSERT_TRUE(desk.await(found.value(), milliseconds{0}));
    ASSERT_TRUE(found.value().all_known());
    for (std::size_t i = 0; i < 2; ++i) {
        const bool done = found.value().fates()[i].state == State::kDone;
        EXPECT_EQ(done, found.value().subjects()[i] == "s1") << found.value().fates()[i].detail;
    }
}

/// As much of them was written as a sender's sudden end has left.
TEST_F(Desk, WhatASenderDidNotComeToIsToldAndSentLater) {
    waiting({"s1", "s2", "s3"});
    OutgoingCommand first = skip("one", "s1");
    event::mark_as_one_of(first.record, 3);
    const log::PartitionRef in{repartition_topic("shop"), PartitionId{first.home.value}};
    ASSERT_TRUE(rig.log().publish({{in, {first.record}}}));
    for (const bool is_read : {false, true}) {
        if (is_read) rig.settle();
        const auto found = desk.earlier("one");
        ASSERT_TRUE(found);
        EXPECT_EQ(found.value().fates().size(), 1U);
        EXPECT_TRUE(found.value().cut_short());
        EXPECT_EQ(found.value().given_at(), Instant{5});
        EXPECT_TRUE(found.value().has(first.home, "s1"));
        EXPECT_FALSE(found.value().has(home_of("s2", 3), "s2"));
    }
    auto ticket = desk.earlier("one");
    ASSERT_TRUE(ticket);
    ASSERT_TRUE(desk.send_more(ticket.value(), {skip("one", "s2"), skip("one", "s3")}));
    rig.settle();
    ASSERT_TRUE(desk.await(ticket.value(), milliseconds{0}));
    EXPECT_TRUE(ticket.value().all_known());
    EXPECT_FALSE(ticket.value().cut_short());
    const auto again = desk.earlier("one");
    ASSERT_TRUE(again);
    EXPECT_EQ(again.value().fates().size(), 3U);
    EXPECT_FALSE(again.value().cut_short());
    EXPECT_EQ(again.value().given_at(), Instant{5});
}

/// Its owner reads on, and what it has read goes, between two looks.
TEST_F(Desk, WhatGoesWhileItIsLookedAtIsLookedForAgain) {
    waiting({"s1"});
    ASSERT_TRUE(desk.send({skip("one", "s1")}));
    const Error gone{ErrorCode::kNotFound, "offset 3 is not there"};
    rig.log().fail({test::Call::kRead, gone, 0, 2});
    const auto found = desk.earlier("one");
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(rig.log().failed(), 2U);
    EXPECT_EQ(found.value().fates().size(), 1U);
    rig.log().fail({test::Call::kRead, gone});
    EXPECT_EQ(desk.earlier("one").error().code, ErrorCode::kNotFound);
    rig.log().fail({test::Call::kRead, Error{ErrorCode::kUnavailable, "no broker"}, 0, 1});
    EXPECT_EQ(desk.earlier("one").error().code, ErrorCode::kUnavailable);
    rig.log().heal();
}

TEST_F(Desk, TwoOfOneSubjectAreTwo) {
    waiting({"s1"});
    OutgoingCommand other = skip("one", "s1");
    other.record = sequence::to_record(sequence::Command{
        "s1", "one", "alice", "given up", Instant{5}, sequence::SkipMissing{"/b 1"}});
    ASSERT_TRUE(desk.send({skip("one", "s1"), other}));
    EXPECT_EQ(desk.earlier("one").value().fates().size(), 2U);
    rig.settle();
    const auto found = desk.earlier("one");
    ASSERT_EQ(found.value().fates().size(), 2U);
    EXPECT_EQ(found.value().fates()[0].state, State::kDone);
    EXPECT_EQ(found.value().fates()[1].state, State::kRefused);
}

TEST_F(Desk, ManyCommandsAreAllKnownInTheEnd) {
    std::vector<std::string> subjects;
    std::vector<OutgoingCommand> commands;
    for (int i = 0; i < 1'200; ++i) {
        subjects.push_back(fmt::format("s{}", i));
        commands.push_back(skip("all", subjects.back()));
    }
    waiting(subjects);
    auto sent = desk.send(std::move(commands));
    ASSERT_TRUE(sent);
    rig.settle();
    ASSERT_TRUE(desk.await(sent.value(), milliseconds{0}));
    EXPECT_TRUE(sent.value().all_known());
    for (const CommandFate& fate : sent.value().fates()) EXPECT_EQ(fate.state, State::kDone);
}

TEST_F(Desk, ATopicThatIsNotThereIsAnError) {
    CommandDesk elsewhere{rig.log(), sequencer_commands("nowhere"), 3};
    EXPECT_FALSE(elsewhere.send({skip("c", "s1")}));
    EXPECT_FALSE(elsewhere.earlier("c"));
}

}  // namespace
}  // namespace sluice::runtime
