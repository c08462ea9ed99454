#include "deliver/pull/pull_sink.hpp"

#include "event/json.hpp"
#include "event/kafka.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <random>
#include <thread>

namespace sluice::deliver::pull {
namespace {

using dispatch::FailureKind;

constexpr Milliseconds kLong{60'000};
constexpr Milliseconds kNoWait{0};

class PullSinkTest : public testing::Test {
protected:
    void begin(
        std::uint64_t ticket, const std::string& subject, std::uint64_t first, std::uint64_t count
    ) {
        const std::vector<RunBegun> runs{run(ticket, subject, first, count)};
        sink_.begin(runs);
    }

    RunBegun run(
        std::uint64_t ticket, const std::string& subject, std::uint64_t first, std::uint64_t count
    ) {
        subjects_.push_back(subject);
        RunBegun begun{RunTicket{ticket}, {subjects_.back(), {}, 2}};
        for (std::uint64_t p = first; p < first + count; ++p) {
            Event event;
            event.id = fmt::format("{}-{}", subject, p);
            event.source = "/orders";
            event.type = "order.placed";
            event.subject = subject;
            event.data = "{}";
            records_.push_back(event::to_record(event, subject));
            begun.work.events.push_back({Position{p}, Offset{0}, &records_.back()});
        }
        return begun;
    }

    std::vector<Status> done(const Pulled& pulled, std::uint64_t first) {
        std::vector<PullAnswer> answers;
        for (std::size_t at = 0; at < pulled.events.size(); ++at) {
            answers.push_back({pulled.lease, Position{first + at}});
        }
        return sink_.answer(answers);
    }

    std::deque<std::string> subjects_;
    std::deque<Record> records_;
    PullSink sink_{{.runs_max = 3}};
};

TEST_F(PullSinkTest, AClientGetsEventsOfASubjectAndItsLease) {
    begin(1, "a", 4, 2);
    const auto pulled = sink_.pull({10, kLong}, kNoWait);
    ASSERT_EQ(pulled.size(), 1U);
    EXPECT_EQ(pulled[0].subject, "a");
    EXPECT_EQ(pulled[0].attempt, 2U);
    EXPECT_EQ(pulled[0].left, kLong);
    const auto event = event::parse_json(pulled[0].events.at(1), {});
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(event->id, "a-5");
    EXPECT_EQ(event->extension("subjectposition"), "5");
    for (const Status& one : done(pulled[0], 4)) EXPECT_TRUE(one);
    const auto ended = sink_.ended();
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].ticket, RunTicket{1});
    EXPECT_EQ(ended[0].outcome.handled, 2U);
    EXPECT_TRUE(sink_.pull({10, kLong}, kNoWait).empty());
}

TEST_F(PullSinkTest, APullWaitsForEventsAndForNothingElse) {
    std::jthread later{[this] {
        std::this_thread::sleep_for(Milliseconds{30});
        begin(1, "a", 1, 1);
    }};
    EXPECT_EQ(sink_.pull({10, kLong}, Milliseconds{20'000}).size(), 1U);
    later.join();
    EXPECT_TRUE(sink_.pull({10, kLong}, Milliseconds{10}).empty());
    std::jthread closing{[this] {
        std::this_thread::sleep_for(Milliseconds{30});
        sink_.close();
    }};
    EXPECT_TRUE(sink_.pull({10, kLong}, Milliseconds{20'000}).empty());
}

TEST_F(PullSinkTest, AStopWaitsForWhatClientsHaveAndForNothingElse) {
    sink_.wait_for_answers(kLong);  // they have nothing
    begin(1, "a", 1, 2);
    sink_.wait_for_answers(kLong);  // nor when something waits
    const auto pulled = sink_.pull({.events_max = 1, .length = kLong}, kLong);
    ASSERT_EQ(pulled.size(), 1U);
    sink_.close();
    sink_.wait_for_answers(Milliseconds{10});  // it comes back without an answer, too
    std::atomic<bool> answered{false};
    std::jthread client{[&] {
        std::this_thread::sleep_for(Milliseconds{50});
        answered = true;
        EXPECT_TRUE(done(pulled[0], 1)[0]);  // the second one of its run waits again
    }};
    sink_.wait_for_answers(kLong);
    EXPECT_TRUE(answered);
}

TEST_F(PullSinkTest, ThereIsRoomForSoManyRuns) {
    EXPECT_EQ(sink_.room(), 3U);
    begin(1, "a", 1, 1);
    begin(2, "b", 1, 1);
    EXPECT_EQ(sink_.room(), 1U);
    begin(3, "c", 1, 1);
    EXPECT_EQ(sink_.room(), 0U);
}

TEST_F(PullSinkTest, ALeaseOfAnotherLifeOrOfNobodyIsOver) {
    begin(1, "a", 1, 1);
    const auto pulled = sink_.pull({10, kLong}, kNoWait);
    PullSink other{{}};
    for (const std::string& lease :
         {pulled[0].lease, std::string{}, std::string{"-1"}, std::string{"x-1"}}) {
        const std::vector<PullAnswer> answers{{lease, Position{1}}};
        const auto told = other.answer(answers);
        ASSERT_FALSE(told.at(0)) << lease;
        EXPECT_EQ(told.at(0).error().code, ErrorCode::kConflict);
        EXPECT_FALSE(other.extend(lease, kLong));
    }
    const std::vector<PullAnswer> longer{{pulled[0].lease + "0", Position{1}}};
    EXPECT_FALSE(sink_.answer(longer).at(0));
    EXPECT_TRUE(sink_.extend(pulled[0].lease, kLong));
    EXPECT_TRUE(done(pulled[0], 1).at(0));
}

TEST_F(PullSinkTest, ALeaseThatIsOverEndsItsRunWhileItIsWaitedFor) {
    begin(1, "a", 1, 1);
    EXPECT_EQ(sink_.pull({10, Milliseconds{20}}, kNoWait).size(), 1U);
    std::vector<RunEnded> ended;
    for (int look = 0; look < 100 && ended.empty(); ++look) {
        sink_.wait(Milliseconds{1'000});
        ended = sink_.ended();
    }
    ASSERT_EQ(ended.size(), 1U);
    EXPECT_EQ(ended[0].outcome.failure->kind, FailureKind::kRetry);
}

TEST_F(PullSinkTest, WhatIsNoEventIsDeadAndWhatIsBeforeItGoes) {
    std::vector<RunBegun> runs{run(1, "a", 1, 2), run(2, "b", 1, 1)};
    records_[1].headers.push_back({"ce_subjectinvalid", "/amount"});
    records_[2].headers.clear();
    sink_.begin(runs);
    const auto pulled = sink_.pull({10, kLong}, kNoWait);
    ASSERT_EQ(pulled.size(), 1U);
    EXPECT_EQ(pulled[0].events.size(), 1U);
    EXPECT_TRUE(done(pulled[0], 1).at(0));
    std::map<std::uint64_t, dispatch::RunOutcome> outcomes;
    for (RunEnded& one : sink_.ended()) outcomes[one.ticket.value] = std::move(one.outcome);
    EXPECT_EQ(outcomes[1].handled, 1U);
    EXPECT_EQ(outcomes[1].failure->reason, "/amount");
    EXPECT_EQ(outcomes[2].handled, 0U);
    EXPECT_EQ(outcomes[2].failure->kind, FailureKind::kDead);
}

TEST_F(PullSinkTest, WhatIsTakenBackIsNotTried) {
    begin(1, "a", 1, 1);
    const auto pulled = sink_.pull({10, kLong}, kNoWait);
    sink_.abandon();
    EXPECT_EQ(sink_.ended().at(0).outcome.failure->kind, FailureKind::kNotTried);
    EXPECT_FALSE(done(pulled[0], 1).at(0));
    const auto called = sink_.deliver(std::vector{run(2, "b", 1, 1).work});
    EXPECT_EQ(called.at(0).failure->kind, FailureKind::kNotTried);
}

TEST_F(PullSinkTest, WhatIsReturnedIsSomebodyElsesAtOnce) {
    begin(1, "a", 1, 2);
    const auto pulled = sink_.pull({10, kLong}, kNoWait);
    std::jthread other{[this] {
        const auto theirs = sink_.pull({10, kLong}, Milliseconds{20'000});
        ASSERT_EQ(theirs.size(), 1U);
        EXPECT_EQ(theirs[0].events.size(), 1U);
        EXPECT_TRUE(done(theirs[0], 2).at(0));
    }};
    const std::vector<PullAnswer> answers{
        {pulled[0].lease, Position{1}}, {pulled[0].lease, Position{2}, Word::kReturn}};
    for (const Status& told : sink_.answer(answers)) EXPECT_TRUE(told);
    other.join();
    EXPECT_EQ(sink_.ended().at(0).outcome.handled, 2U);
}

TEST_F(PullSinkTest, BytesAreThoseOfTheTexts) {
    begin(1, "a", 1, 2);
    const auto one = sink_.pull({10, kLong, 1}, kNoWait);
    ASSERT_EQ(one.size(), 1U);
    ASSERT_EQ(one[0].events.size(), 1U);
    EXPECT_TRUE(done(one[0], 1).at(0));
    begin(2, "b", 1, 1);
    const std::size_t both = one[0].events[0].size() * 2;
    EXPECT_EQ(sink_.pull({10, kLong, both}, kNoWait).size(), 2U);
}

TEST_F(PullSinkTest, WhatClientsHaveAndSayIsCounted) {
    const auto figure = [this](std::string_view name, std::string_view result = {}) {
        for (const Figure& one : sink_.figures()) {
            if (one.name == name && one.result == result) return one.value;
        }
        ADD_FAILURE() << name << " " << result << " is not there";
        return -1.0;
    };
    EXPECT_EQ(figure("sluice_pull_limit_runs"), 3);
    begin(1, "a", 1, 1);
    begin(2, "b", 1, 1);
    EXPECT_EQ(figure("sluice_pull_waiting_runs"), 2);
    const auto pulled = sink_.pull({1, kLong}, kNoWait);
    EXPECT_EQ(figure("sluice_pull_waiting_runs"), 1);
    EXPECT_EQ(figure("sluice_pull_leased_runs"), 1);
    EXPECT_EQ(figure("sluice_pull_leases_total"), 1);
    EXPECT_TRUE(done(pulled[0], 1).at(0));
    EXPECT_FALSE(done(pulled[0], 1).at(0));
    EXPECT_EQ(figure("sluice_pull_answers_total", "done"), 1);
    EXPECT_EQ(figure("sluice_pull_answers_total", "refused"), 1);
    EXPECT_EQ(figure("sluice_pull_answers_total", "return"), 0);
    EXPECT_EQ(figure("sluice_pull_expired_total"), 0);
    EXPECT_EQ(figure("sluice_pull_leased_runs"), 0);
}

TEST_F(PullSinkTest, TypesChoose) {
    EXPECT_TRUE(sink_.wants("any"));
    const PullSink one{{.types = {"order.placed"}}};
    EXPECT_TRUE(one.wants("order.placed"));
    EXPECT_FALSE(one.wants("order.cancelled"));
}

/// Many clients at once: each event is one client's, each subject in order.
TEST(PullSinkThreads, ManyClientsShareTheSubjects) {
    constexpr std::uint64_t kSubjects = 200;
    PullSink sink{{.runs_max = kSubjects}};
    std::deque<std::string> subjects;
    std::deque<Record> records;
    std::vector<RunBegun> runs;
    for (std::uint64_t s = 0; s < kSubjects; ++s) {
        subjects.push_back(fmt::format("s{}", s));
        RunBegun& begun = runs.emplace_back(RunBegun{RunTicket{s}, {subjects.back(), {}, 1}});
        for (std::uint64_t p = 1; p <= 5; ++p) {
            Event event;
            event.id = fmt::format("{}-{}", s, p);
            event.source = "/a";
            event.type = "t";
            event.subject = subjects.back();
            records.push_back(event::to_record(event, event.subject));
            begun.work.events.push_back({Position{p}, Offset{0}, &records.back()});
        }
    }
    sink.begin(runs);
    std::mutex mutex;
    std::map<std::string, std::vector<std::string>> seen;
    std::vector<std::jthread> clients;
    for (int c = 0; c < 6; ++c) {
        clients.emplace_back([&] {
            while (true) {
                const auto pulled = sink.pull({7, kLong}, Milliseconds{50});
                if (pulled.empty()) return;
                std::vector<PullAnswer> answers;
                for (const Pulled& one : pulled) {
                    for (const std::string& text : one.events) {
                        const auto event = event::parse_json(text, {});
                        const std::uint64_t position =
                            std::stoull(std::string{*event->extension("subjectposition")});
                        answers.push_back({one.lease, Position{position}});
                        const std::lock_guard lock{mutex};
                        seen[one.subject].push_back(event->id);
                    }
                }
                for (const Status& told : sink.answer(answers)) EXPECT_TRUE(told);
            }
        });
    }
    clients.clear();
    EXPECT_EQ(seen.size(), kSubjects);
    for (const auto& [subject, ids] : seen) {
        ASSERT_EQ(ids.size(), 5U) << subject;
        for (std::size_t p = 0; p < 5; ++p)
            EXPECT_EQ(ids[p], fmt::format("{}-{}", subject.substr(1), p + 1));
    }
    EXPECT_EQ(sink.ended().size(), kSubjects);
}

}  // namespace
}  // namespace sluice::deliver::pull
