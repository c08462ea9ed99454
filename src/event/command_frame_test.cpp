#include "event/command_frame.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::event {
namespace {

constexpr CommandReader kReader{"command of a test"};
constexpr Instant kAt{1'800'000'000'123};

CommandFrame frame() {
    return {"order-17", "c-1", "alice", "the deploy was bad", kAt};
}

Record record_with(std::string_view body) {
    Record record = command_record(frame(), "order-17", "skip");
    record.value->append(body);
    return record;
}

std::string frame_error(const Record& record) {
    const auto opened = kReader.open(record);
    return opened ? std::string{} : opened.error().message;
}

TEST(CommandFrame, ComesBackEqualAndLeavesTheBody) {
    const Record record = record_with("\x07");
    auto opened = kReader.open(record);
    ASSERT_TRUE(opened) << opened.error().message;
    const CommandFrame& read = opened.value().frame;
    EXPECT_EQ(read.subject, "order-17");
    EXPECT_EQ(read.id, "c-1");
    EXPECT_EQ(read.by, "alice");
    EXPECT_EQ(read.why, "the deploy was bad");
    EXPECT_EQ(read.at, kAt);
    ByteReader& body = opened.value().body;
    EXPECT_EQ(body.u8(), 7);
    EXPECT_TRUE(kReader.close(body, true));
}

TEST(CommandFrame, IsACloudEventWithTheVerbAtItsEnd) {
    const Record record = command_record(frame(), "sales", "pause in sales");
    EXPECT_EQ(record.key, "order-17");
    EXPECT_EQ(record.time, kAt);
    EXPECT_EQ(record.header("ce_specversion"), "1.0");
    EXPECT_EQ(record.header("ce_id"), "c-1");
    EXPECT_EQ(record.header("ce_source"), "/sluice");
    EXPECT_EQ(record.header("ce_type"), "sluice.command");
    EXPECT_EQ(record.header("ce_subject"), "sales");
    EXPECT_EQ(record.header("ce_time"), "2027-01-15T08:00:00.123Z");
    EXPECT_EQ(record.headers.back(), (Header{"sluice-command", "pause in sales"}));
    EXPECT_TRUE(is_command(record));
}

TEST(CommandFrame, AnEventOnItsDetourIsNeverTakenForOne) {
    Record event = record_with("");  // a producer copied our headers
    event.headers.push_back({"sluice-origin", "orders 0 17"});
    EXPECT_FALSE(is_command(event));
    EXPECT_FALSE(is_command(Record{}));
    EXPECT_EQ(
        frame_error(event),
        "command of a test: no header `sluice-command` at the end; only Sluice may write this topic"
    );
}

TEST(CommandFrame, DamageIsNamed) {
    const Record whole = record_with("");
    Record damaged = whole;
    for (std::size_t size = 1; size < whole.value->size(); ++size) {
        damaged.value = whole.value->substr(0, size);
        ASSERT_EQ(frame_error(damaged), "command of a test: cut short") << size;
    }
    damaged.value = std::string{"\x02"};
    EXPECT_EQ(frame_error(damaged), "command of a test: version 2, known is 1");
    damaged.value.reset();
    EXPECT_EQ(frame_error(damaged), "command of a test: no value");
    damaged.key.reset();
    EXPECT_EQ(frame_error(damaged), "command of a test: no key, which should be the subject");
}

TEST(CommandFrame, WhatIsOffInTheBodyIsNamedInTheSameWords) {
    const Record record = record_with("\x07\x08");
    const auto opened = kReader.open(record);
    ASSERT_TRUE(opened) << opened.error().message;
    ByteReader one = opened.value().body;
    static_cast<void>(one.u8());
    EXPECT_EQ(kReader.close(one, true).error().message, "command of a test: bytes too many");
    EXPECT_EQ(
        kReader.close(one, false).error().message,
        "command of a test: a verb or a winner that is not known"
    );
    ByteReader three = opened.value().body;
    static_cast<void>(three.u32());
    EXPECT_EQ(kReader.close(three, true).error().message, "command of a test: cut short");
    EXPECT_EQ(kReader.close(three, true).error().code, ErrorCode::kCorrupt);
}

/// Stored in logs that a later version reads.
TEST(CommandFrame, StaysAsItIsStored) {
    const Record record = command_record({"s", "c", "b", "w", Instant{258}}, "s", "skip");
    const std::string time{"\x02\x01\0\0\0\0\0\0", 8};
    EXPECT_EQ(
        record.value,
        "\x01\x01"
        "c"
        "\x01"
        "b"
        "\x01"
        "w" +
            time
    );
}

}  // namespace
}  // namespace sluice::event
