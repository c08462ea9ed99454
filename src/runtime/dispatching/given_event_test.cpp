#include "runtime/dispatching/given_event.hpp"

#include "runtime/engine/given_fixture.hpp"
#include "sequence/ordered.hpp"

#include <gtest/gtest.h>

namespace sluice::runtime {
namespace {

using contract::Positions;
using test::given_plan;
using test::moved;
using test::place_of;
using test::placed;
using test::plain_plan;

GivenEvent read(
    const DomainPlan& plan, Record record, std::string_view lies_as = "s1", std::int64_t offset = 42
) {
    return read_given(plan, place_of(lies_as), {Offset{offset}, std::move(record)});
}

std::string_view header(const GivenEvent& event, std::string_view name) {
    return event.record.header(name).value_or("-");
}

/// Not its subject's: it stands for itself.
void expect_stand_in(const GivenEvent& event, std::string_view why) {
    EXPECT_TRUE(event.is_event);
    const std::string name = fmt::format("stock.events/{}/42", place_of("s1").value);
    EXPECT_EQ(event.subject, name);
    EXPECT_EQ(header(event, kStandInHeader), name);
    EXPECT_EQ(event.position, position_at(1, Offset{42}));
    EXPECT_NE(event.invalid.find(why), std::string::npos) << event.invalid;
    EXPECT_EQ(header(event, "ce_subjectinvalid"), event.invalid);
}

TEST(GivenEvent, EpochAndOffsetAreAPositionThatRises) {
    EXPECT_EQ(position_at(3, Offset{42}).value, 3'000'000'000'000'042U);
    EXPECT_LT(position_at(1, Offset{999'999'999'999'999}), position_at(2, Offset{0}));
    EXPECT_GT(position_at(contract::kEpochMax, Offset{0}).value, 0U);
    EXPECT_GT(static_cast<std::int64_t>(position_at(contract::kEpochMax, Offset{1}).value), 0);
}

TEST(GivenEvent, AnEventKeepsAllThatItHadAndGetsItsPosition) {
    const DomainPlan plan = given_plan();
    const Record before = moved("s1", 1);
    const GivenEvent event = read(plan, before);
    EXPECT_TRUE(event.is_event);
    EXPECT_EQ(event.subject, "s1");
    EXPECT_EQ(event.position.value, 1'000'000'000'000'042U);
    EXPECT_EQ(event.invalid, "");
    EXPECT_EQ(event.record.key, "s1");
    EXPECT_EQ(event.record.value, before.value);
    EXPECT_EQ(event.record.time, before.time);
    Record expected = before;
    expected.headers.push_back({"ce_subjectposition", "1000000000000042"});
    EXPECT_EQ(event.record, expected);
}

TEST(GivenEvent, NobodyForgesAPosition) {
    Record record = moved("s1", 1);
    for (const char* name :
         {"ce_subjectposition", "ce_subjectinvalid", "sluice", "sluice-standin"}) {
        record.headers.push_back({name, "7"});
    }
    const GivenEvent event = read(given_plan(), record);
    EXPECT_EQ(event.subject, "s1");
    EXPECT_EQ(event.position, position_at(1, Offset{42}));
    EXPECT_EQ(event.invalid, "");
    EXPECT_EQ(header(event, "sluice"), "-");
    EXPECT_EQ(header(event, kStandInHeader), "-");
}

TEST(GivenEvent, PositionsInHeadersAreTaken) {
    for (const Positions positions : {Positions::kContiguous, Positions::kRising}) {
        const GivenEvent event = read(given_plan(positions), placed("s1", 7));
        EXPECT_EQ(event.position.value, 7U);
        EXPECT_EQ(event.record, placed("s1", 7)) << "nothing is added to it";
        for (const char* wrong : {"0", "x", "-1", ""}) {
            Record record = moved("s1", 1);
            record.headers.push_back({"ce_subjectposition", wrong});
            expect_stand_in(read(given_plan(positions), record), "no `subjectposition`");
        }
        expect_stand_in(read(given_plan(positions), moved("s1", 1)), "no `subjectposition`");
    }
}

TEST(GivenEvent, WhatAnotherSequencerFoundInvalidStaysSo) {
    Record record = placed("s1", 7);
    record.headers.push_back({"ce_subjectinvalid", "no total"});
    const GivenEvent event = read(given_plan(Positions::kContiguous), record);
    EXPECT_EQ(event.invalid, "no total");
    EXPECT_EQ(event.position.value, 7U);
}

TEST(GivenEvent, StructuredAndPlainRecordsAreEvents) {
    Event made = test::event("stock.moved", "s1", "/stock", 0);
    const GivenEvent structured = read(given_plan(), event::to_structured_record(made, "s1"));
    EXPECT_EQ(structured.subject, "s1");
    EXPECT_EQ(header(structured, "ce_type"), "stock.moved");
    Record plain;
    plain.key = "s1";
    plain.value = "{}";
    plain.time = Instant{5};
    const GivenEvent event = read(plain_plan(), plain);
    EXPECT_EQ(event.subject, "s1");
    EXPECT_EQ(event.invalid, "");
    EXPECT_EQ(header(event, "ce_id"), fmt::format("{}-42-5", place_of("s1").value));
    EXPECT_EQ(header(event, "ce_type"), "stock.moved");
}

TEST(GivenEvent, KeysThatAreNumbersPlaceTheirSubjects) {
    const DomainPlan plan = plain_plan(contract::Encoding::kInt64);
    Record plain;
    plain.key = plan.given->places.key_of("17");
    plain.value = "{}";
    const GivenEvent event = read(plan, plain, *plain.key);
    EXPECT_EQ(event.subject, "17");
    EXPECT_EQ(event.invalid, "");
    EXPECT_EQ(event.record.key, "17") << "downstream the key is the subject, as ever";
}

TEST(GivenEvent, WhatCannotBeReadIsDeadInItsSubjectsPlace) {
    const auto expect_dead = [](const GivenEvent& event, std::string_view why) {
        EXPECT_TRUE(event.is_event);
        EXPECT_EQ(event.subject, "s1") << why;
        EXPECT_EQ(event.position, position_at(1, Offset{42}));
        EXPECT_NE(event.invalid.find(why), std::string::npos) << event.invalid;
        EXPECT_EQ(header(event, "ce_subjectinvalid"), event.invalid);
        EXPECT_EQ(header(event, kStandInHeader), "-");
    };
    expect_dead(read(given_plan(), moved("s1", 1, "bad")), "data: is bad");
    Record plain;
    plain.key = "s1";
    plain.value = "{}";
    expect_dead(read(given_plan(), plain), "no CloudEvents event");
    DomainPlan by_header = plain_plan();
    by_header.channels.front().plain->type = contract::FromHeader{"kind"};
    expect_dead(read(by_header, plain), "plain record: type: header 'kind' is not there");
    Record structured;
    structured.key = "s1";
    structured.value = "{";
    structured.headers.push_back({"content-type", "application/cloudevents+json"});
    expect_dead(read(given_plan(), structured), "");
    Event made = test::event("stock.moved", "", "/stock", 0);
    expect_dead(read(given_plan(), event::to_record(made, "s1")), "no `subject`");
    made = test::event("", "s1", "/stock", 0);
    expect_dead(read(given_plan(), event::to_record(made, "s1")), "`id`, `source` or `type`");
}

TEST(GivenEvent, WhatTellsNoSubjectOrLiesElsewhereStandsForItself) {
    Record keyless;
    keyless.value = "{}";
    expect_stand_in(read(given_plan(), keyless), "no CloudEvents event");
    EXPECT_EQ(read(given_plan(), keyless).record.value, "{}");
    Record other = moved("s1", 1);
    other.key = std::nullopt;
    EXPECT_EQ(read(given_plan(), other).subject, "s1") << "it says itself what it is about";
    std::string elsewhere = "t";
    while (place_of(elsewhere) == place_of("s1")) elsewhere += "t";
    expect_stand_in(read(given_plan(), moved(elsewhere, 1)), "belongs in partition");
    Record control;
    control.key = "s\x01";
    control.value = "{}";
    expect_stand_in(read(given_plan(), control), "no CloudEvents event");
}

TEST(GivenEvent, TombstonesAndForeignTypesAreNothing) {
    Record tombstone;
    tombstone.key = "s1";
    EXPECT_FALSE(read(given_plan(), tombstone).is_event);
    tombstone.headers.push_back({"ce_subjectposition", "7"});
    EXPECT_FALSE(read(given_plan(), tombstone).is_event) << "a claim makes no event of it";
    DomainPlan shared = given_plan();
    Record other = event::to_record(test::event("other.kind", "s1", "/x", 0), "s1");
    EXPECT_TRUE(read(shared, other).is_event);
    shared.channels.front().others_are_foreign = true;
    EXPECT_FALSE(read(shared, other).is_event);
    Record gap = event::to_record(test::event("sluice.gap", "s1", "/sluice", 0), "s1");
    EXPECT_TRUE(read(shared, gap).is_event) << "a gap passes every filter";
}

TEST(GivenEvent, ValidationCanBeOff) {
    DomainPlan plan = given_plan();
    plan.channels.front().checking = Checking::kOff;
    EXPECT_EQ(read(plan, moved("s1", 1, "bad")).invalid, "");
}

}  // namespace
}  // namespace sluice::runtime
