#include "sim/domain.hpp"

#include "base/test_seed.hpp"
#include "sim/draw.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace sluice::sim {
namespace {

TEST(Domain, WhatASinkWillSayIsReadFromThePayload) {
    for (const bool invalid : {false, true}) {
        for (const Verdict verdict :
             {Verdict::kDone, Verdict::kRetryTwice, Verdict::kRetryForEver, Verdict::kDead}) {
            const EventSpec event{Kind::kMade, 1, 1, 0, 0, 0, invalid, verdict};
            EXPECT_EQ(verdict_of(record_of(event, Instant{0})), verdict);
        }
    }
    Record other;
    other.value = "{}";
    EXPECT_EQ(verdict_of(other), Verdict::kDone);
}

TEST(Domain, ARecordCarriesWhatOrdersIt) {
    const EventSpec event{Kind::kSent, 17, 3, 2, 3, 0, false, Verdict::kDone};
    const Record record = record_of(event, Instant{5});
    EXPECT_EQ(record.key, "order-17");
    EXPECT_EQ(record.time, Instant{5});
    EXPECT_EQ(record.header("ce_id"), "order-17/b.3");
    EXPECT_EQ(record.header("ce_source"), "/b");
    EXPECT_EQ(record.header("ce_type"), "b.sent");
    EXPECT_EQ(record.header("ce_sourcesequence"), "3");
    EXPECT_EQ(record.header("ce_dependson"), "/a 2");
    const EventSpec note{Kind::kNoted, 17, 0, 0, 1, 0, false, Verdict::kDone};
    EXPECT_FALSE(record_of(note, Instant{0}).header("ce_sourcesequence").has_value());
}

TEST(Domain, OnlyAnInvalidEventBreaksItsContract) {
    const runtime::DomainPlan plan = plan_of({});
    EventSpec event{Kind::kMade, 1, 1, 0, 0, 0, false, Verdict::kDead};
    EXPECT_EQ(plan.check("a.made", record_of(event, Instant{0})), "");
    event.invalid = true;
    EXPECT_EQ(plan.check("a.made", record_of(event, Instant{0})), "/broken is not allowed");
    EXPECT_EQ(plan.check("a.made", Record{}), "") << "a tombstone has nothing to check";
}

TEST(Domain, RubbishComesInFourKinds) {
    const auto kind = [](std::uint32_t which) { return rubbish(which, Instant{9}); };
    EXPECT_FALSE(kind(0).value.has_value());
    EXPECT_EQ(kind(0).key, "order-0");
    EXPECT_FALSE(kind(1).header("ce_subject").has_value());
    EXPECT_FALSE(kind(1).key.has_value());
    EXPECT_EQ(kind(2).header("ce_sourcesequence"), "zero");
    EXPECT_EQ(kind(3).header("ce_type"), "somebody.else");
    EXPECT_EQ(kind(kRubbishKinds).key, "order-4") << "and from the beginning";
    EXPECT_EQ(kind(3).time, Instant{9});
}

TEST(Domain, AnEventsPlaceIsOneOfItsChannelsPartitionsAndItsSubjectsAlone) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    for (std::uint64_t i = 0; i < 10; ++i) {
        const History history = draw(seed + i, 300);
        const runtime::DomainPlan plan = plan_of(history.setup);
        std::map<std::pair<std::string, std::uint32_t>, PartitionId> places;
        for (const EventSpec& event : history.events) {
            const log::PartitionRef place = place_of(history.setup, event);
            EXPECT_EQ(place.topic, channel_of(event.kind));
            const runtime::ChannelPlan* channel = plan.channel(place.topic);
            ASSERT_NE(channel, nullptr);
            EXPECT_LT(place.partition.value, channel->partitions);
            EXPECT_NE(plan.type(type_of(event.kind)), nullptr);
            const auto [at, is_new] =
                places.try_emplace({place.topic, event.subject}, place.partition);
            EXPECT_EQ(at->second, place.partition);
        }
    }
}

}  // namespace
}  // namespace sluice::sim
