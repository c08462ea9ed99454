#include "event/kafka.hpp"

#include "base/test_seed.hpp"
#include "event/random_event.hpp"

#include <gtest/gtest.h>

#include <random>

namespace sluice::event {
namespace {

Record record_of(Headers headers) {
    Record record;
    record.value = "{}";
    record.headers = std::move(headers);
    return record;
}

std::string record_error(const Record& record) {
    const auto event = from_record(record, {});
    return event.has_value() ? "fine" : event.error().message;
}

TEST(Kafka, BinaryModeRoundTrips) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 5'000; ++round) {
        const Event event = sluice::test::random_event(random);
        const Record record = to_record(event, "key");
        ASSERT_EQ(mode_of(record), ContentMode::kBinary);
        ASSERT_EQ(record.key, "key");
        ASSERT_EQ(record.value, event.data);
        const auto read = from_record(record, {});
        ASSERT_TRUE(read.has_value()) << read.error().message;
        ASSERT_EQ(*read, event);
    }
}

TEST(Kafka, StructuredModeRoundTripsAndBecomesBinary) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        const Event event = sluice::test::random_event(random);
        Record record = to_structured_record(event, "key");
        record.time = Instant{5};
        record.headers.push_back({"trace", "t"});
        record.headers.push_back({"ce_id", "a stray one, which the value overrules"});
        ASSERT_EQ(mode_of(record), ContentMode::kStructured);
        ASSERT_EQ(from_record(record, {}).value(), event);
        const Record binary = to_binary(record, {}).value();
        ASSERT_EQ(mode_of(binary), ContentMode::kBinary);
        ASSERT_EQ(from_record(binary, {}).value(), event);
        ASSERT_EQ(binary.header("trace"), "t");
        ASSERT_EQ(binary.time, Instant{5});
        ASSERT_EQ(binary.key, "key");
    }
}

TEST(Kafka, TheHeadersAreThoseOfTheBinding) {
    Event event;
    event.id = "8f1c";
    event.source = "/orders";
    event.type = "order.placed";
    event.datacontenttype = "application/json";
    event.extensions["sourcesequence"] = "1";
    event.data = "{}";
    const Headers expected{
        {"ce_specversion", "1.0"},
        {"ce_id", "8f1c"},
        {"ce_source", "/orders"},
        {"ce_type", "order.placed"},
        {"ce_sourcesequence", "1"},
        {"content-type", "application/json"}};
    EXPECT_EQ(to_record(event, std::nullopt).headers, expected);
}

TEST(Kafka, KnowsTheModes) {
    EXPECT_EQ(mode_of(record_of({})), ContentMode::kNone);
    EXPECT_EQ(mode_of(record_of({{"content-type", "application/json"}})), ContentMode::kNone);
    EXPECT_EQ(mode_of(record_of({{"CE_Type", "t"}})), ContentMode::kBinary);
    EXPECT_EQ(
        mode_of(record_of(
            {{"content-type", "Application/CloudEvents+JSON; charset=UTF-8"}, {"ce_id", "1"}}
        )),
        ContentMode::kStructured
    );
    EXPECT_TRUE(is_tombstone(Record{}));
    EXPECT_FALSE(is_tombstone(record_of({})));
    EXPECT_FALSE(is_tombstone(to_record(Event{}, "key")));
    EXPECT_FALSE(to_record(Event{}, "key").value.has_value());
}

TEST(Kafka, RefusesWithHeaderAndReason) {
    const Headers good{
        {"ce_specversion", "1.0"}, {"ce_id", "1"}, {"ce_source", "/s"}, {"ce_type", "t"}};
    EXPECT_EQ(record_error(record_of(good)), "fine");
    const auto with = [&](Header more) {
        Headers headers = good;
        headers.push_back(more);
        return record_error(record_of(std::move(headers)));
    };
    EXPECT_EQ(
        record_error(record_of({})),
        "not a CloudEvents event: it has neither a header 'ce_id' nor the content-type "
        "application/cloudevents+json"
    );
    EXPECT_EQ(
        record_error(record_of({{"ce_id", "1"}})),
        "header 'ce_specversion' is missing: it must be '1.0'"
    );
    EXPECT_EQ(
        record_error(record_of({good[0], good[2], good[3]})),
        "attribute 'id' is missing or empty: every event has id, source and type, each of at least "
        "one "
        "character"
    );
    EXPECT_EQ(
        with({"ce_source", ""}), "header 'ce_source': is empty: leave it out, or give it a value"
    );
    EXPECT_EQ(
        with({"CE_Type", "t"}),
        "header 'CE_Type': names of attributes are written in small letters: 'ce_id'"
    );
    EXPECT_EQ(
        with({"ce_specversion", "0.3"}), "header 'ce_specversion': '0.3' is not read, only '1.0'"
    );
    EXPECT_EQ(
        with({"ce_datacontenttype", "a/b"}),
        "header 'ce_datacontenttype': is no header; 'content-type' and the value say it"
    );
    EXPECT_EQ(
        with({"ce_my_ext", "1"}),
        "header 'ce_my_ext': extension 'my_ext': a name is 1 to 20 of a-z and 0-9, a letter first"
    );
    EXPECT_EQ(
        with({"content-type", "application/cloudevents+avro"}),
        "header 'content-type': of structured events only application/cloudevents+json is read, "
        "not "
        "'application/cloudevents+avro'"
    );
    EXPECT_EQ(
        from_record(record_of({{"content-type", "application/cloudevents-batch+json"}}), {})
            .error()
            .code,
        ErrorCode::kUnsupported
    );
    Record empty = record_of({{"content-type", "application/cloudevents+json"}});
    empty.value.reset();
    EXPECT_EQ(record_error(empty), "a structured event without a value");
}

TEST(Kafka, TheLastOfTwoHeadersCounts) {
    const Record record = record_of(
        {{"ce_specversion", "1.0"},
         {"ce_id", "1"},
         {"ce_source", "/s"},
         {"ce_type", "t"},
         {"ce_id", "2"}}
    );
    EXPECT_EQ(from_record(record, {})->id, "2");
}

TEST(Kafka, AddingAHeaderKeepsTheRest) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 1'000; ++round) {
        Record record;
        record.key = sluice::test::random_bytes(random);
        record.value = sluice::test::random_bytes(random);
        record.time = Instant{7};
        for (std::uint64_t left = random() % 5; left > 0; --left) {
            record.headers.push_back(
                {sluice::test::random_word(random), sluice::test::random_bytes(random)}
            );
        }
        Record forged = record;
        forged.headers.clear();
        std::size_t before = random() % (record.headers.size() + 1);
        for (const Header& header : record.headers) {
            if (before-- == 0) forged.headers.push_back({"ce_subjectposition", "99"});
            forged.headers.push_back(header);
        }
        if (before == 0) forged.headers.push_back({"ce_subjectposition", "99"});
        Record expected = record;
        expected.headers.push_back({"ce_subjectposition", "3"});
        ASSERT_EQ(with_header(record, header_name("subjectposition"), "3"), expected);
        ASSERT_EQ(with_header(forged, header_name("subjectposition"), "3"), expected);
    }
}

TEST(Kafka, ABinaryRecordBecomesItself) {
    const Record record = record_of({{"ce_id", "1"}, {"x", "y"}});
    EXPECT_EQ(to_binary(record, {}).value(), record);
    const Record plain = record_of({{"x", "y"}});
    EXPECT_EQ(to_binary(plain, {}).value(), plain);
    Record broken = record_of({{"content-type", "application/cloudevents+json"}});
    broken.value = "{";
    EXPECT_EQ(to_binary(broken, {}).error().message, "byte 1: expected a string, found the end");
}

}  // namespace
}  // namespace sluice::event
