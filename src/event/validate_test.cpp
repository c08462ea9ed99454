#include "event/validate.hpp"

#include "base/test_seed.hpp"
#include "event/random_event.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace sluice::event {
namespace {

Event good() {
    Event event;
    event.id = "8f1c";
    event.source = "/orders";
    event.type = "order.placed";
    event.subject = "order-17";
    return event;
}

struct BadEvent {
    std::function<void(Event&)> spoil;
    const char* message;
};

class BadEvents : public testing::TestWithParam<BadEvent> {};

TEST_P(BadEvents, AreRefusedWithAttributeValueAndWhatIsAllowed) {
    Event event = good();
    ASSERT_TRUE(validate(event, {}).has_value());
    GetParam().spoil(event);
    const Status status = validate(event, {});
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidEvent);
    EXPECT_EQ(status.error().message, GetParam().message);
}

constexpr const char* kMissingId =
    "attribute 'id' is missing or empty: every event has id, source and type, each of at least one "
    "character";

INSTANTIATE_TEST_SUITE_P(
    Table,
    BadEvents,
    testing::Values(
        BadEvent{[](Event& e) { e.id.clear(); }, kMissingId},
        BadEvent{
            [](Event& e) { e.source.clear(); },
            "attribute 'source' is missing or empty: every event has id, source and type, each of "
            "at "
            "least one character"},
        BadEvent{
            [](Event& e) { e.type.clear(); },
            "attribute 'type' is missing or empty: every event has id, source and type, each of at "
            "least one character"},
        BadEvent{
            [](Event& e) { e.source = "/my orders"; },
            "attribute 'source': '/my orders' holds a blank; a URI reference such as '/orders' has "
            "none"},
        BadEvent{
            [](Event& e) { e.subject = "a\tb"; },
            "attribute 'subject': 'a\\x09b' holds U+0009 at byte 1; control characters and "
            "noncharacters "
            "are not allowed"},
        BadEvent{
            [](Event& e) { e.id = "a\xFFz"; }, "attribute 'id': 'a\\xffz' is not UTF-8 at byte 1"},
        BadEvent{
            [](Event& e) { e.time = "yesterday"; },
            "attribute 'time': 'yesterday' is not an RFC 3339 time such as 2026-11-22T21:01:14Z"},
        BadEvent{
            [](Event& e) { e.time = ""; },
            "attribute 'time' is empty: leave it out, or give it a value"},
        BadEvent{
            [](Event& e) { e.datacontenttype = "json"; },
            "attribute 'datacontenttype': 'json' is not a media type such as application/json"},
        BadEvent{
            [](Event& e) { e.dataschema = ""; },
            "attribute 'dataschema' is empty: leave it out, or give it a value"},
        BadEvent{
            [](Event& e) { e.extensions["myExt"] = "1"; },
            "extension 'myExt': a name is 1 to 20 of a-z and 0-9, a letter first"},
        BadEvent{
            [](Event& e) { e.extensions["1st"] = "1"; },
            "extension '1st': a name is 1 to 20 of a-z and 0-9, a letter first"},
        BadEvent{
            [](Event& e) { e.extensions[std::string(21, 'a')] = "1"; },
            "extension 'aaaaaaaaaaaaaaaaaaaaa': a name is 1 to 20 of a-z and 0-9, a letter first"},
        BadEvent{
            [](Event& e) { e.extensions["data"] = "1"; },
            "extension 'data': this is the name of an attribute of CloudEvents itself"},
        BadEvent{
            [](Event& e) { e.extensions["sourcesequence"] = "0"; },
            "extension 'sourcesequence': '0' is not a decimal number from 1 to "
            "18446744073709551615"},
        BadEvent{
            [](Event& e) { e.extensions["dependson"] = "/orders"; },
            "extension 'dependson': '/orders' has no number after '/orders'; allowed are pairs of "
            "source "
            "and number, such as '/orders 3 /payments 1'"}
    )
);

TEST(Validate, TakesWhatTheGeneratorMakes) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 2'000; ++round) {
        const Status status = validate(sluice::test::random_event(random), {});
        ASSERT_TRUE(status.has_value()) << status.error().message;
    }
}

TEST(Validate, SixtyFourKibibytesAlwaysPass) {
    Event event = good();
    event.data = std::string(kAlwaysTakenBytes - size_bytes(event), 'x');
    ASSERT_EQ(size_bytes(event), kAlwaysTakenBytes);
    EventLimits least;
    least.event_bytes_max = kAlwaysTakenBytes;
    EXPECT_TRUE(validate(event, least).has_value());
    event.data->push_back('x');  // the 65 KiB event
    const Status status = validate(event, least);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kTooLarge);
    EXPECT_EQ(
        status.error().message,
        "the event has 65537 bytes, and at most 65536 are taken (event_bytes_max)"
    );
    EXPECT_TRUE(validate(event, {}).has_value());
}

TEST(Validate, BoundsOneAttribute) {
    Event event = good();
    event.extensions["note"] = std::string(kAlwaysTakenBytes + 1, 'n');
    const Status status = validate(event, {});
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kTooLarge);
    EXPECT_EQ(
        status.error().message,
        "extension 'note': 65537 bytes, and at most 65536 are taken (attribute_bytes_max)"
    );
}

TEST(Limits, AreRefusedBelowWhatCloudEventsDemands) {
    EXPECT_TRUE(EventLimits{}.validate().has_value());
    EventLimits limits;
    limits.event_bytes_max = 1'000;
    const Status status = limits.validate();
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kBadConfig);
    EXPECT_EQ(status.error().message, "event_bytes_max: 1000 is below 65536");
    limits = {};
    limits.batch_events_max = 0;
    EXPECT_EQ(limits.validate().error().message, "batch_events_max: 0 is below 1");
}

TEST(SizeBytes, CountsNamesAndValues) {
    Event event;
    const std::size_t bare = size_bytes(event);
    EXPECT_EQ(bare, std::string{"specversion1.0idsourcetype"}.size());
    event.subject = "s";
    event.time = "t";
    event.extensions["ext"] = "value";
    event.data = "12345";
    EXPECT_EQ(size_bytes(event), bare + 8 + 5 + 8 + 5);
}

}  // namespace
}  // namespace sluice::event
