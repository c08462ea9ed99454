// What Sluice puts on records of its own topics and takes off again: origin, aside, backlog copies.

#include "base/test_seed.hpp"
#include "runtime/domain/aside.hpp"
#include "runtime/domain/dispatch_tables.hpp"
#include "runtime/domain/origin.hpp"
#include "runtime/domain/record_codec.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::runtime {
namespace {

std::string random_text(std::mt19937_64& random, std::size_t longest) {
    std::string text(random() % (longest + 1), '\0');
    for (char& byte : text) byte = static_cast<char>(random());
    return text;
}

Record random_record(std::mt19937_64& random) {
    Record record;
    if (random() % 4 != 0) record.key = random_text(random, 20);
    if (random() % 4 != 0) record.value = random_text(random, 300);
    record.time = Instant{static_cast<std::int64_t>(random())};
    for (std::uint64_t headers = random() % 6; headers > 0; --headers) {
        record.headers.push_back({random_text(random, 10), random_text(random, 40)});
    }
    return record;
}

sequence::Origin random_origin(std::mt19937_64& random) {
    return {
        "channel." + std::to_string(random() % 100),
        PartitionId{static_cast<std::uint32_t>(random())},
        Offset{static_cast<std::int64_t>(random() >> 1)}};
}

TEST(OriginModel, OnAndOffLeavesEveryRecordByteForByte) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        const Record record = random_record(random);
        const sequence::Origin origin = random_origin(random);
        Record forwarded = with_origin(record, origin);
        ASSERT_NE(forwarded, record);
        const auto taken = take_origin(forwarded);
        ASSERT_TRUE(taken.has_value());
        ASSERT_EQ(taken.value(), origin);
        ASSERT_EQ(forwarded, record);
    }
}

TEST(Origin, AHeaderOfThatNameFromOutsideStays) {
    Record record;
    record.headers = {{std::string{kOriginHeader}, "mine"}};
    Record forwarded = with_origin(record, {"a", PartitionId{1}, Offset{2}});
    ASSERT_TRUE(take_origin(forwarded).has_value());
    EXPECT_EQ(forwarded, record);
}

TEST(Origin, WhatSluiceDidNotWriteIsRefused) {
    for (const char* text : {"", "a", "a 1", "a 1 2 3", " 1 2", "a x 2", "a 1 ", "a 1 2 "}) {
        Record record;
        record.headers = {{std::string{kOriginHeader}, text}};
        const auto taken = take_origin(record);
        ASSERT_FALSE(taken.has_value()) << text;
        EXPECT_EQ(taken.error().code, ErrorCode::kCorrupt);
    }
    Record none;
    EXPECT_FALSE(take_origin(none).has_value());
    EXPECT_EQ(to_text({"a", PartitionId{1}, Offset{2}}), "a/1 at 2");
}

TEST(Aside, SaysWhyAndWhereAndKeepsTheRecord) {
    Record record;
    record.key = "s1";
    record.value = "body";
    Record aside =
        to_aside(record, {"a", PartitionId{1}, Offset{2}}, AsideCause::kLateNumber, "it");
    EXPECT_EQ(aside.header(kAsideHeader), "late-number: it");
    ASSERT_TRUE(take_origin(aside).has_value());
    aside.headers.pop_back();
    EXPECT_EQ(aside, record);
    EXPECT_EQ(to_string(AsideCause::kUnreadable), "unreadable");
    EXPECT_EQ(to_string(AsideCause::kLateClosed), "late-closed");
    EXPECT_EQ(to_string(AsideCause::kFlooded), "flooded");
}

TEST(RecordCodecModel, ReadsBackWhatItWroteAndNothingElse) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        const Record record = random_record(random);
        const std::string stored = encode_record(record);
        const auto read = decode_record(stored);
        ASSERT_TRUE(read.has_value());
        ASSERT_EQ(read.value(), record);
        const auto cut =
            decode_record(std::string_view{stored}.substr(0, random() % stored.size()));
        ASSERT_FALSE(cut.has_value());
        ASSERT_EQ(cut.error().code, ErrorCode::kCorrupt);
    }
}

TEST(BacklogKeys, NoKeyIsAnotherSubjectsBeginningAndPositionsAscend) {
    EXPECT_NE(line_key("ab", "c"), line_key("a", "bc"));
    EXPECT_FALSE(line_key("a", "bc").starts_with(line_key("a", "b")));
    EXPECT_TRUE(backlog_key("a", "b", Position{1}).starts_with(line_key("a", "b")));
    EXPECT_LT(backlog_key("a", "b", Position{2}), backlog_key("a", "b", Position{256}));
    EXPECT_EQ(subscription_of(backlog_key("a", "b", Position{1})), "a");
    EXPECT_EQ(subject_of_line(line_key("a", "b")).value(), "b");
    EXPECT_FALSE(subject_of_line(backlog_key("a", "b", Position{1})).has_value());
}

TEST(BacklogKeys, AnEntryOfTheIndexIsReadBack) {
    const dispatch::RunEvent event{Position{300}, Offset{70'000}, 1'234, "broken"};
    const std::string key = backlog_key("model", "s1", event.position);
    const auto entry = decode_entry(key, encode_entry(event));
    ASSERT_TRUE(entry.has_value());
    EXPECT_EQ(entry.value().subject, "s1");
    EXPECT_EQ(entry.value().event, event);
    EXPECT_FALSE(decode_entry(key.substr(1), encode_entry(event)).has_value());
    EXPECT_FALSE(decode_entry(key, encode_entry(event).substr(1)).has_value());
}

}  // namespace
}  // namespace sluice::runtime
