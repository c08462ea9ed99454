#include "deliver/decode.hpp"

#include "deliver/handler_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::deliver::test {
namespace {

Result<Event> decoded(const Record& record, std::uint64_t position = 7) {
    return decode({Position{position}, Offset{0}, &record}, {});
}

TEST(Decode, GivesTheEventWithItsPlace) {
    const Event event = make_event("a", 3, "done");
    for (const Record& record :
         {event::to_record(event, "a"), event::to_structured_record(event, "a")}) {
        const auto read = decoded(record);
        ASSERT_TRUE(read.has_value()) << read.error().message;
        EXPECT_EQ(read->id, "a-3");
        EXPECT_EQ(read->extension(extension::kSubjectPosition), "7");
        EXPECT_EQ(read->data, event.data);
    }
}

TEST(Decode, ThePlaceIsTheTopicsNotThePublishers) {
    Event event = make_event("a", 3, "done");
    event.extensions["subjectposition"] = "999";
    EXPECT_EQ(decoded(event::to_record(event, "a"))->extension("subjectposition"), "7");
    EXPECT_EQ(
        decoded(event::to_record(event, "a"), ~std::uint64_t{0})->extension("subjectposition"),
        "18446744073709551615"
    );
}

TEST(Decode, AnEventWithoutDataHasNone) {
    Event event = make_event("a", 3, "done");
    event.data.reset();
    const auto read = decoded(event::to_record(event, "a"));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_FALSE(read->data.has_value());
}

TEST(Decode, AMarkedEventIsDeadWithTheReasonOfItsMark) {
    Event event = make_event("a", 3, "done");
    event.extensions["subjectinvalid"] = "/amount: not a number";
    for (const Record& record :
         {event::to_record(event, "a"), event::to_structured_record(event, "a")}) {
        const auto read = decoded(record);
        ASSERT_FALSE(read.has_value());
        EXPECT_EQ(read.error().code, ErrorCode::kInvalidEvent);
        EXPECT_EQ(read.error().message, "/amount: not a number");
    }
}

TEST(Decode, WhatIsNoEventSaysWhatItLacks) {
    struct Case {
        const char* header;
        const char* named;
    };

    for (const Case& one :
         {Case{"ce_id", "id"}, Case{"ce_source", "source"}, Case{"ce_type", "type"}}) {
        Record record = event::to_record(make_event("a", 3, "done"), "a");
        record.headers.erase_if([&](const Header& header) { return header.name == one.header; });
        const auto read = decoded(record);
        ASSERT_FALSE(read.has_value()) << one.header;
        EXPECT_NE(read.error().message.find(one.named), std::string::npos) << read.error().message;
    }
    EXPECT_FALSE(decoded(Record{}).has_value());
}

/// The sequencer adds to an event that was taken at the limit; that must not make it too large for
/// the handler it was meant for.
TEST(Decode, AnEventOfTheLargestSizeIsNotTooLargeForWhatSluiceAdds) {
    event::EventLimits limits;
    limits.event_bytes_max = 70'000;
    Event event = make_event("a", 1, "done");
    std::size_t bytes = 69'000;
    const auto taken = [&](std::size_t size) {
        event.data = std::string(size, 'x');
        return event::from_record(event::to_record(event, "a"), limits).has_value();
    };
    while (taken(bytes + 1)) ++bytes;
    ASSERT_TRUE(taken(bytes));
    event.extensions["subjectposition"] = "1";
    const Record ordered = event::to_record(event, "a");
    const auto read = decode({Position{1}, Offset{0}, &ordered}, limits);
    EXPECT_TRUE(read.has_value()) << read.error().message;
}

}  // namespace
}  // namespace sluice::deliver::test
