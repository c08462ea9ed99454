#include "infer/sample_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::infer {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

TEST(TopicSample, OfEventsKeepsTheirTypesApart) {
    TopicSample sample{"shop", kPartitions};
    for (int i = 0; i < 6; ++i) {
        Event event =
            event_of(i % 3 == 0 ? "order.cancelled" : "order.placed", i, R"({"total": 1})");
        if (i % 2 == 0) event.extensions["sourcesequence"] = "1";
        if (i == 5) event.extensions["dependson"] = "/orders 1";
        add_event(sample, event);
    }
    EXPECT_EQ(sample.records(), 6U);
    EXPECT_EQ(sample.plain_records(), 0U);
    const auto& placed = sample.types().at("order.placed");
    EXPECT_EQ(placed.events, 4U);
    EXPECT_EQ(placed.numbered, 2U);
    EXPECT_EQ(placed.depending, 1U);
    EXPECT_EQ(placed.data.count(), 4U);
    EXPECT_EQ(sample.keys().subject_keyed, 6U);
    EXPECT_FALSE(sample.by_crc32());
}

TEST(TopicSample, ReadsStructuredEventsToo) {
    TopicSample sample{"shop", kPartitions};
    add(sample,
        event::to_structured_record(event_of("order.placed", 1, R"({"total": 1})"), "order-1"));
    EXPECT_EQ(
        sample.types().at("order.placed").data.schema()["required"],
        nlohmann::json::array({"total"})
    );
}

TEST(TopicSample, CountsDataThatIsNoJsonAndTombstonesNot) {
    TopicSample sample{"shop", kPartitions};
    Event event = event_of("order.placed", 1, "<xml/>");
    event.datacontenttype = "application/xml";
    add_event(sample, event);
    event.data.reset();
    add_event(sample, event);
    Record tombstone;
    tombstone.key = "order-1";
    add(sample, tombstone);
    EXPECT_EQ(sample.records(), 2U);
    EXPECT_EQ(sample.types().at("order.placed").not_json, 1U);
}

TEST(TopicSample, SeesHowPartitionsAreChosen) {
    TopicSample sample{"shop", kPartitions};
    for (int i = 0; i < 50; ++i) {
        const Record record =
            event::to_record(event_of("order.placed", i, "{}"), fmt::format("order-{}", i));
        sample.add(partition_by_crc32(*record.key, kPartitions), record);
    }
    EXPECT_TRUE(sample.by_crc32());
    EXPECT_FALSE((TopicSample{"empty", kPartitions}.by_crc32()));
}

TEST(TopicSample, OfPlainRecordsFindsSubjectAndId) {
    TopicSample sample{"legacy", kPartitions};
    for (int i = 0; i < 20; ++i) add(sample, plain_record(i));
    EXPECT_EQ(sample.plain_records(), 20U);
    EXPECT_EQ(sample.types().at("legacy").events, 20U);
    EXPECT_EQ(sample.key_kind(), TopicSample::Keys::kString);
    EXPECT_EQ(sample.subject_place(), "pointer: /order/no");
    EXPECT_EQ(sample.id_place(), "header: message-id")
        << "customerId comes again, the order's number has no such name";
}

TEST(TopicSample, OfFewPlainRecordsClaimsNothing) {
    TopicSample sample{"legacy", kPartitions};
    for (int i = 0; i < 3; ++i) add(sample, plain_record(i));
    EXPECT_EQ(sample.subject_place(), "key: string");
    EXPECT_EQ(sample.id_place(), "");
}

TEST(TopicSample, OneRecordThatDiffersIsEnough) {
    TopicSample sample{"legacy", kPartitions};
    for (int i = 0; i < 20; ++i) add(sample, plain_record(i));
    Record other = plain_record(20);
    other.key = "7";
    other.headers = {{"message-id", "m-3"}};
    add(sample, other);
    EXPECT_EQ(sample.subject_place(), "key: string");
    EXPECT_EQ(sample.id_place(), "");
}

TEST(TopicSample, KnowsKeysOfOtherKinds) {
    const auto kind_of = [](const std::string& key) {
        TopicSample sample{"legacy", kPartitions};
        Record record = plain_record(1);
        record.key = key;
        add(sample, record);
        return sample.subject_place();
    };
    EXPECT_EQ(kind_of(std::string("\0\0\0\0\0\0\x03\xe9", 8)), "key: int64");
    EXPECT_EQ(kind_of(std::string("\xff\x01\x02", 3)), "key: bytes");
    TopicSample keyless{"legacy", kPartitions};
    Record record = plain_record(1);
    record.key.reset();
    keyless.add(PartitionId{0}, record);
    EXPECT_EQ(keyless.key_kind(), TopicSample::Keys::kNone);
    EXPECT_EQ(keyless.subject_place(), "");
}

}  // namespace
}  // namespace sluice::infer
