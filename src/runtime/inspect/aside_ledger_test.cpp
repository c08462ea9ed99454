// What of the aside topics still waits for a person.

#include "runtime/inspect/aside_ledger.hpp"

#include "runtime/inspect/inspect_subject.hpp"
#include "runtime/sequencing/classify.hpp"
#include "runtime/sequencing/session_fixture.hpp"
#include "sequence/command.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::event;
using test::SessionRig;

class Ledger : public testing::Test {
protected:
    Ledger() { rig.open(); }

    void choose(const std::string& subject, sequence::Choice choice) {
        const sequence::Command command{
            subject, "c", "alice", "because", Instant{5}, std::move(choice)};
        const PartitionId home{home_of(subject, 3).value};
        rig.publish_to("shop.repartition", home.value, sequence::to_record(command));
        rig.settle();
    }

    /// s1: /a 1 has been given up, and comes late.
    void late(const std::string& subject) {
        rig.publish({event("a.made", subject, "/a", 2)});
        rig.settle();
        choose(subject, sequence::SkipMissing{"/a 1"});
        rig.publish({event("a.made", subject, "/a", 1)});
        rig.settle();
    }

    std::vector<AsideEvent> open_events(Offset from = Offset{0}) {
        std::vector<AsideEvent> all;
        for (HomeId home{0}; home.value < 3; home = home.next()) {
            const auto end =
                ledger.visit(rig.log(), facts_of(rig.plan()), home, from, [&](AsideEvent event) {
                    all.push_back(std::move(event));
                    return true;
                });
            EXPECT_TRUE(end) << end.error().message;
        }
        return all;
    }

    sequence::Arrival arrival_of(const AsideEvent& event) {
        const ChannelPlan* channel = rig.plan().channel(event.origin.channel);
        auto classified = classify(rig.plan(), *channel, event.record, event.origin, Depth::kWhole);
        return std::get<sequence::Arrival>(classified.what);
    }

    SessionRig rig{test::shop_plan()};
    AsideLedger ledger;
};

TEST_F(Ledger, CommandsAndWhatWasDroppedByChoiceWaitForNobody) {
    rig.publish({event("a.made", "s1", "/a", 2)});
    rig.settle();
    choose("s1", sequence::SkipMissing{"/a 7"});
    EXPECT_TRUE(open_events().empty()) << "a command that was refused";
    const auto subject = peek_subject(rig.log(), facts_of(rig.plan()), "s1");
    const sequence::EventRef waits = sequence::ref_of((*subject.value()).waiting.begin()->arrival);
    choose("s1", sequence::DropWaiting{waits});
    EXPECT_TRUE(open_events().empty()) << "what was dropped by choice";
}

TEST_F(Ledger, TellsWhatLiesAsideAsItWasRead) {
    late("s1");
    const auto events = open_events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].cause, "late-number");
    EXPECT_EQ(events[0].domain, "shop");
    EXPECT_EQ(events[0].origin.channel, "shop.a");
    EXPECT_EQ(arrival_of(events[0]).number, SourceNumber{1});
    EXPECT_FALSE(events[0].record.header("sluice-aside")) << "what Sluice has added is gone";
    EXPECT_FALSE(events[0].record.header("sluice-origin"));
}

TEST_F(Ledger, WhatWasTakenBackIsOpenNoMoreAlsoToANewLedger) {
    late("s1");
    late("s2");
    auto events = open_events();
    ASSERT_EQ(events.size(), 2U);
    const std::string subject{*events[0].record.header("ce_subject")};
    choose(subject, sequence::TakeBack{arrival_of(events[0])});
    EXPECT_EQ(open_events().size(), 1U);
    AsideLedger anew;
    std::size_t found = 0;
    for (HomeId home{0}; home.value < 3; home = home.next()) {
        ASSERT_TRUE(anew.visit(
            rig.log(),
            facts_of(rig.plan()),
            home,
            Offset{0},
            [&](const AsideEvent&) {
                ++found;
                return true;
            }
        ));
    }
    EXPECT_EQ(found, 1U);
}

TEST_F(Ledger, AnUnreadableRecordIsClosedByTheCopyThatWasMadeOfIt) {
    Event broken = event("a.made", "s1", "/a", 0);
    broken.extensions["sourcesequence"] = "one";
    rig.publish_to("shop.a", 0, event::to_record(broken, "s1"));
    rig.settle();
    auto events = open_events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].cause, "unreadable");
    Record copy = event::to_record(event("a.made", "s1", "/a", 1), "s1");
    copy.headers.push_back(
        {std::string{kEditedHeader}, edited_header(events[0].home, events[0].offset)}
    );
    auto classified =
        classify(rig.plan(), *rig.plan().channel("shop.a"), copy, events[0].origin, Depth::kWhole);
    choose("s1", sequence::TakeBack{std::get<sequence::Arrival>(classified.what)});
    EXPECT_EQ(rig.ordered("s1").size(), 1U);
    EXPECT_TRUE(open_events().empty());
}

/// A place in one home may be none in another: whoever looks for a record without a subject asks
/// all.
TEST_F(Ledger, BehindTheEndThereIsNothing) {
    late("s1");
    const auto all = open_events();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(open_events(all[0].offset).size(), 1U) << "which the other homes do not have";
    EXPECT_TRUE(open_events(all[0].offset.next()).empty());
    EXPECT_TRUE(open_events(Offset{1'000'000}).empty());
    const auto end =
        ledger.visit(rig.log(), facts_of(rig.plan()), HomeId{0}, Offset{99}, [](const AsideEvent&) {
            return true;
        });
    EXPECT_EQ(end.value(), Offset{99});
}

TEST_F(Ledger, AVisitEndsWhereItIsToldAndGoesOnThere) {
    for (const char* subject : {"s1", "s2", "s3", "s4"}) late(subject);
    std::size_t seen = 0;
    for (HomeId home{0}; home.value < 3; home = home.next()) {
        Offset at{0};
        while (true) {
            std::size_t now = 0;
            const auto end =
                ledger.visit(rig.log(), facts_of(rig.plan()), home, at, [&](const AsideEvent&) {
                    ++now;
                    return false;
                });
            ASSERT_TRUE(end);
            at = end.value();
            seen += now;
            if (now == 0) break;
        }
    }
    EXPECT_EQ(seen, 4U);
}

}  // namespace
}  // namespace sluice::runtime
