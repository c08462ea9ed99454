#include "daemon/verbs/edited_event.hpp"

#include "daemon/operations/daemon_fixture.hpp"
#include "daemon/operations/record_line.hpp"
#include "event/json.hpp"
#include "event/kafka.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

using test::made_event;

Result<Event> edited(const std::string& copy) {
    return parse_edited(copy, event::EventLimits{});
}

TEST(EditedEvent, WhatIsReadIsTheEventThatWasPublished) {
    Event event = made_event("a", 7);
    event.extensions["dependson"] = "/payments 1";
    event.data = R"({"n": 12345678901234567890123, "x": 1.50})";
    const log::StoredRecord stored{Offset{5}, event::to_record(event, "a")};
    const std::string line = record_line(stored, PartitionId{2}, event::EventLimits{});
    ASSERT_NE(line.find(R"("partition":2)"), std::string::npos) << "a line says where it lies";
    const auto read = edited(line);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read.value(), event) << "numbers to the last digit";
}

TEST(EditedEvent, WhatSluiceAddsIsNotOfTheEvent) {
    Event event = made_event("a", 7);
    for (const char* name :
         {"partition",
          "offset",
          "place",
          "aside",
          "origin",
          "subscription",
          "subjectposition",
          "subjectinvalid",
          "subjectlate",
          "subjectrevision"}) {
        event.extensions[name] = "1";
    }
    EXPECT_EQ(edited(event::write_json(event)).value(), made_event("a", 7));
}

TEST(EditedEvent, WhatIsNoEventIsSaidOfTheCopy) {
    for (const char* copy :
         {"",
          "x",
          "{",
          "[]",
          "null",
          "{}",
          R"({"specversion":"1.0","id":"x"})",
          R"({"specversion":"1.0","id":"x","id":"y","source":"/s","type":"t"})"}) {
        const auto read = edited(copy);
        ASSERT_FALSE(read) << copy;
        EXPECT_EQ(read.error().code, ErrorCode::kInvalidEvent) << copy;
        EXPECT_TRUE(read.error().message.starts_with("copy: ")) << read.error().message;
    }
}

TEST(EditedEvent, DepthAndSizeAreLimited) {
    Event event = made_event("a", 1);
    event.data = std::string(600, '[') + std::string(600, ']');
    std::string copy = event::write_json(made_event("a", 1));
    copy.replace(copy.find(R"({"n":1})"), 7, *event.data);
    EXPECT_FALSE(edited(copy)) << "deeper than an event may be";
    event::EventLimits small;
    small.event_bytes_max = 50;
    const auto large = parse_edited(event::write_json(made_event("a", 1)), small);
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace sluice::daemon
