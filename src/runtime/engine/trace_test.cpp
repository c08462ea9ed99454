#include "base/test_seed.hpp"
#include "runtime/dispatching/dispatch_fixture.hpp"
#include "runtime/sequencing/session_fixture.hpp"
#include "trace/carrier.hpp"
#include "trace/trace_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::runtime {
namespace {

using test::event;
using trace::SpanPtr;
using trace::test::attribute;
using trace::test::kNotSampled;
using trace::test::kStart;

/// "sequence shop.a s/a.2 waiting"
std::string line_of(const trace::Span& span) {
    const std::string outcome = attribute(span, "sluice.outcome");
    return fmt::format(
        "{} {}{}{}",
        span.name,
        attribute(span, "messaging.message.id"),
        outcome.empty() ? "" : " ",
        outcome
    );
}

std::vector<std::string> lines_of(const std::vector<SpanPtr>& spans) {
    std::vector<std::string> lines;
    lines.reserve(spans.size());
    for (const SpanPtr& span : spans) lines.push_back(line_of(*span));
    return lines;
}

using Lines = std::vector<std::string>;

class TraceTest : public testing::Test {
protected:
    std::uint64_t seed_{sluice::test::seed()};
    testing::ScopedTrace rerun_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
    trace::test::SpanList spans_;
    trace::Tracer tracer_{spans_, {1.0, seed_}};
};

class SequencingTraceTest : public TraceTest {
protected:
    void SetUp() override { rig_.open(); }

    static Event made(std::uint64_t number) { return event("a.made", "s", "/a", number); }

    [[nodiscard]] Record ordered(std::size_t at) const {
        const HomeId home = home_of("s", rig_.plan().homes);
        return rig_.records(ordered_topic("shop"), home.value)[at].record;
    }

    mutable test::SessionRig rig_{test::shop_plan(), &tracer_};
};

TEST_F(SequencingTraceTest, AnEventThatWaitedTellsHowLongForWhatAndIsLinkedToIt) {
    rig_.publish({made(2)});
    const SpanPtr sent_second = std::move(spans_.drain().at(0));
    rig_.settle();
    const auto waiting = spans_.drain();
    ASSERT_EQ(lines_of(waiting), Lines{"sequence shop.a s/a.2 waiting"});
    EXPECT_EQ(attribute(*waiting[0], "sluice.waited_for"), "/a 1");
    EXPECT_EQ(waiting[0]->parent, sent_second->context.span);

    rig_.clock().advance(Milliseconds{1'500});
    rig_.publish({made(1)});
    const SpanPtr sent_first = std::move(spans_.drain().at(0));
    rig_.settle();
    const auto released = spans_.drain();
    ASSERT_EQ(
        lines_of(released),
        (Lines{"sequence shop.a s/a.1 released", "sequence shop.a s/a.2 released"})
    );
    const trace::Span& first = *released[0];
    const trace::Span& second = *released[1];
    EXPECT_EQ(first.parent, sent_first->context.span);
    EXPECT_EQ(first.context.trace, sent_first->context.trace);
    EXPECT_EQ(attribute(first, "sluice.waited_ms"), "");
    EXPECT_EQ(attribute(first, "sluice.position"), "1");
    EXPECT_EQ(attribute(first, "sluice.domain"), "shop");
    EXPECT_EQ(attribute(first, "messaging.kafka.offset"), "1");

    EXPECT_EQ(second.context.trace, sent_second->context.trace);
    EXPECT_EQ(second.parent, sent_second->context.span);
    EXPECT_EQ(attribute(second, "sluice.waited_ms"), "1500");
    EXPECT_EQ(attribute(second, "sluice.waited_for"), "/a 1");
    EXPECT_EQ(second.took, Milliseconds{1'500});
    ASSERT_EQ(second.links.size(), 1U);
    EXPECT_EQ(second.links[0], first.context);
    for (const std::size_t at : {0U, 1U}) {
        EXPECT_EQ(trace::hop_of(ordered(at)), released[at]->context) << "the hop of what follows";
    }
}

TEST_F(SequencingTraceTest, AWaitThatARestartInterruptsIsStillTold) {
    rig_.publish({made(2)});
    rig_.settle();
    rig_.restart_process();
    rig_.clock().advance(Milliseconds{60'000});
    const auto before = spans_.drain();
    rig_.publish({made(1)});
    rig_.settle();
    const auto after = spans_.drain();
    ASSERT_EQ(line_of(*after.back()), "sequence shop.a s/a.2 released");
    EXPECT_EQ(attribute(*after.back(), "sluice.waited_ms"), "60000");
    EXPECT_EQ(after.back()->context.trace, before.front()->context.trace);
}

TEST_F(SequencingTraceTest, ADuplicateAndAConflictLieInTheTraceOfTheirOriginal) {
    rig_.publish({made(1)});
    rig_.settle();
    const trace::TraceId trace = spans_.drain().at(0)->context.trace;
    Event other = made(1);
    other.data = "{}";
    rig_.publish({made(1), other});
    rig_.settle();
    auto spans = spans_.drain();
    for (const SpanPtr& span : spans) EXPECT_EQ(span->context.trace, trace);
    spans.erase(spans.begin(), spans.begin() + 2);  // of sending
    ASSERT_EQ(
        lines_of(spans),
        (Lines{"sequence shop.a s/a.1 duplicate", "sequence shop.a s/a.1 conflict"})
    );
    EXPECT_EQ(attribute(*spans[0], "error.type"), "");
    EXPECT_EQ(attribute(*spans[1], "error.type"), "conflict");
}

TEST_F(SequencingTraceTest, AGapThatIsGivenUpIsNamedAndWhoComesLaterIsLate) {
    DomainPlan plan = test::shop_plan();
    plan.sequencer.gap_action = sequence::GapAction::kSkip;
    plan.sequencer.gap_wait = Milliseconds{0};
    test::SessionRig rig{plan, &tracer_};
    rig.open();
    rig.publish({made(2)});
    rig.settle_for(Milliseconds{10'000});
    const auto spans = spans_.drain();
    ASSERT_EQ(line_of(*spans.back()), "sequence shop.a s/a.2 released");
    EXPECT_EQ(attribute(*spans.back(), "sluice.waited_for"), "/a 1, given up");
    rig.publish({made(1)});
    rig.settle();
    EXPECT_EQ(line_of(*spans_.drain().back()), "sequence shop.a s/a.1 late");
}

TEST_F(SequencingTraceTest, AStepThatIsLostLeavesNoSpan) {
    rig_.publish({made(1)});
    static_cast<void>(spans_.drain());
    rig_.log().fail({test::Call::kWrite, {ErrorCode::kFenced, "another owner"}});
    EXPECT_FALSE(rig_.step());
    rig_.log().heal();
    EXPECT_TRUE(spans_.drain().empty());
    rig_.open();
    rig_.settle();
    EXPECT_EQ(lines_of(spans_.drain()), Lines{"sequence shop.a s/a.1 released"});
}

TEST_F(SequencingTraceTest, TheTraceThatAnEventWasBornInGoesThroughItsWholeWay) {
    Event born = made(1);
    born.extensions["traceparent"] = kStart;
    Event unsampled = event("a.made", "t", "/a", 1);
    unsampled.extensions["traceparent"] = kNotSampled;
    rig_.publish({born, unsampled});
    rig_.settle();
    const auto spans = spans_.drain();
    ASSERT_EQ(lines_of(spans), (Lines{"send shop.a s/a.1", "sequence shop.a s/a.1 released"}));
    EXPECT_EQ(to_hex(spans[0]->parent), kStart.substr(36, 16));
    EXPECT_EQ(to_hex(spans[1]->context.trace), kStart.substr(3, 32));
    EXPECT_EQ(ordered(0).header("ce_traceparent"), kStart);
}

TEST_F(SequencingTraceTest, APublicationThatFailsIsASpanThatFailed) {
    rig_.log().fail({test::Call::kPublish, {ErrorCode::kFull, "no space"}});
    EXPECT_FALSE(rig_.publisher().publish(std::vector{made(1)}).at(0));
    rig_.log().heal();
    const auto spans = spans_.drain();
    ASSERT_EQ(lines_of(spans), Lines{"send shop.a s/a.1"});
    EXPECT_EQ(attribute(*spans[0], "error.type"), "full");
    EXPECT_FALSE(spans[0]->failure.empty());
}

TEST(SequencingTraceOffTest, WithoutATracerRecordsGetNoHeader) {
    test::SessionRig rig{test::shop_plan()};
    rig.open();
    rig.publish({event("a.made", "s", "/a", 1)});
    rig.settle();
    for (const char* topic : {"shop.a", "shop.ordered"}) {
        for (std::uint32_t partition = 0; partition < 3; ++partition) {
            for (const auto& stored : rig.records(topic, partition)) {
                EXPECT_FALSE(stored.record.header("traceparent")) << topic;
            }
        }
    }
}

class DeliveryTraceTest : public TraceTest {
protected:
    void SetUp() override {
        rig_.trace_with(&tracer_);
        rig_.restart();
    }

    test::Seen seen_;
    test::RunnerRig rig_;
};

TEST_F(DeliveryTraceTest, EachHandledEventHasASpanBelowTheHopThatBroughtIt) {
    rig_.subscribe("billing", seen_);
    rig_.append({.subject = "s", .position = 1, .traceparent = std::string{kStart}});
    rig_.append({.subject = "t", .position = 1, .traceparent = std::string{kNotSampled}});
    rig_.start();
    rig_.settle();
    EXPECT_TRUE(rig_.stop());
    const auto spans = spans_.drain();
    ASSERT_EQ(lines_of(spans), Lines{"process shop.ordered s/1"});
    const trace::Span& span = *spans[0];
    EXPECT_EQ(span.kind, trace::SpanKind::kConsumer);
    EXPECT_EQ(to_hex(span.parent), kStart.substr(36, 16));
    EXPECT_EQ(attribute(span, "messaging.consumer.group.name"), "billing");
    EXPECT_EQ(attribute(span, "messaging.kafka.offset"), "0");
    EXPECT_EQ(attribute(span, "sluice.position"), "1");
    EXPECT_EQ(attribute(span, "sluice.attempt"), "1");
    EXPECT_EQ(attribute(span, "error.type"), "");
}

TEST_F(DeliveryTraceTest, EachAttemptIsASpanAndSaysHowItFailed) {
    dispatch::DispatcherOptions options;
    options.retry.first = Milliseconds{0};
    options.retry.wait_max = Milliseconds{0};
    rig_.subscribe(
        "billing",
        seen_,
        [](const std::string& id, std::uint32_t attempt) -> std::optional<dispatch::Failure> {
            if (id == "s/2" && attempt == 1) return test::retry("busy");
            if (id == "s/3") return test::dead("poison");
            return std::nullopt;
        },
        options
    );
    for (std::uint64_t position = 1; position <= 4; ++position) {
        rig_.append({.subject = "s", .position = position, .traceparent = std::string{kStart}});
    }
    rig_.start();
    rig_.settle();
    EXPECT_TRUE(rig_.stop());
    Lines lines;
    for (const SpanPtr& span : spans_.drain()) {
        lines.push_back(fmt::format(
            "{} {} {} {}",
            attribute(*span, "messaging.message.id"),
            attribute(*span, "sluice.attempt"),
            attribute(*span, "error.type"),
            span->failure
        ));
    }
    EXPECT_EQ(lines, (Lines{"s/1 1  ", "s/2 1 retry busy", "s/2 2  ", "s/3 1 dead poison"}));
}

TEST_F(DeliveryTraceTest, WhatWasNotTriedIsNoAttempt) {
    int calls = 0;
    rig_.subscribe(
        "billing",
        seen_,
        [&calls](const std::string&, std::uint32_t) -> std::optional<dispatch::Failure> {
            if (calls++ > 0) return std::nullopt;
            return dispatch::Failure{dispatch::FailureKind::kNotTried, "locked", Milliseconds{0}};
        }
    );
    rig_.append({.subject = "s", .position = 1});
    rig_.start();
    rig_.wait_for([this] {
        rig_.clock().advance(Milliseconds{50});
        return seen_.total() == 1;
    });
    rig_.settle();
    EXPECT_TRUE(rig_.stop());
    const auto spans = spans_.drain();
    ASSERT_EQ(lines_of(spans), Lines{"process shop.ordered s/1"});
    EXPECT_EQ(attribute(*spans[0], "error.type"), "");
}

}  // namespace
}  // namespace sluice::runtime
