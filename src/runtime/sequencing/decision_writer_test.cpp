#include "runtime/sequencing/decision_writer.hpp"

#include "runtime/domain/aside.hpp"
#include "runtime/domain/origin.hpp"
#include "sequence/ordered.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using sequence::Arrival;
using sequence::Aside;
using sequence::AsideReason;
using sequence::Compared;
using sequence::Conflict;
using sequence::Decisions;
using sequence::Duplicate;
using sequence::facts_of;
using sequence::kGapType;
using sequence::OrderedKind;
using sequence::Parked;
using sequence::Release;
using sequence::Waits;
using sequence::test::numbered;
using sequence::test::unnumbered;

constexpr Instant kWrittenAt{50'000};
constexpr HomeId kWrittenHome{1};

class DecisionWriterTest : public testing::Test {
protected:
    bool write(Decisions decisions) {
        return writer_.write(kWrittenHome, std::move(decisions), kWrittenAt);
    }

    std::vector<log::Append> appends() {
        std::vector<log::Append> made;
        outputs_.move_to(made);
        return made;
    }

    static Release release_of(const Arrival& arrival, std::optional<Instant> waited_since = {}) {
        Release release;
        release.facts.subject = arrival.subject;
        release.facts.position = Position{1};
        release.facts.source = arrival.source;
        release.facts.number = arrival.number;
        release.facts.origin = arrival.origin;
        release.record = arrival.record;
        release.type = arrival.type;
        release.waited_since = waited_since;
        return release;
    }

    StepOutputs outputs_{"d", 3};
    SequencingProbe probe_;
    DecisionWriter writer_{outputs_, probe_};
};

TEST_F(DecisionWriterTest, ReleasesGoToTheOrderedPartitionOfTheHomeInTheirOrder) {
    EXPECT_TRUE(write({release_of(numbered("/a", 1)), release_of(numbered("/a", 2))}));
    const auto made = appends();
    ASSERT_EQ(made.size(), 1U);
    EXPECT_EQ(made[0].to, (log::PartitionRef{"d.ordered", PartitionId{1}}));
    ASSERT_EQ(made[0].records.size(), 2U);
    EXPECT_EQ(facts_of(made[0].records[0]).value().number, SourceNumber{1});
    EXPECT_EQ(facts_of(made[0].records[1]).value().number, SourceNumber{2});
    EXPECT_EQ(probe_.released, 2U);
    EXPECT_EQ(probe_.waited, 0U);
}

TEST_F(DecisionWriterTest, TheLongestWaitIsKept) {
    const Instant since{kWrittenAt.ms - 700};
    write({release_of(numbered("/a", 1), since)});
    write({release_of(numbered("/a", 2), Instant{kWrittenAt.ms - 300})});
    write({release_of(numbered("/a", 3), Instant{kWrittenAt.ms + 900})}
    );  // a clock that was set back
    EXPECT_EQ(probe_.waited, 3U);
    EXPECT_EQ(probe_.waited_ms_max, 700U);
}

TEST_F(DecisionWriterTest, InvalidEventsAndGapsAreCountedApart) {
    Release invalid = release_of(numbered("/a", 1));
    invalid.invalid = "no amount";
    Release gap;
    gap.facts.kind = OrderedKind::kGap;
    gap.facts.subject = "s";
    gap.facts.position = Position{2};
    gap.facts.wanted = "/a 2";
    write({invalid, gap});
    EXPECT_EQ(probe_.invalid, 1U);
    EXPECT_EQ(probe_.released, 1U) << "a gap is no event";
    EXPECT_EQ(probe_.gaps_skipped, 1U);
    const auto made = appends();
    EXPECT_EQ(made.at(0).records.at(0).header("ce_subjectinvalid"), "no amount");
    EXPECT_EQ(made.at(0).records.at(1).header("ce_type"), kGapType);
}

TEST_F(DecisionWriterTest, WhatGoesAsideSaysWhatItWasAndWhereItLay) {
    struct Case {
        AsideReason reason;
        Arrival arrival;
        const char* header;
    };

    const std::vector<Case> cases{
        {AsideReason::kLateNumber, numbered("/a", 7), "late-number: type/a /a-7 of /a number 7"},
        {AsideReason::kLateClosed, unnumbered("/a", "x"), "late-closed: type/a x of /a"},
        {AsideReason::kFlooded, numbered("/a", 8), "flooded: type/a /a-8 of /a number 8"},
    };
    for (const Case& one : cases) {
        write({Aside{one.reason, one.arrival}});
        const auto made = appends();
        ASSERT_EQ(made.size(), 1U);
        EXPECT_EQ(made[0].to, (log::PartitionRef{"d.aside", PartitionId{1}}));
        Record record = made[0].records.at(0);
        EXPECT_EQ(record.header(kAsideHeader), one.header);
        EXPECT_EQ(take_origin(record).value(), one.arrival.origin);
        record.headers.pop_back();
        EXPECT_EQ(record, one.arrival.record) << "byte for byte";
    }
    EXPECT_EQ(probe_.late, 2U);
    EXPECT_EQ(probe_.flooded, 1U);
}

TEST_F(DecisionWriterTest, WhatDoesNotSimplyPassIsToldWithItsPlaceAndItsSubject) {
    std::vector<Notice> told;
    probe_.notify = [&](Notice notice) { told.push_back(std::move(notice)); };
    const Arrival arrival = numbered("/a", 7);
    Release gap;
    gap.facts.kind = OrderedKind::kGap;
    gap.facts.subject = arrival.subject;
    gap.facts.position = Position{1};
    gap.facts.wanted = "/a 6";
    write({Waits{}, Duplicate{}, release_of(arrival), Aside{AsideReason::kDropped, arrival}});
    EXPECT_TRUE(told.empty()) << "these pass, or somebody chose so";
    write(
        {Aside{AsideReason::kLateNumber, arrival},
         Aside{AsideReason::kFlooded, arrival},
         Conflict{"/a 7 differs", arrival.subject, arrival.origin},
         gap,
         Parked{arrival.subject, "/a 6 has not come"}}
    );
    const std::vector<NoticeKind> kinds{
        NoticeKind::kLate,
        NoticeKind::kFlooded,
        NoticeKind::kConflict,
        NoticeKind::kGapSkipped,
        NoticeKind::kGapParked};
    ASSERT_EQ(told.size(), kinds.size());
    for (std::size_t at = 0; at < kinds.size(); ++at) {
        EXPECT_EQ(told[at].kind, kinds[at]) << at;
        EXPECT_EQ(told[at].subject, arrival.subject) << at;
        EXPECT_FALSE(told[at].reason.empty()) << at;
        const bool has_place = at < 3;
        EXPECT_EQ(told[at].topic, has_place ? arrival.origin.channel : "") << at;
        EXPECT_EQ(told[at].offset, has_place ? arrival.origin.offset : Offset{}) << at;
    }
}

TEST_F(DecisionWriterTest, OnlyADuplicateLeavesTheSubjectAsItWas) {
    EXPECT_FALSE(write({Duplicate{Compared::kSame}}));
    EXPECT_FALSE(write({Duplicate{Compared::kNotCompared}}));
    EXPECT_EQ(probe_.duplicates, 1U);
    EXPECT_EQ(probe_.duplicates_not_compared, 1U);
    EXPECT_TRUE(write({Waits{}}));
    EXPECT_TRUE(write({Conflict{"/a 1"}}));
    EXPECT_TRUE(write({Parked{}}));
    EXPECT_TRUE(write({Duplicate{Compared::kSame}, Waits{}}));
    EXPECT_TRUE(write({})) << "a clock has moved, say";
    EXPECT_EQ(probe_.conflicts, 1U);
    EXPECT_EQ(probe_.gaps_parked, 1U);
    EXPECT_TRUE(outputs_.empty()) << "none of these is written anywhere";
}

}  // namespace
}  // namespace sluice::runtime
