#include "base/test_seed.hpp"
#include "dispatch/dispatcher_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace sluice::dispatch {
namespace {

using test::Bench;
using test::List;
using test::positions;

/// Topics that somebody else writes: positions rise, with holes, and some events come again.
Bench rising(std::size_t checked = 1'000) {
    DispatcherOptions options;
    options.positions = PositionRule::kRising;
    options.subjects_checked_max = checked;
    options.retry.first = Milliseconds{100};
    return Bench{options};
}

TEST(DispatcherRising, AHoleIsNone) {
    Bench bench = rising();
    for (const std::uint64_t position : {4U, 9U, 1'000U}) bench.fetch("s", position);
    EXPECT_EQ(positions(bench.start_one()), (List{4, 9, 1'000}));
    EXPECT_EQ(bench.core.counts().holes, 0U);
}

TEST(DispatcherRising, WhatComesAgainIsPassedOver) {
    Bench bench = rising();
    bench.fetch("s", 4);
    bench.succeed(bench.start_one());
    for (const std::uint64_t position : {4U, 2U}) bench.fetch("s", position);
    EXPECT_TRUE(bench.nothing_starts());
    EXPECT_EQ(bench.core.counts().passed, 2U);
    bench.fetch("s", 5);
    EXPECT_EQ(positions(bench.start_one()), (List{5}));
    bench.step();
    EXPECT_EQ(bench.store.progress.done_above, std::vector<OffsetRange>{});
    EXPECT_EQ(bench.store.progress.next, Offset{3}) << "a repetition is done at once";
}

TEST(DispatcherRising, AlsoWhileItWaitsInPlaceOrInTheBacklog) {
    Bench bench = rising(0);  // nothing else tells
    bench.fetch("s", 4);
    bench.fetch("s", 6);
    bench.fail(bench.start_one(), FailureKind::kRetry);
    bench.fetch("s", 6);
    bench.fetch("s", 4);
    EXPECT_EQ(bench.core.counts().passed, 2U);
    bench.pass(1'000);
    const dispatch::Run again = bench.start_one();
    EXPECT_EQ(positions(again), (List{4, 6}));
    bench.fail(again, FailureKind::kDead);
    bench.step();
    bench.fetch("s", 4);
    bench.fetch("s", 6);
    bench.fetch("s", 7);
    bench.step();
    EXPECT_EQ(bench.core.counts().passed, 4U);
    EXPECT_EQ(bench.store.backlog.size(), 3U) << "4, 6 and 7, once each";
    bench.restart();
    bench.fetch("s", 7);
    EXPECT_EQ(bench.core.counts().passed, 1U);
    EXPECT_EQ(bench.core.counts().backlog_events, 3U);
}

TEST(DispatcherRising, AContiguousTopicStillTellsHoles) {
    Bench bench;
    bench.fetch("s", 4);
    bench.fetch("s", 6);
    bench.succeed(bench.start_one());
    bench.step();
    EXPECT_EQ(bench.core.counts().holes, 1U);
    EXPECT_EQ(bench.core.counts().parked_now, 1U);
}

/// Random writers that repeat what they may have lost, failures, restarts: each subject's events
/// are handled in order, once each as an inbox sees it, and none is lost.
TEST(DispatcherRising, RepetitionsAndHolesWithWhateverFails) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    Bench bench = rising();
    bench.options.run_events_max = 3;
    bench.options.retry.attempts_max = 1'000;
    bench.options.retry.wait_max = Milliseconds{400};
    bench.options.retry.in_place_max = Milliseconds{200};
    bench.restart();
    const auto subject_of = [](std::uint64_t n) { return "s" + std::to_string(n); };
    std::vector<std::pair<std::string, std::uint64_t>> topic;  // by offset
    std::map<std::string, std::vector<std::uint64_t>> written;
    std::map<std::string, std::vector<std::uint64_t>> handled;  // as an inbox takes them
    for (int n = 0; n < 400; ++n) {
        const std::string subject = subject_of(random() % 5);
        auto& all = written[subject];
        const bool again = !all.empty() && random() % 4 == 0;
        const std::uint64_t last = all.empty() ? 0 : all.back();
        const std::uint64_t position = again ? all[random() % all.size()] : last + 1 + random() % 5;
        if (!again) all.push_back(position);
        topic.emplace_back(subject, position);
    }
    const auto take = [&](const dispatch::Run& run, std::size_t count) {
        auto& inbox = handled[run.subject];
        for (std::size_t at = 0; at < count; ++at) {
            const std::uint64_t position = run.events[at].position.value;
            if (inbox.empty() || position > inbox.back()) inbox.push_back(position);
        }
    };
    std::size_t idle = 0;
    while (idle < 50) {
        ++idle;
        const auto next = static_cast<std::size_t>(bench.core.read_from().value);
        if (next < topic.size()) {
            idle = 0;
            bench.fetch(topic[next].first, topic[next].second);
        }
        for (const dispatch::Run& run : bench.core.start(bench.now, 1 + random() % 2)) {
            idle = 0;
            const bool fails = random() % 5 == 0;
            const std::size_t count = fails ? random() % run.events.size() : run.events.size();
            take(run, count);
            if (fails) bench.fail(run, FailureKind::kRetry, count);
            if (!fails) bench.succeed(run);
        }
        if (random() % 3 == 0) bench.step();
        if (random() % 40 == 0 && idle == 0) bench.restart();  // what was not written is lost
        bench.pass(static_cast<std::int64_t>(random() % 300));
    }
    bench.step();
    EXPECT_EQ(handled, written);
    EXPECT_EQ(bench.core.counts().backlog_events, 0U);
    EXPECT_EQ(bench.store.progress.next, Offset{400});
}

}  // namespace
}  // namespace sluice::dispatch
