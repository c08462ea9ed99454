// Histories A7 and A8 of docs/architecture/histories.md: whatever lies in a channel, reading goes
// on.

#include "runtime/domain/aside.hpp"
#include "runtime/domain/origin.hpp"
#include "runtime/sequencing/session_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using test::event;
using test::SessionRig;
using Ids = std::vector<std::string>;

/// The group has read every channel to its end.
void expect_all_is_read(SessionRig& rig) {
    for (const log::TopicSpec& topic : rig.plan().channel_topics()) {
        for (PartitionId p{0}; p.value < topic.partitions; p = p.next()) {
            const log::PartitionRef from{topic.name, p};
            const auto read = rig.log().consumed_by(sequencer_group("shop"), from).value();
            const Offset end = rig.log().ends(from).value().committed;
            EXPECT_EQ(read.value_or(Offset{0}), end) << topic.name << "/" << p.value;
        }
    }
}

struct Odd {
    const char* name;
    Record record;
    Counter SequencingProbe::*counted;
    const char* reason;  ///< in the aside header; empty: it is passed over
};

std::vector<Odd> odd_records() {
    const Event good = event("a.made", "s1", "/a", 1);
    const auto numbered = [&](const char* number) {
        Event odd = good;
        odd.extensions["sourcesequence"] = number;
        return event::to_record(odd, "s1");
    };
    Record nameless = event::to_record(event("a.made", "", "/a", 1), "s1");
    Record broken = event::to_structured_record(good, "s1");
    broken.value = R"({"specversion":"1.0")";
    const auto aside = &SequencingProbe::unreadable;
    return {
        {"no event", {"s1", "hello", {}, {}}, aside, "no CloudEvents event"},
        {"no subject", std::move(nameless), aside, "no `subject`"},
        {"number 0", numbered("0"), aside, "sourcesequence"},
        {"number below 0", numbered("-1"), aside, "sourcesequence"},
        {"number in words", numbered("one"), aside, "sourcesequence"},
        {"number beyond 64 bits", numbered("18446744073709551616"), aside, "sourcesequence"},
        {"broken JSON", std::move(broken), aside, ""},
        {"tombstone", {"s1", {}, {}, {}}, &SequencingProbe::tombstones, ""},
        {"tombstone without a key", {}, &SequencingProbe::tombstones, ""},
        {"foreign type",
         event::to_record(event("member.joined", "s1", "/m", 1), "s1"),
         &SequencingProbe::foreign,
         ""},
    };
}

TEST(HistoryA7, OddRecordsAreSkippedOrPutAsideAndCountedAndStopNobody) {
    DomainPlan plan = test::shop_plan();
    plan.channels[0].others_are_foreign = true;
    for (const Odd& odd : odd_records()) {
        SCOPED_TRACE(odd.name);
        SessionRig rig{plan};
        rig.open();
        for (std::uint32_t p = 0; p < 3; ++p) rig.publish_to("shop.a", p, odd.record);
        rig.publish({event("a.made", "s1", "/a", 1), event("a.made", "s2", "/a", 1)});
        rig.settle();
        EXPECT_EQ(rig.count(odd.counted), 3U);
        EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1"}));
        EXPECT_EQ(rig.ordered("s2"), (Ids{"s2/a.1"}));
        expect_all_is_read(rig);
        const bool goes_aside = odd.counted == &SequencingProbe::unreadable;
        for (std::uint32_t p = 0; p < 3; ++p) {
            const auto aside = rig.records("shop.aside", p);
            ASSERT_EQ(aside.size(), goes_aside ? 1U : 0U);
            if (!goes_aside) continue;
            Record record = aside[0].record;
            EXPECT_EQ(take_origin(record).value().partition, PartitionId{p});
            const std::string why{record.header(kAsideHeader).value_or("")};
            EXPECT_TRUE(why.starts_with("unreadable: ")) << why;
            EXPECT_NE(why.find(odd.reason), std::string::npos) << why;
            record.headers.pop_back();
            EXPECT_EQ(record, odd.record) << "byte for byte";
        }
        rig.restart_process();
        rig.settle();
        EXPECT_EQ(rig.count(odd.counted), 3U) << "they are read once";
    }
}

TEST(HistoryA7, ATypeThatTheContractDoesNotKnowYetTakesItsPlace) {
    SessionRig rig{test::shop_plan()};  // the channel is the domain's own
    rig.open();
    Record unknown = event::to_record(event("a.new", "s1", "/a", 2), "s1");
    rig.publish({event("a.made", "s1", "/a", 3), event("a.made", "s1", "/a", 1)});
    rig.publish_to("shop.a", partition_by_murmur2("s1", 3).value, std::move(unknown));
    rig.settle();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1", "s1/a.2", "s1/a.3"}));
}

/// A structured record shows no `ce_subject`: its home is found all the same, and the record that
/// arrives there is the one of the event.
TEST(HistoryA7, StructuredRecordsFindTheirHomes) {
    SessionRig rig{test::shop_plan()};
    rig.open();
    for (std::uint32_t p = 0; p < 3; ++p) {  // two of three have their home elsewhere
        const Event sent = event("a.made", "s1", "/a", p + 1);
        rig.publish_to("shop.a", p, event::to_structured_record(sent, "s1"));
    }
    rig.settle();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1", "s1/a.2", "s1/a.3"}));
    EXPECT_EQ(rig.probe().repartitioned, 2U);
}

DomainPlan narrow(std::size_t events, std::size_t bytes) {
    DomainPlan plan = test::shop_plan();
    plan.sequencer.waiting_events_max = events;
    plan.sequencer.waiting_bytes_max = bytes;
    return plan;
}

constexpr std::size_t kBytes = std::size_t{1} << 20;

TEST(HistoryA8, ALyingProducerStopsItselfAndReadingNeverStops) {
    SessionRig rig{narrow(20, kBytes)};
    rig.open();
    for (std::uint64_t batch = 0; batch < 10; ++batch) {
        std::vector<Event> events;
        for (std::uint64_t n = 0; n < 20; ++n) {
            const std::uint64_t number = 1'000'000'000 + batch * 20 + n;
            events.push_back(event("a.made", "liar", "/a", number));
            events.push_back(event("a.made", fmt::format("s{}", n), "/a", batch + 1));
        }
        rig.publish(events);
    }
    rig.settle();
    expect_all_is_read(rig);
    EXPECT_EQ(rig.probe().waiting_now, 20U);
    EXPECT_EQ(rig.probe().flooded, 180U);
    const std::uint32_t home = home_of("liar", 3).value;
    EXPECT_EQ(rig.records("shop.aside", home).size(), 180U);
    for (int s = 0; s < 20; ++s) EXPECT_EQ(rig.ordered(fmt::format("s{}", s)).size(), 10U);
}

TEST(HistoryA8, AtTheLimitAllWaitsAndOneBeyondGoesAside) {
    SessionRig rig{narrow(20, kBytes)};
    rig.open();
    for (std::uint64_t n = 2; n <= 21; ++n) rig.publish({event("a.made", "s1", "/a", n)});
    rig.settle();
    EXPECT_EQ(rig.probe().flooded, 0U);
    rig.publish({event("a.made", "s1", "/a", 22)});
    rig.settle();
    EXPECT_EQ(rig.probe().flooded, 1U);
    rig.publish({event("a.made", "s1", "/a", 1)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s1").size(), 21U) << "what is missing always gets in";
    rig.publish({event("a.made", "s1", "/a", 23)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s1").size(), 21U) << "22 lies aside, and 23 waits for it";
    rig.publish({event("a.made", "s1", "/a", 22)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s1").size(), 23U) << "its relay has sent it again";
    EXPECT_EQ(rig.entries(table::kWaiting), 0U) << "the mark of the flood is gone";
}

TEST(HistoryA8, BytesAreALimitToo) {
    SessionRig rig{narrow(10'000, std::size_t{64} << 10)};
    rig.open();
    for (std::uint64_t n = 2; n <= 11; ++n) {
        Event fat = event("a.made", "s1", "/a", n);
        fat.data = std::string(std::size_t{20} << 10, 'x');
        rig.publish({fat});
    }
    rig.settle();
    EXPECT_EQ(rig.probe().waiting_now, 3U);
    EXPECT_EQ(rig.probe().flooded, 7U);
    expect_all_is_read(rig);
}

TEST(HistoryA8, AFloodOutlivesARestart) {
    SessionRig rig{narrow(5, kBytes)};
    rig.open();
    for (std::uint64_t n = 2; n <= 9; ++n) rig.publish({event("a.made", "s1", "/a", n)});
    rig.settle();
    rig.restart_process();
    rig.settle();
    EXPECT_EQ(rig.probe().waiting_now, 5U);
    rig.publish({event("a.made", "s1", "/a", 10)});
    rig.settle();
    EXPECT_EQ(rig.probe().flooded, 4U);
    rig.publish({event("a.made", "s1", "/a", 1)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s1").size(), 6U);
    EXPECT_EQ(rig.entries(table::kWaiting), 1U) << "7, 8, 9 and 10 lie aside: it stays marked";
}

}  // namespace
}  // namespace sluice::runtime
