#include "daemon/operations/record_line.hpp"

#include "daemon/render/json.hpp"
#include "dispatch/command.hpp"
#include "event/kafka.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/command_desk.hpp"
#include "runtime/domain/origin.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::daemon {
namespace {

Event made() {
    Event event;
    event.id = "1";
    event.source = "/a";
    event.type = "a.made";
    event.subject = "s";
    event.datacontenttype = "application/json";
    event.data = R"({"n": 1.50})";
    return event;
}

std::string line_of(Record record) {
    return record_line({Offset{7}, std::move(record)}, PartitionId{2}, event::EventLimits{});
}

Json parsed(Record record) {
    const std::string line = line_of(std::move(record));
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    Json json = Json::parse(line, nullptr, false);
    EXPECT_TRUE(json.is_object()) << line;
    return json;
}

TEST(RecordLine, IsTheEventWithItsPlace) {
    const Json line = parsed(event::to_record(made(), "s"));
    EXPECT_EQ(line["specversion"], "1.0");
    EXPECT_EQ(line["id"], "1");
    EXPECT_EQ(line["subject"], "s");
    EXPECT_EQ(line["partition"], 2);
    EXPECT_EQ(line["offset"], 7);
    EXPECT_FALSE(line.contains("aside"));
    EXPECT_FALSE(line.contains("origin"));
    EXPECT_FALSE(line.contains("problem"));
}

TEST(RecordLine, DataOfJsonStaysAsItWasWritten) {
    const std::string line = line_of(event::to_record(made(), "s"));
    EXPECT_NE(line.find("1.50"), std::string::npos) << line;
}

TEST(RecordLine, BothModesShowTheSame) {
    EXPECT_EQ(
        line_of(event::to_record(made(), "s")), line_of(event::to_structured_record(made(), "s"))
    );
}

TEST(RecordLine, BinaryDataIsBase64) {
    Event event = made();
    event.datacontenttype = "application/octet-stream";
    event.data = std::string{"\x00\xFF", 2};
    const Json line = parsed(event::to_record(event, "s"));
    EXPECT_EQ(line["data_base64"], "AP8=");
    EXPECT_FALSE(line.contains("data"));
}

TEST(RecordLine, SaysWhyItLiesAsideAndWhereItCameFrom) {
    Record record = event::to_record(made(), "s");
    record.headers.push_back({std::string{runtime::kAsideHeader}, "flooded: \"too\" much"});
    record.headers.push_back({std::string{runtime::kOriginHeader}, "shop.a 1 5"});
    const Json line = parsed(std::move(record));
    EXPECT_EQ(line["aside"], "flooded: \"too\" much");
    EXPECT_EQ(line["origin"], "shop.a 1 5");
    EXPECT_EQ(line["offset"], 7);
}

TEST(RecordLine, OfACommandSaysWhoChoseWhatAndWhyAndWhatBecameOfIt) {
    Record record = dispatch::to_record(
        {"sales", "s", "c-1", "alice", "the \"deploy\" was bad", Instant{5}, dispatch::Redrive{}}
    );
    record.headers.push_back({std::string{runtime::kOutcomeHeader}, "refused: it is not parked"});
    const Json line = parsed(std::move(record));
    EXPECT_EQ(line["id"], "c-1");
    EXPECT_EQ(line["subject"], "s");
    EXPECT_EQ(line["command"], "redrive in sales");
    EXPECT_EQ(line["by"], "alice");
    EXPECT_EQ(line["reason"], "the \"deploy\" was bad");
    EXPECT_EQ(line["outcome"], "refused: it is not parked");
    EXPECT_EQ(line["offset"], 7);
}

TEST(RecordLine, OfADamagedCommandTheRestIsShown) {
    Record record = dispatch::to_record({"sales", "s", "c-1", "a", "w", {}, dispatch::Redrive{}});
    record.value->resize(3);
    const Json line = parsed(std::move(record));
    EXPECT_EQ(line["command"], "redrive in sales");
    EXPECT_FALSE(line.contains("by"));
}

TEST(RecordLine, WhatAnEditHasReplacedNamesTheCommand) {
    Record record = event::to_record(made(), "s");
    record.headers.push_back({std::string{runtime::kOriginalHeader}, "c-1"});
    EXPECT_EQ(parsed(std::move(record))["original"], "c-1");
}

TEST(RecordLine, AnEventsOwnReasonIsItsOwn) {
    Event event = made();
    event.extensions["reason"] = "theirs";
    EXPECT_EQ(parsed(event::to_record(event, "s"))["reason"], "theirs");
}

TEST(RecordLine, AnExtensionOfSuchANameGivesWay) {
    Event event = made();
    for (const char* name : {"partition", "offset", "aside", "origin"}) {
        event.extensions[name] = "theirs";
    }
    event.extensions["mine"] = "kept";
    const std::string line = line_of(event::to_record(event, "s"));
    EXPECT_EQ(line.find("theirs"), std::string::npos) << line;
    EXPECT_NE(line.find(R"("mine":"kept")"), std::string::npos) << line;
    EXPECT_NE(line.find(R"("partition":2,"offset":7})"), std::string::npos) << line;
}

TEST(RecordLine, ARecordWithoutAnEventShowsAllThatItHas) {
    Record record;
    record.key = "k";
    record.value = "plain \"text\"";
    record.headers = {{"h", "\xFF"}};
    const Json line = parsed(record);
    EXPECT_EQ(line["key"], "k");
    EXPECT_EQ(line["time"], to_rfc3339(record.time));
    EXPECT_EQ(line["headers"]["h"], "\xEF\xBF\xBD");
    EXPECT_EQ(line["value"], "plain \"text\"");
    EXPECT_FALSE(line["problem"].get<std::string>().empty());
    EXPECT_EQ(line["partition"], 2);
    EXPECT_EQ(line["offset"], 7);
}

TEST(RecordLine, BytesAndTombstonesAreShownAsSuch) {
    Record record;
    record.value = std::string{"\xFE\x00", 2};
    const Json bytes = parsed(record);
    EXPECT_EQ(bytes["value_base64"], "/gA=");
    EXPECT_FALSE(bytes.contains("value"));
    EXPECT_FALSE(bytes.contains("key"));
    record.value.reset();
    const Json tombstone = parsed(record);
    EXPECT_TRUE(tombstone.contains("value"));
    EXPECT_TRUE(tombstone["value"].is_null());
}

}  // namespace
}  // namespace sluice::daemon
