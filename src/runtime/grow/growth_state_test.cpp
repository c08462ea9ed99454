// What is kept beside the events: closed subjects, pauses, what lies aside.
#include "event/kafka.hpp"
#include "runtime/grow/growth_fixture.hpp"
#include "runtime/inspect/aside_ledger.hpp"
#include "runtime/sequencing/classify.hpp"
#include "runtime/sequencing/session_fixture.hpp"
#include "sequence/command.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::event;
using test::kDay;
using test::SessionRig;
using test::subject_of_home;

constexpr std::uint32_t kAfter = 7;

class GrowthOfState : public testing::Test {
protected:
    void grow() {
        rig.stop();
        const auto grown = test::grow(rig.log(), rig.plan(), kAfter, rig.clock());
        ASSERT_TRUE(grown.has_value()) << grown.error().message;
        rig.plan().homes = kAfter;
        rig.options().homes.clear();
        for (HomeId home{0}; home.value < kAfter; home = home.next()) {
            rig.options().homes.push_back(home);
        }
        rig.open();
    }

    std::vector<AsideEvent> open_events() {
        AsideLedger ledger;
        std::vector<AsideEvent> events;
        for (HomeId home{0}; home.value < rig.plan().homes; home = home.next()) {
            const auto keep = [&](AsideEvent one) {
                events.push_back(std::move(one));
                return true;
            };
            const auto end = ledger.visit(rig.log(), facts_of(rig.plan()), home, Offset{0}, keep);
            EXPECT_TRUE(end.has_value()) << end.error().message;
        }
        return events;
    }

    void choose(const std::string& subject, sequence::Choice choice) {
        const sequence::Command command{
            subject, "c-" + subject, "alice", "so", Instant{5}, std::move(choice)};
        const HomeId home = home_of(subject, rig.plan().homes);
        rig.publish_to("shop.repartition", home.value, sequence::to_record(command));
        rig.settle();
    }

    SessionRig rig{test::closing()};
};

/// A tombstone knows its subject by a hash alone, and must be met in whatever home that has.
TEST_F(GrowthOfState, AClosedSubjectKeepsItsNumbersAndItsPositions) {
    rig.open();
    for (int s = 0; s < 20; ++s) {
        const std::string subject = fmt::format("s{}", s);
        rig.publish({event("a.made", subject, "/a", 1), event("a.cancelled", subject, "/a", 2)});
    }
    rig.settle();
    rig.clock().advance(8 * kDay);
    rig.settle_for(Milliseconds{3'000});
    ASSERT_EQ(rig.entries(table::kTombstones), 20U);
    ASSERT_EQ(rig.entries(table::kSubjects), 0U);
    ASSERT_NO_FATAL_FAILURE(grow());
    EXPECT_EQ(rig.entries(table::kTombstones), 20U * kAfter) << "3 and 7 have nothing in common";
    for (int s = 0; s < 20; ++s) {
        const std::string subject = fmt::format("s{}", s);
        rig.publish({event("a.made", subject, "/a", 1), event("a.made", subject, "/a", 3)});
    }
    rig.settle();
    for (int s = 0; s < 20; ++s) {
        EXPECT_EQ(rig.ordered(fmt::format("s{}", s)).size(), 3U) << "1 is a duplicate, 3 goes on";
    }
}

/// A subject that is closed and not buried yet is buried in its new home.
TEST_F(GrowthOfState, TimersOfClosingsGoOn) {
    rig.open();
    for (int s = 0; s < 20; ++s) {
        rig.publish({event("a.cancelled", fmt::format("s{}", s), "/a", 1)});
    }
    rig.settle();
    rig.clock().advance(2 * kDay);
    ASSERT_NO_FATAL_FAILURE(grow());
    EXPECT_EQ(rig.entries(table::kClosings), 20U);
    rig.clock().advance(6 * kDay);
    rig.settle_for(Milliseconds{3'000});
    EXPECT_EQ(rig.entries(table::kClosings), 0U);
    EXPECT_EQ(rig.entries(table::kTombstones), 20U);
}

/// What waits is written event by event; it is released in its new home when what it waits for
/// comes.
TEST_F(GrowthOfState, WhatWaitsIsReleasedWhenItsGapIsFilled) {
    rig.open();
    for (int s = 0; s < 20; ++s) {
        const std::string subject = fmt::format("s{}", s);
        rig.publish({event("b.sent", subject, "/a", 3), event("a.made", subject, "/a", 2)});
    }
    rig.settle();
    ASSERT_NO_FATAL_FAILURE(grow());
    for (int s = 0; s < 20; ++s) {
        const std::string subject = fmt::format("s{}", s);
        EXPECT_TRUE(rig.ordered(subject).empty());
        rig.publish({event("b.sent", subject, "/a", 1)});
    }
    rig.settle();
    for (int s = 0; s < 20; ++s) EXPECT_EQ(rig.ordered(fmt::format("s{}", s)).size(), 3U);
    rig.stop();
    test::expect_whole(rig.log(), "shop");
}

/// An unreadable record has no subject and stays in the home of its number; what was made of it
/// names its place, which is another now.
TEST_F(GrowthOfState, WhatLiesAsideLiesAsideOrWasMended) {
    rig.open();
    for (std::uint32_t p = 0; p < 3; ++p) {
        for (const char* number : {"one", "two"}) {
            const std::string subject = subject_of_home(HomeId{p}, 3);
            Event broken = event("a.made", subject, "/a", 0);
            broken.id = fmt::format("{}-{}", p, number);
            broken.extensions["sourcesequence"] = number;
            rig.publish_to("shop.a", p, event::to_record(broken, subject));
        }
    }
    rig.settle();
    const auto before = open_events();
    ASSERT_EQ(before.size(), 6U);
    const AsideEvent& mended = before[3];
    const std::string subject{*mended.record.header("ce_subject")};
    Record copy = event::to_record(event("a.made", subject, "/a", 1), subject);
    copy.headers.push_back({std::string{kEditedHeader}, edited_header(mended.home, mended.offset)});
    auto arrival =
        classify(rig.plan(), *rig.plan().channel("shop.a"), copy, mended.origin, Depth::kWhole);
    choose(subject, sequence::TakeBack{std::get<sequence::Arrival>(arrival.what)});
    ASSERT_EQ(open_events().size(), 5U);
    ASSERT_NO_FATAL_FAILURE(grow());
    std::set<std::string> left;
    for (const AsideEvent& one : open_events()) left.emplace(one.record.header("ce_id").value());
    EXPECT_EQ(left, (std::set<std::string>{"0-one", "0-two", "1-one", "2-one", "2-two"}));
    EXPECT_EQ(rig.ordered(subject).size(), 1U);
}

/// Late events, and choices about them, are looked for in the home of their subject.
TEST_F(GrowthOfState, LateEventsAreTakenBackInTheirNewHomes) {
    rig.open();
    std::vector<std::string> subjects;
    for (int s = 0; s < 12; ++s) {
        subjects.push_back(fmt::format("s{}", s));
        rig.publish({event("a.cancelled", subjects.back(), "/a", 1)});
    }
    rig.settle();
    for (const std::string& subject : subjects) {
        Event late = event("a.made", subject, "/a", 0);
        late.id = "late-" + subject;
        rig.publish({late});
    }
    rig.settle();
    ASSERT_EQ(open_events().size(), subjects.size());
    ASSERT_NO_FATAL_FAILURE(grow());
    const auto events = open_events();
    ASSERT_EQ(events.size(), subjects.size());
    for (const AsideEvent& one : events) {
        const std::string subject{*one.record.header("ce_subject")};
        EXPECT_EQ(one.home, home_of(subject, kAfter));
        auto arrival = classify(
            rig.plan(), *rig.plan().channel("shop.a"), one.record, one.origin, Depth::kWhole
        );
        choose(subject, sequence::TakeBack{std::get<sequence::Arrival>(arrival.what)});
    }
    EXPECT_TRUE(open_events().empty());
    for (const std::string& subject : subjects) EXPECT_EQ(rig.ordered(subject).size(), 2U);
}

/// Channels are read on from where they were, each by the home that reads it now.
TEST_F(GrowthOfState, NoChannelIsReadAgain) {
    rig.open();
    for (int s = 0; s < 30; ++s) rig.publish({event("b.sent", fmt::format("s{}", s), "/a", 1)});
    rig.settle();
    const std::uint64_t read = rig.count(&SequencingProbe::read);
    ASSERT_NO_FATAL_FAILURE(grow());
    rig.settle();
    EXPECT_EQ(rig.count(&SequencingProbe::read), read);
    EXPECT_EQ(rig.count(&SequencingProbe::histories_folded), 0U) << "nothing is left to fold";
}

}  // namespace
}  // namespace sluice::runtime
