// The histories of the inbox, on the real database. What each is about:
// docs/architecture/histories.md.

#include "deliver/handler_fixture.hpp"
#include "store/inbox.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace sluice::deliver::test {
namespace {

using Commit = FaultySession::Plan::Commit;
using dispatch::FailureKind;

class HistoryH : public HandlerSinkTest {
protected:
    static std::vector<std::string> done(std::size_t events) {
        return std::vector<std::string>(events, "done");
    }

    /// Delivers the subject's events [first, last] and answers how many were handled.
    static std::size_t deliver(
        HandlerSink& sink, const std::string& subject, std::uint64_t first, std::uint64_t last
    ) {
        Work work;
        work.run(subject, first, done(static_cast<std::size_t>(last - first + 1)));
        return sink.deliver(work.runs()).front().handled;
    }
};

TEST_F(HistoryH, H1ARebuildIntoTheLiveNameChangesNothingAndIsCountedAsThat) {
    EXPECT_EQ(deliver(*sink_, "a", 1, 3), 3U);
    EXPECT_EQ(deliver(*sink_, "a", 1, 3), 3U);
    EXPECT_EQ(effects(), "a1 a2 a3");
    EXPECT_EQ(sink_->probe().duplicates, 3U) << "nobody may take this for a success";
    EXPECT_EQ(sink_->probe().handled, 6U);
}

TEST_F(HistoryH, H1ARebuildIntoANewNameGetsAll) {
    EXPECT_EQ(deliver(*sink_, "a", 1, 3), 3U);
    auto rebuilt = open_sink("sales-2");
    EXPECT_EQ(deliver(*rebuilt, "a", 1, 3), 3U);
    EXPECT_EQ(rebuilt->probe().duplicates, 0U);
    EXPECT_EQ(effects(), "a1 a1 a2 a2 a3 a3");  // the recording services share a table
    EXPECT_EQ(deliver(*sink_, "a", 4, 4), 1U) << "and the live one goes on where it was";
}

TEST_F(HistoryH, H2OrderSeventeenAndMemberSeventeenDoNotMeet) {
    auto members = open_sink("sales", "member");
    EXPECT_EQ(deliver(*sink_, "17", 1, 2), 2U);
    EXPECT_EQ(deliver(*members, "17", 1, 1), 1U);
    EXPECT_EQ(members->probe().duplicates, 0U);
    EXPECT_EQ(effects(), "171 171 172");
}

TEST_F(HistoryH, H3ALostAnswerOfACommitThatSucceeded) {
    Work work;
    work.run("a", 1, {"done", "dead"}).run("b", 1, {"done"}).run("c", 1, {"retry"});
    database_.plan.commit = Commit::kLostAfter;
    const auto outcomes = sink_->deliver(work.runs());
    EXPECT_EQ(outcomes[0].handled, 1U);
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_FALSE(outcomes[1].failure.has_value());
    EXPECT_EQ(outcomes[2].failure->kind, FailureKind::kRetry);
    EXPECT_EQ(effects(), "a1 b1");
    EXPECT_EQ(sink_->probe().commits_lost, 1U);
}

TEST_F(HistoryH, H3ALostAnswerOfACommitThatFailed) {
    Work work;
    work.run("a", 1, {"done", "done"}).run("b", 1, {"done"});
    database_.plan.commit = Commit::kLostBefore;
    for (const auto& outcome : sink_->deliver(work.runs())) {
        EXPECT_EQ(outcome.handled, 0U);
        EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried);
    }
    EXPECT_EQ(effects(), "");
    EXPECT_EQ(sink_->deliver(work.runs())[0].handled, 2U);
    EXPECT_EQ(effects(), "a1 a2 b1");
}

TEST_F(HistoryH, H3AReusedPositionStopsItsSubjectLoudly) {
    Work work;
    work.run("a", 1, {"done"});
    static_cast<void>(sink_->deliver(work.runs()));
    Work other;
    other.run("a", 1, {"done"}).run("b", 1, {"done"});
    Event event = make_event("a", 1, "done");
    event.id = "another";
    const Record record = event::to_record(event, "a");
    std::vector<RunWork> runs{other.runs().begin(), other.runs().end()};
    runs[0].events[0].record = &record;
    const auto outcomes = sink_->deliver(runs);
    EXPECT_EQ(outcomes[0].handled, 0U);
    EXPECT_EQ(outcomes[0].failure->kind, FailureKind::kDead);
    EXPECT_TRUE(outcomes[0].failure->reason.starts_with("hole: position 1 is used again"));
    EXPECT_EQ(effects(), "a1 b1");
}

TEST_F(HistoryH, H3AnotherOwnerHasGoneOnWhileTheAnswerWasLost) {
    Service service{"sales"};
    service.on("done", [this](const Event&, Sql&) {
        database_.plan.commit = Commit::kLostBefore;
        return Handled::done();
    });
    auto sink = HandlerSink::open(std::move(service), database_, clock_, {"order", {}});
    database_.after_lost_commit = [this] {
        auto other = store::SqliteDatabase{{path_}}.open_session();
        const store::Inbox inbox{"order", "sales"};
        static_cast<void>(inbox.advance(*other.value(), "a", Position{5}, 5, Instant{0}));
    };
    EXPECT_EQ(deliver(*sink.value(), "a", 1, 2), 2U) << "the row is further up: they are done";
    EXPECT_EQ(sink.value()->probe().commits_lost, 1U);
}

TEST_F(HistoryH, H3TheAnswerIsLostAndTheDatabaseIsAway) {
    class Lost final : public store::Database {
    public:
        explicit Lost(const FaultyDatabase& real) : real_{real} {}

        [[nodiscard]] Result<std::unique_ptr<store::Session>> open_session() const override {
            if (away) return Error{ErrorCode::kUnavailable, "away"};
            return real_.open_session();
        }

        bool away{false};

    private:
        const FaultyDatabase& real_;
    };

    Lost database{database_};
    auto sink = HandlerSink::open(recording_service(), database, clock_, {"order", {}});
    ASSERT_TRUE(sink.has_value());
    database_.plan.commit = Commit::kLostAfter;
    database.away = true;
    Work work;
    work.run("a", 1, {"done", "done"});
    const auto outcome = sink.value()->deliver(work.runs()).front();
    EXPECT_EQ(outcome.handled, 0U) << "not known, so it comes again";
    EXPECT_EQ(outcome.failure->kind, FailureKind::kNotTried);
    EXPECT_EQ(outcome.failure->reason, "away");
    database.away = false;
    EXPECT_EQ(sink.value()->deliver(work.runs()).front().handled, 2U);
    EXPECT_EQ(sink.value()->probe().duplicates, 2U);
    EXPECT_EQ(effects(), "a1 a2");
}

TEST_F(HistoryH, H3TheInboxRowIsWrittenBeforeTheHandlerRuns) {
    Work work;
    work.run("a", 1, {"done", "retry"}).run("b", 1, {"done"});
    database_.plan.statements.clear();
    static_cast<void>(sink_->deliver(work.runs()));
    const auto& statements = database_.plan.statements;
    ASSERT_EQ(statements.size(), 6U);
    for (std::size_t at = 0; at < statements.size(); ++at) {
        const bool inbox = statements[at].starts_with("insert into sluice_inbox");
        EXPECT_EQ(inbox, at % 2 == 0) << statements[at];
    }
}

TEST_F(HistoryH, H3TwoOwnersCannotBothActOnAnEvent) {
    constexpr std::uint64_t kEvents = 25;
    const auto own = [this](std::size_t& handled, std::size_t& duplicates) {
        const store::SqliteDatabase database{{path_, Milliseconds{60'000}}};
        auto sink = HandlerSink::open(recording_service(), database, clock_, {"order", {}});
        ASSERT_TRUE(sink.has_value()) << sink.error().message;
        for (std::uint64_t at = 1; at <= kEvents; ++at) {
            handled += deliver(*sink.value(), "a", at, at);
        }
        duplicates = sink.value()->probe().duplicates;
    };
    std::size_t handled[2]{};
    std::size_t duplicates[2]{};
    {
        std::jthread old_owner{[&] { own(handled[0], duplicates[0]); }};
        own(handled[1], duplicates[1]);
    }
    EXPECT_EQ(handled[0] + handled[1], 2 * kEvents);
    EXPECT_EQ(duplicates[0] + duplicates[1], kEvents) << "each event once, whoever was first";
    std::string expected;
    for (std::uint64_t at = 1; at <= kEvents; ++at) expected += fmt::format(" a{}", at);
    EXPECT_EQ(" " + effects(), expected);
}

TEST_F(HistoryH, H4ANewEffectActsExactlyAboveWhatTheOldOneHasDone) {
    EXPECT_EQ(deliver(*sink_, "a", 1, 7), 7U);
    EXPECT_EQ(deliver(*sink_, "b", 1, 2), 2U);  // and then it was drained
    auto next = open_sink("sales-2");
    auto session = store::SqliteDatabase{{path_}}.open_session();
    session.value()->begin();
    const store::Inbox inbox{"order", "sales-2"};
    EXPECT_EQ(inbox.inherit(*session.value(), "sales", clock_.now()), 2);
    session.value()->commit();
    EXPECT_EQ(deliver(*next, "a", 1, 9), 9U);
    EXPECT_EQ(deliver(*next, "b", 2, 3), 2U);
    EXPECT_EQ(deliver(*next, "c", 1, 1), 1U);
    EXPECT_EQ(effects(), "a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 c1")
        << "8 is neither twice nor never";
}

TEST_F(HistoryH, H4ASwitchThatIsRolledBackLeavesTheNewOneWhereItWas) {
    EXPECT_EQ(deliver(*sink_, "a", 1, 2), 2U);
    auto session = store::SqliteDatabase{{path_}}.open_session();
    session.value()->begin();
    const store::Inbox inbox{"order", "sales-2"};
    static_cast<void>(inbox.inherit(*session.value(), "sales", clock_.now()));
    session.value()->rollback();
    EXPECT_FALSE(inbox.read(*session.value(), "a").has_value());
}

TEST_F(HistoryH, H5AnEditOfAnEventThatHadSucceededIsDropped) {
    const auto deliver_with = [this](const std::string& data) {
        Event event = make_event("a", 1, "done");
        event.data = data;
        const Record record = event::to_record(event, "a");
        const RunWork run{"a", {{Position{1}, Offset{1}, &record}}, 1};
        return sink_->deliver({&run, 1}).front();
    };
    EXPECT_EQ(deliver_with(R"({"amount":1})").handled, 1U);
    EXPECT_EQ(deliver_with(R"({"amount":2})").handled, 1U) << "same place, same id: a duplicate";
    EXPECT_EQ(sink_->probe().duplicates, 1U);
    EXPECT_EQ(effects(), "a1");
}

TEST_F(HistoryH, H5AnEditOfAnEventThatHadFailedIsHandled) {
    Work original;
    original.run("a", 1, {"dead"});
    EXPECT_EQ(sink_->deliver(original.runs()).front().handled, 0U);
    EXPECT_EQ(deliver(*sink_, "a", 1, 1), 1U);
    EXPECT_EQ(sink_->probe().duplicates, 0U);
    EXPECT_EQ(effects(), "a1");
}

}  // namespace
}  // namespace sluice::deliver::test
