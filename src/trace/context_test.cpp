#include "trace/context.hpp"

#include "base/test_seed.hpp"
#include "trace/carrier.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace sluice::trace {
namespace {

constexpr std::string_view kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr std::string_view kSpan = "00f067aa0ba902b7";

std::string joined(
    std::string_view version, std::string_view trace, std::string_view span, std::string_view rest
) {
    return fmt::format("{}-{}-{}-{}", version, trace, span, rest);
}

TEST(TraceparentTest, TheExampleOfTheRecommendationIsRead) {
    const auto context = parse_traceparent(joined("00", kTrace, kSpan, "01"));
    ASSERT_TRUE(context);
    EXPECT_EQ(to_hex(context->trace), kTrace);
    EXPECT_EQ(to_hex(context->span), kSpan);
    EXPECT_TRUE(context->sampled);
}

TEST(TraceparentTest, OfTheFlagsOnlyTheLastBitCounts) {
    for (const auto& [flags, sampled] :
         {std::pair{"00", false}, {"01", true}, {"02", false}, {"03", true}, {"ff", true}}) {
        const auto context = parse_traceparent(joined("00", kTrace, kSpan, flags));
        ASSERT_TRUE(context) << flags;
        EXPECT_EQ(context->sampled, sampled) << flags;
        EXPECT_EQ(to_traceparent(*context), joined("00", kTrace, kSpan, sampled ? "01" : "00"));
    }
}

TEST(TraceparentTest, OfALaterVersionWhatIsKnownIsRead) {
    for (const char* rest : {"01", "01-", "01-what-the-future-will-be-like"}) {
        for (const char* version : {"01", "cc", "fe"}) {
            const auto context = parse_traceparent(joined(version, kTrace, kSpan, rest));
            ASSERT_TRUE(context) << version << rest;
            EXPECT_EQ(to_traceparent(*context), joined("00", kTrace, kSpan, "01"));
        }
    }
}

TEST(TraceparentTest, WhatIsMalformedIsIgnored) {
    const std::string good = joined("00", kTrace, kSpan, "01");
    const std::vector<std::string> malformed{
        "",
        "00",
        good.substr(0, 54),
        good + " ",
        " " + good,
        good + "-more",                            // version 00 has no more
        joined("01", kTrace, kSpan, "01.future"),  // a later one goes on with '-'
        joined("ff", kTrace, kSpan, "01"),
        joined("0g", kTrace, kSpan, "01"),
        joined("-0", kTrace, kSpan, "01"),
        joined("00", "00000000000000000000000000000000", kSpan, "01"),
        joined("00", kTrace, "0000000000000000", "01"),
        joined("00", "4BF92F3577B34DA6A3CE929D0E0E4736", kSpan, "01"),
        joined("00", kTrace, "00F067AA0BA902B7", "01"),
        joined("00", kTrace, kSpan, "0A"),
        joined("00", "4bf92f3577b34da6a3ce929d0e0e473x", kSpan, "01"),
        joined("00", "4bf92f3577b34da6a3ce929d0e0e473", kSpan, "011"),
        joined("00", kTrace, "+0f067aa0ba902b7", "01"),
        joined("00", kTrace, "0x0067aa0ba902b7", "01"),
        fmt::format("00_{}_{}_01", kTrace, kSpan),
        std::string(55, '-'),
        std::string(55, '\0'),
    };
    for (const std::string& text : malformed) EXPECT_FALSE(parse_traceparent(text)) << text;
}

TEST(TraceparentTest, WhateverIsWrittenIsReadBackAndNoChangedByteIsTakenForAnother) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int i = 0; i < 2'000; ++i) {
        const SpanContext context{
            {random() >> (random() % 64), random() | 1U},
            SpanId{(random() >> (random() % 63)) | 1U},
            random() % 2 == 0,
            {}};
        std::string text = to_traceparent(context);
        ASSERT_EQ(parse_traceparent(text), context) << text;
        text[random() % text.size()] = static_cast<char>(random() % 256);
        const auto changed = parse_traceparent(text);  // whatever it is, it is canonical
        if (changed && text.starts_with("00")) {
            EXPECT_EQ(to_traceparent(*changed).substr(0, 53), text.substr(0, 53));
        }
    }
}

TEST(TracestateTest, ListsOfTheRecommendationAreGoodAndOthersAreDropped) {
    const auto members = [](int count) {
        std::string list;
        for (int i = 0; i < count; ++i) list += fmt::format("{}k{}=v", i == 0 ? "" : ",", i);
        return list;
    };

    struct Case {
        std::string text;
        bool good;
    };

    const std::vector<Case> cases{
        {"rojo=00f067aa0ba902b7", true},
        {"rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", true},
        {"fw529a3039@dt=FfAAAAA , \tcongo= x y ,", true},
        {"0a_-*/=!", true},
        {std::string(256, 'k') + "=v", true},
        {"k=" + std::string(256, 'v'), true},
        {members(32), true},
        {"", false},
        {" , ", false},
        {"rojo", false},
        {"=1", false},
        {"rojo=", false},
        {"Rojo=1", false},
        {"rojo=1,rojo=2", false},
        {"rojo=1=2", false},
        {"rojo=\x01", false},
        {"rojo=\xc3\xa9", false},
        {"ro jo=1", false},
        {std::string(257, 'k') + "=v", false},
        {"k=" + std::string(257, 'v'), false},
        {members(33), false},
        {"a=" + std::string(250, 'v') + ",b=" + std::string(250, 'v') + ",c=123456789", false},
    };
    for (const Case& one : cases) EXPECT_EQ(is_tracestate(one.text), one.good) << one.text;
}

TEST(CarrierTest, AHopReplacesTheOneBeforeAndNothingElse) {
    Record record;
    record.headers = {
        {"ce_traceparent", joined("00", kTrace, kSpan, "01")},
        {"tracestate", "old=1"},
        {"traceparent", joined("00", kTrace, "0000000000000001", "00")},
        {"other", "stays"},
        {"traceparent", joined("00", kTrace, "0000000000000002", "01")}};
    EXPECT_EQ(hop_of(record)->span, SpanId{2}) << "the last header counts, as in Kafka's clients";
    EXPECT_EQ(hop_of(record)->state, "old=1");
    SpanContext next = *hop_of(record);
    next.span = SpanId{3};
    next.state = "new=2";
    put_hop(record, next);
    EXPECT_EQ(
        record.headers,
        (Headers{
            {"ce_traceparent", joined("00", kTrace, kSpan, "01")},
            {"other", "stays"},
            {"traceparent", joined("00", kTrace, "0000000000000003", "01")},
            {"tracestate", "new=2"}})
    );
    EXPECT_EQ(to_hex(start_of(record)->span), kSpan);
    EXPECT_EQ(hop_of(record), next);
}

TEST(CarrierTest, ABadTracestateIsDroppedAndItsTraceparentStaysGood) {
    const auto context = context_of(joined("00", kTrace, kSpan, "01"), "Not=good");
    ASSERT_TRUE(context);
    EXPECT_EQ(context->state, "");
    EXPECT_FALSE(context_of("malformed", "rojo=1"));
}

}  // namespace
}  // namespace sluice::trace
