#include "trace/otlp.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <string>
#include <vector>

namespace sluice::trace {
namespace {

using Json = nlohmann::json;

Json encoded(SpanPtr span) {
    std::vector<SpanPtr> spans;
    spans.push_back(std::move(span));
    return Json::parse(to_otlp_json({"shop", "1.2.3"}, spans));
}

Json the_span(const Json& request) {
    return request.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans").at(0);
}

Json value_of(const Json& span, std::string_view key) {
    for (const Json& one : span.at("attributes")) {
        if (one.at("key") == key) return one.at("value");
    }
    return nullptr;
}

TEST(OtlpTest, ASpanIsWrittenAsTheJsonMappingAsks) {
    auto span = std::make_unique<Span>();
    span->context = {
        {0x4bf92f3577b34da6, 0xa3ce929d0e0e4736}, SpanId{0xf067aa0ba902b7}, true, "a=1"};
    span->parent = SpanId{1};
    span->name = "process shop.ordered";
    span->kind = SpanKind::kConsumer;
    span->start = Instant{1'700'000'000'123};
    span->took = std::chrono::nanoseconds{4'567};
    span->set("text", std::string_view{"one"});
    span->set("number", std::numeric_limits<std::int64_t>::max());
    span->set("flag", true);
    span->links.push_back({{1, 2}, SpanId{3}, false, {}});
    span->fail("dead", "it \"broke\"");
    const Json request = encoded(std::move(span));
    EXPECT_EQ(request, Json::parse(R"({"resourceSpans":[{
        "resource":{"attributes":[
            {"key":"service.name","value":{"stringValue":"shop"}},
            {"key":"service.version","value":{"stringValue":"1.2.3"}}]},
        "scopeSpans":[{
            "scope":{"name":"sluice","version":"1.2.3"},
            "spans":[{
                "traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7",
                "traceState":"a=1","flags":1,"parentSpanId":"0000000000000001",
                "name":"process shop.ordered","kind":5,
                "startTimeUnixNano":"1700000000123000000","endTimeUnixNano":"1700000000123004567",
                "attributes":[
                    {"key":"text","value":{"stringValue":"one"}},
                    {"key":"number","value":{"intValue":"9223372036854775807"}},
                    {"key":"flag","value":{"boolValue":true}},
                    {"key":"error.type","value":{"stringValue":"dead"}}],
                "links":[{"traceId":"00000000000000010000000000000002","spanId":"0000000000000003",
                          "flags":0}],
                "status":{"code":2,"message":"it \"broke\""}}],
            "schemaUrl":"https://opentelemetry.io/schemas/1.44.0"}]}]})"));
}

TEST(OtlpTest, TheFirstSpanOfATraceHasNoParentAndOneThatWentWellNoStatus) {
    auto span = std::make_unique<Span>();
    span->start = Instant{-5};  // a clock before 1970
    const Json json = the_span(encoded(std::move(span)));
    EXPECT_FALSE(json.contains("parentSpanId"));
    EXPECT_FALSE(json.contains("status"));
    EXPECT_FALSE(json.contains("links"));
    EXPECT_EQ(json.at("startTimeUnixNano"), "0");
}

TEST(OtlpTest, ATextIsCutBetweenCharactersAndWhatIsNoUtf8DoesNotBreakTheBatch) {
    auto span = std::make_unique<Span>();
    span->set("whole", std::string(Span::kTextBytesMax, 'x'));
    span->set("cut", std::string(Span::kTextBytesMax - 1, 'x') + "é");
    span->set("bytes", std::string_view{"a\xff\xfe"});
    span->set("continued", std::string(300, '\x80'));
    const Json json = the_span(encoded(std::move(span)));
    const auto size_of = [&](std::string_view key) {
        return value_of(json, key).at("stringValue").get<std::string>().size();
    };
    EXPECT_EQ(size_of("whole"), Span::kTextBytesMax);
    EXPECT_EQ(size_of("cut"), Span::kTextBytesMax - 1);
    EXPECT_EQ(value_of(json, "bytes").at("stringValue"), "a\xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(size_of("continued"), 0U);
}

TEST(OtlpTest, ASpanNeverEndsBeforeItBegins) {
    Span span;
    span.start = Instant{2'000};
    span.end_at(Instant{1'000});
    EXPECT_EQ(span.took.count(), 0);
    span.end_at(Instant{2'001});
    EXPECT_EQ(span.took, Milliseconds{1});
}

TEST(OtlpTest, OnlyTheFourStatusesOfTheProtocolAreTriedAgain) {
    for (const int status : {200, 202, 204, 299}) EXPECT_EQ(verdict_of(status), Verdict::kTaken);
    for (const int status : {429, 502, 503, 504}) EXPECT_EQ(verdict_of(status), Verdict::kAgain);
    for (const int status : {100, 199, 301, 400, 401, 404, 413, 415, 500, 501, 505, 599}) {
        EXPECT_EQ(verdict_of(status), Verdict::kNever) << status;
    }
}

TEST(OtlpTest, APartialSuccessTellsHowManyWereRefused) {
    const std::vector<std::pair<const char*, std::uint64_t>> cases{
        {R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}})", 3},
        {R"({"partialSuccess":{"rejectedSpans":4}})", 4},
        {R"({"partialSuccess":{"rejectedSpans":"0"}})", 0},
        {R"({"partialSuccess":{"rejectedSpans":-1}})", 0},
        {R"({"partialSuccess":{"rejectedSpans":"many"}})", 0},
        {R"({"partialSuccess":{}})", 0},
        {R"({"partialSuccess":null})", 0},
        {"{}", 0},
        {"[]", 0},
        {"", 0},
        {"<html>", 0},
    };
    for (const auto& [body, refused] : cases) EXPECT_EQ(refused_spans(body), refused) << body;
}

TEST(OtlpTest, RetryAfterIsReadInSecondsAndNeverForHours) {
    EXPECT_EQ(retry_after("2"), Milliseconds{2'000});
    EXPECT_EQ(retry_after("86400"), Milliseconds{300'000});
    for (const char* other : {"", "-1", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT"}) {
        EXPECT_EQ(retry_after(other), std::nullopt) << other;
    }
}

}  // namespace
}  // namespace sluice::trace
