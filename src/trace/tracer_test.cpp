#include "trace/tracer.hpp"

#include <sluice/event.hpp>

#include "base/test_seed.hpp"
#include "event/kafka.hpp"
#include "trace/carrier.hpp"
#include "trace/trace_fixture.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::trace {
namespace {

using test::attribute;
using test::kNotSampled;
using test::kOtherStart;
using test::kStart;
using test::SpanList;

constexpr Place kPlace{"order.placed", PartitionId{2}};

Record placed(std::string id = "a-1", std::string_view traceparent = "") {
    Event event;
    event.id = std::move(id);
    event.source = "/orders";
    event.type = "order.placed";
    event.subject = "a";
    event.data = "{}";
    if (!traceparent.empty()) event.extensions["traceparent"] = traceparent;
    return event::to_record(event, "a");
}

class TracerTest : public testing::Test {
protected:
    [[nodiscard]] Tracer tracer(double ratio) { return Tracer{spans_, {ratio, seed_}}; }

    std::uint64_t seed_{sluice::test::seed()};
    testing::ScopedTrace rerun_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
    SpanList spans_;
};

TEST_F(TracerTest, SendingIsNamedAndDescribedAsTheConventionsSay) {
    Record record = placed();
    const SpanPtr span = tracer(1.0).send(record, kPlace, Instant{5});
    ASSERT_NE(span, nullptr);
    EXPECT_EQ(span->name, "send order.placed");
    EXPECT_EQ(span->kind, SpanKind::kProducer);
    EXPECT_EQ(span->start, Instant{5});
    const std::vector<std::pair<std::string_view, std::string_view>> expected{
        {"messaging.system", "kafka"},
        {"messaging.operation.name", "send"},
        {"messaging.operation.type", "send"},
        {"messaging.destination.name", "order.placed"},
        {"messaging.destination.partition.id", "2"},
        {"messaging.kafka.message.key", "a"},
        {"messaging.kafka.offset", ""},  // not yet known
        {"messaging.kafka.message.tombstone", ""},
        {"messaging.message.id", "a-1"},
        {"cloudevents.event_id", "a-1"},
        {"cloudevents.event_source", "/orders"},
        {"cloudevents.event_type", "order.placed"},
        {"cloudevents.event_subject", "a"},
        {"cloudevents.event_spec_version", "1.0"}};
    for (const auto& [name, value] : expected) EXPECT_EQ(attribute(*span, name), value) << name;
}

TEST_F(TracerTest, AnEventWithoutATraceBeginsItsOwnAndItsWayStaysInIt) {
    Record record = placed();
    const Tracer tracer = this->tracer(1.0);
    const SpanPtr sent = tracer.send(record, kPlace, Instant{});
    EXPECT_EQ(sent->parent, SpanId{});
    EXPECT_EQ(sent->context.trace, trace_of_event("/orders", "a-1"));
    EXPECT_EQ(hop_of(record), sent->context);
    const SpanPtr next = tracer.begin(kSequence, record, kPlace, Instant{});
    EXPECT_EQ(next->context.trace, sent->context.trace);
    EXPECT_EQ(next->parent, sent->context.span);
    EXPECT_EQ(next->kind, SpanKind::kConsumer);
    EXPECT_NE(next->context.span, sent->context.span);
}

TEST_F(TracerTest, TheTraceOfTheEventIsGoneOnWithAndItsExtensionStays) {
    Record record = placed("a-1", kStart);
    record.headers.push_back({"ce_tracestate", "rojo=1"});
    const SpanPtr sent = tracer(0.0).send(record, kPlace, Instant{});
    ASSERT_NE(sent, nullptr) << "sampled by whoever began it, whatever our ratio is";
    EXPECT_EQ(to_hex(sent->context.trace), kStart.substr(3, 32));
    EXPECT_EQ(to_hex(sent->parent), kStart.substr(36, 16));
    EXPECT_EQ(record.header("ce_traceparent"), kStart);
    EXPECT_EQ(record.header("tracestate"), "rojo=1");
    EXPECT_TRUE(sent->links.empty());
}

TEST_F(TracerTest, ACallerIsTheParentOfAnEventWithoutATraceAndElseALink) {
    const auto caller = parse_traceparent(kOtherStart);
    Record plain = placed();
    EXPECT_EQ(tracer(0.0).send(plain, kPlace, Instant{}, caller)->parent, caller->span);
    Record own = placed("a-1", kStart);
    const SpanPtr sent = tracer(0.0).send(own, kPlace, Instant{}, caller);
    EXPECT_EQ(to_hex(sent->context.trace), kStart.substr(3, 32));
    ASSERT_EQ(sent->links.size(), 1U);
    EXPECT_EQ(sent->links.front(), caller);
}

TEST_F(TracerTest, WhatIsNotSampledHasNoSpanAndTheRecordIsAsItWas) {
    for (const std::string_view traceparent : {std::string_view{}, kNotSampled}) {
        const double ratio = traceparent.empty() ? 0.0 : 1.0;
        Record record = placed("a-1", traceparent);
        const Record before = record;
        EXPECT_EQ(tracer(ratio).send(record, kPlace, Instant{}), nullptr);
        EXPECT_EQ(tracer(ratio).begin(kProcess, record, kPlace, Instant{}), nullptr);
        EXPECT_EQ(record, before);
    }
}

TEST_F(TracerTest, ThatACallerDoesNotSampleIsToldToTheStagesBehind) {
    Record record = placed();
    const Tracer tracer = this->tracer(1.0);
    EXPECT_EQ(tracer.send(record, kPlace, Instant{}, parse_traceparent(kNotSampled)), nullptr);
    EXPECT_EQ(record.header("traceparent"), kNotSampled);
    EXPECT_EQ(tracer.begin(kProcess, record, kPlace, Instant{}), nullptr);
}

TEST_F(TracerTest, AMalformedContextIsAsIfThereWereNone) {
    Record record = placed("a-1", "00-not-a-trace-01");
    record.headers.push_back({"traceparent", "ff"});
    const SpanPtr span = tracer(1.0).begin(kProcess, record, kPlace, Instant{});
    ASSERT_NE(span, nullptr);
    EXPECT_EQ(span->context.trace, trace_of_event("/orders", "a-1"));
    EXPECT_EQ(span->parent, SpanId{});
}

TEST_F(TracerTest, AHopOfAnotherTraceLinksToTheTraceThatTheEventWasBornIn) {
    Record record = placed("a-1", kStart);
    record.headers.push_back({"traceparent", std::string{kOtherStart}});
    const SpanPtr span = tracer(1.0).begin(kProcess, record, kPlace, Instant{});
    EXPECT_EQ(to_hex(span->context.trace), kOtherStart.substr(3, 32));
    ASSERT_EQ(span->links.size(), 1U);
    EXPECT_EQ(to_hex(span->links.front().trace), kStart.substr(3, 32));
}

TEST_F(TracerTest, ARecordThatHoldsNoEventBeginsNoTrace) {
    Record record;
    record.value = "bytes";
    EXPECT_EQ(tracer(1.0).begin(kSequence, record, kPlace, Instant{}), nullptr);
}

TEST_F(TracerTest, EveryStageFindsTheSameVerdictWithoutAHeader) {
    const Tracer first = tracer(0.5);
    const Tracer second{spans_, {0.5, seed_ + 1}};
    int sampled = 0;
    for (int i = 0; i < 1'000; ++i) {
        Record record = placed(std::to_string(i));
        const SpanPtr sent = first.send(record, kPlace, Instant{});
        const SpanPtr after = second.begin(kProcess, record, kPlace, Instant{});
        ASSERT_EQ(sent == nullptr, after == nullptr) << i;
        if (sent == nullptr) continue;
        ++sampled;
        ASSERT_EQ(sent->context.trace, after->context.trace);
    }
    EXPECT_GT(sampled, 300);
    EXPECT_LT(sampled, 700);
}

TEST_F(TracerTest, FinishedSpansGoToTheSinkAndNullsNowhere) {
    const Tracer tracer = this->tracer(1.0);
    std::vector<SpanPtr> ended;
    ended.push_back(nullptr);
    ended.push_back(tracer.begin(kProcess, placed(), kPlace, Instant{}));
    tracer.finish(std::move(ended));
    EXPECT_EQ(spans_.drain().size(), 1U);
}

}  // namespace
}  // namespace sluice::trace
