#include "event/codec_fixture.hpp"
#include "event/validate.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace sluice::event {
namespace {

const std::string kRequired = R"({"specversion":"1.0","id":"1","source":"/s","type":"t")";

std::string with(std::string_view members) {
    return fmt::format("{},{}}}", kRequired, members);
}

std::string told(std::string_view text, const EventLimits& limits = {}) {
    const auto event = parse_json(text, limits);
    return event.has_value() ? "fine" : event.error().message;
}

struct Twice {
    const char* members;
    const char* name;
};

class TwiceTest : public testing::TestWithParam<Twice> {};

// RFC 8259 leaves open which one counts: two readers would see two events.
TEST_P(TwiceTest, ANameGivenTwiceIsRefused) {
    const std::string message = told(with(GetParam().members));
    EXPECT_NE(message.find(fmt::format("'{}' is there twice", GetParam().name)), std::string::npos)
        << message;
    EXPECT_TRUE(message.starts_with("byte ")) << message;
}

INSTANTIATE_TEST_SUITE_P(
    Names,
    TwiceTest,
    testing::Values(
        Twice{R"("id":"2")", "id"},
        Twice{R"("id":"1")", "id"},
        Twice{R"("\u0069\u0064":"2")", "id"},
        Twice{R"("specversion":"1.0")", "specversion"},
        Twice{R"("data":1,"data":1)", "data"},
        Twice{R"("data_base64":"","data_base64":"")", "data_base64"},
        Twice{R"("ext":"a","ext":"a")", "ext"},
        Twice{R"("ext":null,"ext":"a")", "ext"},
        Twice{R"("subject":null,"subject":null)", "subject"}
    )
);

TEST(HostileJson, WithinTheDataNamesAreTheProducersBusiness) {
    const auto event = parse_json(with(R"("data":{"id":1,"id":2})"), {});
    ASSERT_TRUE(event.has_value()) << event.error().message;
    EXPECT_EQ(event->data, R"({"id":1,"id":2})");
}

struct Member {
    const char* written;
    const char* read;  ///< empty: refused
};

class ExtensionNumbers : public testing::TestWithParam<Member> {};

TEST_P(ExtensionNumbers, AreIntegersOfSixtyFourBits) {
    const auto event = parse_json(with(fmt::format(R"("n":{})", GetParam().written)), {});
    if (GetParam().read[0] != '\0') {
        ASSERT_TRUE(event.has_value()) << event.error().message;
        EXPECT_EQ(event->extension("n"), GetParam().read);
    } else {
        ASSERT_FALSE(event.has_value());
        EXPECT_TRUE(event.error().message.starts_with("byte ")) << event.error().message;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Values,
    ExtensionNumbers,
    testing::Values(
        Member{"0", "0"},
        Member{"-0", "0"},
        Member{"2147483648", "2147483648"},
        Member{"9223372036854775807", "9223372036854775807"},
        Member{"-9223372036854775808", "-9223372036854775808"},
        Member{"true", "true"},
        Member{"false", "false"},
        Member{"9223372036854775808", ""},
        Member{"-9223372036854775809", ""},
        Member{"1e400", ""},
        Member{"1e2", ""},
        Member{"1.0", ""},
        Member{"007", ""},
        Member{"+1", ""},
        Member{"0x1F", ""},
        Member{"NaN", ""},
        Member{"Infinity", ""},
        Member{"[1]", ""},
        Member{"{\"a\":1}", ""}
    )
);

TEST(HostileJson, ANumberOfAMillionDigitsIsCutInTheMessage) {
    EXPECT_EQ(
        told(with("\"n\":" + std::string(1'000'000, '9'))),
        "byte 1000059: extension 'n': '" + std::string(40, '9') +
            "…' (1000000 bytes) is neither a string, an integer nor a boolean"
    );
}

struct Escape {
    const char* escape;
    const char* problem;
};

class Escapes : public testing::TestWithParam<Escape> {};

TEST_P(Escapes, OfAnAttributeAreDecodedAndThenChecked) {
    EXPECT_EQ(told(with(fmt::format(R"("note":"a{}")", GetParam().escape))), GetParam().problem);
}

INSTANTIATE_TEST_SUITE_P(
    Characters,
    Escapes,
    testing::Values(
        Escape{R"(\ud83d\uded2)", "fine"},
        Escape{R"(\u00e9\/\\\")", "fine"},
        Escape{R"(\ufffd)", "fine"},
        Escape{
            R"(\u0000)",
            "extension 'note': 'a\\x00' holds U+0000 at byte 1; control characters and "
            "noncharacters are not allowed"},
        Escape{
            R"(\n)",
            "extension 'note': 'a\\x0a' holds U+000A at byte 1; control characters and "
            "noncharacters are not allowed"},
        Escape{
            R"(\ufffe)",
            "extension 'note': 'a\\xef\\xbf\\xbe' holds U+FFFE at byte 1; control characters and "
            "noncharacters are not allowed"},
        Escape{R"(\ud800)", "byte 64: half of a surrogate pair"},
        Escape{R"(\udc00)", "byte 64: half of a surrogate pair"},
        Escape{R"(\ud83d\ud83d)", "byte 64: half of a surrogate pair"},
        Escape{R"(\uD83D)", "byte 64: half of a surrogate pair"},
        Escape{R"(\u12)", "byte 68: \\u takes four hexadecimal digits"},
        Escape{R"(\U0041)", "byte 65: no such escape"},
        Escape{R"(\')", "byte 65: no such escape"}
    )
);

TEST(HostileJson, RawBytesOfAStringAreCheckedWhereTheyStand) {
    for (const std::string_view bytes : {
             std::string_view{"\xFF"},
             std::string_view{"\xC0\xAF"},
             std::string_view{"\xED\xA0\x80"},
             std::string_view{"\xF4\x90\x80\x80"},
             std::string_view{"\x80"},
         }) {
        EXPECT_EQ(told(with(fmt::format("\"note\":\"a{}\"", bytes))), "byte 64: not UTF-8");
        EXPECT_EQ(
            told(with(fmt::format("\"data\":{{\"a\":\"{}\"}}", bytes))), "byte 68: not UTF-8"
        );
    }
    const std::string nul = with(std::string{"\"note\":\"a\0b\"", 12});
    EXPECT_EQ(told(nul), "byte 64: a control character in a string must be escaped");
    EXPECT_EQ(told(std::string(1, '\0')), "byte 0: expected '{', found '\\x00'");
    EXPECT_EQ(
        told("\xEF\xBB\xBF" + with(R"("a":"b")")).substr(0, 28), "byte 0: expected '{', found "
    );
}

TEST(HostileJson, WhatTheDataHoldsIsNotChecked) {
    const std::string data = R"({"a":"\u0000","b":[1e400,-0],"c":"\ufffe"})";
    const auto event = parse_json(with("\"data\":" + data), {});
    ASSERT_TRUE(event.has_value()) << event.error().message;
    EXPECT_EQ(event->data, data);
    const auto text =
        parse_json(with(R"("datacontenttype":"text/plain","data":"a\u0000b")"), {}).value();
    EXPECT_EQ(text.data, (std::string{"a\0b", 3}));
    EXPECT_EQ(parse_json(write_json(text), {}).value(), text);
}

std::string nested(std::size_t levels) {
    return std::string(levels, '[') + std::string(levels, ']');
}

TEST(HostileJson, DepthIsBoundedTheEventIncluded) {
    EXPECT_EQ(told(with("\"data\":" + nested(511))), "fine");
    EXPECT_EQ(
        told(with("\"data\":" + nested(512))),
        "byte 573: more than 512 arrays and objects within each other"
    );
    EXPECT_EQ(
        told(with("\"data\":" + std::string(1'000'000, '['))),
        "byte 573: more than 512 arrays and objects within each other"
    );
    std::string objects;
    for (int level = 0; level < 100'000; ++level) objects += "{\"a\":";
    EXPECT_NE(told(with("\"data\":" + objects)).find("more than 512"), std::string::npos);
    EventLimits shallow;
    shallow.json_depth_max = 16;
    EXPECT_EQ(told(with("\"data\":" + nested(15)), shallow), "fine");
    EXPECT_NE(told(with("\"data\":" + nested(16)), shallow), "fine");
}

TEST(HostileJson, OfABatchTheDepthIsOneLess) {
    const auto batch = [](std::size_t levels) {
        const auto read = parse_json_batch("[" + with("\"data\":" + nested(levels)) + "]", {});
        return read.has_value() ? "fine" : read.error().message;
    };
    EXPECT_EQ(batch(510), "fine");
    EXPECT_EQ(batch(511), "event 1: byte 573: more than 512 arrays and objects within each other");
}

TEST(HostileJson, TextIsBoundedBlanksIncluded) {
    EventLimits limits;
    limits.event_bytes_max = kAlwaysTakenBytes;
    std::string text = with(R"("a":"b")");
    text.resize(limits.json_bytes_max(), ' ');
    EXPECT_EQ(told(text, limits), "fine");
    text.push_back(' ');
    EXPECT_EQ(
        told(text, limits),
        "458753 bytes of JSON, and at most 458752 are taken (six times event_bytes_max)"
    );
}

TEST(HostileJson, AnEventIsBoundedAsItIsNotAsItIsWritten) {
    EventLimits limits;
    limits.event_bytes_max = kAlwaysTakenBytes;
    Event event = test::good_event();
    event.datacontenttype = "text/plain";
    event.data = "";
    event.data = std::string(kAlwaysTakenBytes - size_bytes(event), '\n');
    ASSERT_EQ(size_bytes(event), kAlwaysTakenBytes);
    EXPECT_EQ(told(write_json(event), limits), "fine") << "each byte is two on the wire";
    event.data->push_back('\n');
    EXPECT_EQ(
        told(write_json(event), limits),
        "the event has 65537 bytes, and at most 65536 are taken (event_bytes_max)"
    );
}

TEST(HostileJson, ABatchIsBoundedByEventsAndBytes) {
    const std::string one = kRequired + "}";
    std::string many = "[" + one;
    EventLimits limits;
    for (std::size_t count = 1; count < limits.batch_events_max; ++count) many += "," + one;
    EXPECT_EQ(parse_json_batch(many + "]", limits)->size(), 10'000U);
    EXPECT_EQ(
        parse_json_batch(many + "," + one + "]", limits).error().message,
        "more than 10000 events in one batch (batch_events_max)"
    );
    limits.batch_bytes_max = kAlwaysTakenBytes;
    std::string text = "[" + one;
    text.resize(kAlwaysTakenBytes - 1, ' ');
    EXPECT_EQ(parse_json_batch(text + "]", limits)->size(), 1U);
    const auto large = parse_json_batch(text + " ]", limits);
    EXPECT_EQ(large.error().code, ErrorCode::kTooLarge);
    EXPECT_EQ(
        large.error().message, "65537 bytes of JSON, and at most 65536 are taken (batch_bytes_max)"
    );
}

TEST(HostileJson, OfTenThousandExtensionsNoneIsLost) {
    Event event = test::good_event();
    for (int at = 0; at < 10'000; ++at) event.extensions[fmt::format("e{}", at)] = "v";
    for (const test::Codec& codec : test::codecs()) {
        EXPECT_EQ(codec.there_and_back(event).value(), event) << codec.name;
    }
}

}  // namespace
}  // namespace sluice::event
