#include "deliver/handler_fixture.hpp"

#include <gtest/gtest.h>

namespace sluice::deliver::test {
namespace {

using dispatch::FailureKind;

/// What a service sets off outside of its tables, and when it does not.
class EffectsTest : public testing::Test {
protected:
    EffectsTest() {
        Service service = recording_service();
        service.effect("done", [this](const Event& event, Sql&) {
            called_ += event.subject + std::string{*event.extension("subjectposition")} + " ";
            return answer_;
        });
        service.effect("only", [this](const Event& event, Sql&) {
            called_ += event.subject + "! ";
            return Handled::done();
        });
        auto opened =
            HandlerSink::open(std::move(service), database_, clock_, {"order", {}, &acts_});
        EXPECT_TRUE(opened.has_value()) << opened.error().message;
        sink_ = std::move(opened).value();
    }

    std::uint64_t rows() {
        const auto found = database_.open_session().value()->query("select count(*) from effects");
        return static_cast<std::uint64_t>(found.front().integer(0));
    }

    void copy_inbox(const std::string& subject, std::uint64_t position) {
        auto session = database_.open_session().value();
        const store::Inbox inbox{"order", HandlerSink::effects_of("sales")};
        static_cast<void>(inbox.advance(*session, subject, Position{position}, 1, Instant{1}));
    }

    sluice::test::TempDir dir_;
    store::SqliteDatabase database_{{dir_.file("read.db")}};
    FixedClock clock_;
    std::atomic<bool> acts_{true};
    Handled answer_{Handled::done()};
    std::string called_;
    std::unique_ptr<HandlerSink> sink_;
};

TEST_F(EffectsTest, ComeAfterTheHandlerOnceForEachEvent) {
    Work work;
    work.run("a", 1, {"done", "done"}).run("b", 1, {"only"});
    static_cast<void>(sink_->deliver(work.runs()));
    EXPECT_EQ(called_, "a1 a2 b! ");
    static_cast<void>(sink_->deliver(work.runs()));
    EXPECT_EQ(called_, "a1 a2 b! ") << "the inbox knows them";
    EXPECT_TRUE(sink_->wants("only"));
}

TEST_F(EffectsTest, AreNotCalledWhileOneIsNotTheLiveOne) {
    acts_ = false;
    Work work;
    work.run("a", 1, {"done"}).run("b", 1, {"only"});
    for (const auto& outcome : sink_->deliver(work.runs())) EXPECT_EQ(outcome.handled, 1U);
    EXPECT_EQ(called_, "");
    EXPECT_EQ(rows(), 1U) << "the read model is filled";
    acts_ = true;
    static_cast<void>(sink_->deliver(work.runs()));
    EXPECT_EQ(called_, "") << "what was handled mutely stays so";
}

TEST_F(EffectsTest, BelowACopiedPositionAnotherOneHasActed) {
    copy_inbox("a", 2);
    Work work;
    work.run("a", 1, {"done", "done", "done"}).run("b", 1, {"done"});
    static_cast<void>(sink_->deliver(work.runs()));
    EXPECT_EQ(called_, "a3 b1 ");
    EXPECT_EQ(rows(), 4U);
}

TEST_F(EffectsTest, ATrialSetsNothingOff) {
    Work work;
    work.run("a", 1, {"done"});
    EXPECT_EQ(sink_->try_out(work.runs().front()).value().handled, 1U);
    EXPECT_EQ(called_, "");
    static_cast<void>(sink_->deliver(work.runs()));
    EXPECT_EQ(called_, "a1 ");
}

TEST_F(EffectsTest, OneThatFailsUndoesTheEvent) {
    answer_ = Handled::dead("the bank says no");
    Work work;
    work.run("a", 1, {"done", "done"}).run("b", 1, {"only"});
    const auto outcomes = sink_->deliver(work.runs());
    EXPECT_EQ(outcomes[0].handled, 0U);
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[0].failure->reason, "the bank says no");
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_EQ(rows(), 0U);
    answer_ = Handled::done();
    static_cast<void>(sink_->deliver(work.runs()));
    EXPECT_EQ(rows(), 2U);
}

TEST_F(EffectsTest, OneWithoutATypeOrAFunctionIsRefused) {
    Service broken{"sales"};
    broken.effect("done", {});
    const auto opened = HandlerSink::open(broken, database_, clock_, {"order", {}});
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().message, "service sales: effect(\"done\") lacks a type or a handler");
}

}  // namespace
}  // namespace sluice::deliver::test
