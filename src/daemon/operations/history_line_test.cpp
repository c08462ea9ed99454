#include "daemon/operations/history_line.hpp"

#include "daemon/operations/record_line.hpp"
#include "event/kafka.hpp"

#include <gtest/gtest.h>

namespace sluice::daemon {
namespace {

Event ordered_event() {
    Event event;
    event.id = "a.1";
    event.source = "/tills";
    event.type = "till.paid";
    event.subject = "a";
    event.datacontenttype = "application/json";
    event.data = R"({"amount":1})";
    event.extensions["subjectposition"] = "1";
    event.extensions["sourcesequence"] = "1";
    return event;
}

TEST(HistoryLine, IsWhatReadWrote) {
    const log::StoredRecord stored{Offset{41}, event::to_record(ordered_event(), "a")};
    const auto line = history_line(record_line(stored, PartitionId{2}, {}), {});
    ASSERT_TRUE(line.has_value()) << line.error().message;
    EXPECT_EQ(line.value().event, ordered_event());
    EXPECT_EQ(line.value().partition, PartitionId{2});
    EXPECT_EQ(line.value().offset, Offset{41});
}

TEST(HistoryLine, WithoutItsPlaceIsRefused) {
    const std::string event =
        R"({"specversion":"1.0","id":"a.1","source":"/s","type":"t","subject":"a")";
    for (const std::string rest :
         {R"(})",
          R"(,"partition":1})",
          R"(,"partition":1,"offset":-1})",
          R"(,"partition":1,"offset":"x"})",
          R"(,"partition":4096,"offset":1})"}) {
        const auto line = history_line(event + rest, {});
        ASSERT_FALSE(line.has_value()) << rest;
        EXPECT_EQ(line.error().code, ErrorCode::kInvalidEvent);
        EXPECT_TRUE(line.error().message.starts_with("a.1: it does not say")) << rest;
    }
    EXPECT_FALSE(history_line("{}", {}).has_value());
    EXPECT_FALSE(history_line("no JSON", {}).has_value());
}

}  // namespace
}  // namespace sluice::daemon
