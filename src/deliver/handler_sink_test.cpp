#include "deliver/handler_sink.hpp"

#include "deliver/handler_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::deliver::test {
namespace {

using dispatch::FailureKind;

TEST_F(HandlerSinkTest, ManyRunsShareATransaction) {
    Work work;
    work.run("a", 1, {"done", "done"}).run("b", 1, {"done"});
    const auto outcomes = sink_->deliver(work.runs());
    ASSERT_EQ(outcomes.size(), 2U);
    EXPECT_EQ(outcomes[0].handled, 2U);
    EXPECT_FALSE(outcomes[0].failure.has_value());
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_EQ(effects(), "a1 a2 b1");
    EXPECT_EQ(sink_->probe().transactions, 1U);
    EXPECT_EQ(sink_->probe().handled, 3U);
    EXPECT_TRUE(sink_->deliver({}).empty());
}

TEST_F(HandlerSinkTest, AFailingEventEndsItsOwnRunOnly) {
    Work work;
    work.run("a", 1, {"done", "dead", "done"}).run("b", 1, {"throw"}).run("c", 1, {"retry"});
    work.run("d", 1, {"syntax"}).run("e", 1, {"done"});
    const auto outcomes = sink_->deliver(work.runs());
    EXPECT_EQ(outcomes[0].handled, 1U);
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[0].failure->reason, "never");
    EXPECT_EQ(outcomes[1].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[1].failure->reason, "the handler threw: no such item");
    EXPECT_EQ(outcomes[2].failure->kind, FailureKind::kRetry);
    EXPECT_EQ(outcomes[2].failure->after, Milliseconds{7});
    EXPECT_EQ(outcomes[3].failure->kind, FailureKind::kDead);
    EXPECT_EQ(
        outcomes[3].failure->reason, "no such table: nowhere (in: insert into nowhere values (1))"
    );
    EXPECT_EQ(outcomes[4].handled, 1U);
    EXPECT_EQ(effects(), "a1 e1");
    EXPECT_EQ(sink_->probe().failed, 4U);
}

TEST_F(HandlerSinkTest, WhatFailedIsHandledLaterOnce) {
    Work first;
    first.run("a", 1, {"done", "retry"});
    static_cast<void>(sink_->deliver(first.runs()));
    Work second;
    second.run("a", 1, {"done", "done", "done"});  // redelivered from its beginning
    EXPECT_EQ(sink_->deliver(second.runs()).front().handled, 3U);
    EXPECT_EQ(effects(), "a1 a2 a3");
    EXPECT_EQ(sink_->probe().duplicates, 1U);
}

TEST_F(HandlerSinkTest, ATrialTellsWhatWouldBecomeOfItAndKeepsNothing) {
    Work work;
    work.run("a", 1, {"done", "dead", "done"});
    const auto tried = sink_->try_out(work.runs().front());
    ASSERT_TRUE(tried.has_value()) << tried.error().message;
    EXPECT_EQ(tried.value().handled, 1U);
    EXPECT_EQ(tried.value().failure->reason, "never");
    EXPECT_EQ(effects(), "");
    Work good;
    good.run("a", 1, {"done"});
    EXPECT_FALSE(sink_->try_out(good.runs().front()).value().failure.has_value());
    EXPECT_EQ(sink_->deliver(good.runs()).front().handled, 1U) << "the inbox has not moved";
    EXPECT_EQ(effects(), "a1");
    EXPECT_EQ(sink_->probe().handled, 1U);
}

TEST_F(HandlerSinkTest, InvalidAndUnreadableEventsAreDead) {
    Work work;
    work.run("a", 1, {"done"});
    work.last_record().headers.push_back({"ce_subjectinvalid", "amount is no number"});
    work.run("b", 1, {"done"});
    work.last_record().headers.clear();
    work.run("c", 1, {"done"});
    const auto outcomes = sink_->deliver(work.runs());
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[0].failure->reason, "amount is no number");
    EXPECT_EQ(outcomes[1].failure->kind, FailureKind::kDead);
    EXPECT_FALSE(outcomes[1].failure->reason.empty());
    EXPECT_EQ(effects(), "c1");
}

TEST_F(HandlerSinkTest, StructuredRecordsAreRead) {
    Work work;
    work.run("a", 1, {"done"});
    work.last_record() = event::to_structured_record(make_event("a", 1, "done"), "a");
    EXPECT_EQ(sink_->deliver(work.runs()).front().handled, 1U);
    EXPECT_EQ(effects(), "a1");
}

TEST_F(HandlerSinkTest, WantsWhatItHandles) {
    EXPECT_TRUE(sink_->wants("done"));
    EXPECT_FALSE(sink_->wants("sluice.gap"));
    EXPECT_FALSE(sink_->wants("don"));
}

TEST_F(HandlerSinkTest, OpeningFailsClearly) {
    const auto error = [this](Service service) {
        auto opened = HandlerSink::open(std::move(service), database_, clock_, {"order", {}});
        return opened.has_value() ? Error{} : opened.error();
    };
    const Handler handler = [](const Event&, Sql&) { return Handled::done(); };
    EXPECT_EQ(
        error(Service{"Sales!"}).message, "service \"Sales!\": a name is 1 to 64 of a-z, 0-9 and -"
    );
    EXPECT_EQ(
        error(Service{"sales"}).message, "service sales: it handles nothing; say on(type, handler)"
    );
    Service broken{"sales"};
    broken.on("done", handler).schema("create table");
    EXPECT_EQ(error(broken).code, ErrorCode::kBadConfig);
    EXPECT_EQ(
        error(broken).message, "service sales: its schema: incomplete input (in: create table)"
    );
}

}  // namespace
}  // namespace sluice::deliver::test
