// A domain grows on a real broker, between engines that are processes of their own, each on a
// machine of its own.

#include "base/test_seed.hpp"
#include "log/replacement.hpp"
#include "runtime/domain/topics.hpp"
#include "runtime/engine/kafka_process_fixture.hpp"
#include "runtime/grow/growth.hpp"
#include "runtime/inspect/verify.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>

namespace sluice::runtime {
namespace {

using log::test::soon;
using test::event;
using test::Seen;
using Process = test::KafkaProcess;
using Ids = std::vector<std::string>;

constexpr Milliseconds kSettled{60'000};
constexpr std::chrono::milliseconds kSession{6'000};

class GrownOnKafka : public testing::Test {
protected:
    [[nodiscard]] std::unique_ptr<Process> start(const std::string& name) {
        Process::Options options{name, plan_, test::fast_options()};
        options.session = kSession;
        options.snapshots = {0, Milliseconds{0}};  // so that retention may take something
        options.engine.task.histories.records_max = 0;
        return std::make_unique<Process>(place_, std::move(options), seen_);
    }

    [[nodiscard]] log::KafkaLogOptions options(const std::string& machine) const {
        log::KafkaLogOptions options = place_.options();
        options.instance = machine;
        options.session = kSession;
        options.cache = scratch_.path() / machine;
        return options;
    }

    void publish(Process& process, const std::vector<Event>& events) {
        for (const auto& answer : process.engine->publish(events)) {
            ASSERT_TRUE(answer.has_value()) << answer.error().message;
        }
        for (const Event& one : events) {
            Ids& ids = expected_[one.subject];
            if (std::find(ids.begin(), ids.end(), one.id) == ids.end()) ids.push_back(one.id);
        }
    }

    /// Numbers `from` to `to` of twenty subjects.
    [[nodiscard]] static std::vector<Event> numbers(std::uint64_t from, std::uint64_t to) {
        std::vector<Event> events;
        for (std::uint64_t n = from; n <= to; ++n) {
            for (int s = 0; s < 20; ++s) {
                events.push_back(event("b.sent", fmt::format("s{}", s), "/a", n));
            }
        }
        return events;
    }

    using Replace = std::function<Status(log::ReplacingLog&, const log::Replacement&)>;

    /// As `sluice domain grow`, on one more machine.
    [[nodiscard]] Result<Growth> grow(
        std::uint32_t homes,
        const Replace& replace = [](log::ReplacingLog& log,
                                    const auto& what) { return log.replace(what); }
    ) {
        const auto log = log::open_kafka_to_replace(options(fmt::format("grower-{}", ++growths_)));
        EXPECT_TRUE(log.has_value()) << log.error().message;
        if (!log) return log.error();
        log::ReplacingLog& used = *log.value();
        const GrowthContext context{
            used,
            clock_,
            plan_,
            [&](const log::Replacement& what) { return replace(used, what); },
            {},
            [&](const log::GroupSpec& group) { return used.hold(group); }};
        auto grown = grow_domain(context, {homes, "alice", "more of everything"});
        if (!grown) return grown;
        plan_.homes = homes;
        const Status cleared = used.clear_replaced();
        EXPECT_TRUE(cleared.has_value()) << cleared.error().message;
        return grown;
    }

    /// Everything was handled once, in order, and the topic says the same.
    void check(Process& process) {
        EXPECT_TRUE(process.engine->wait_until_idle(kSettled));
        std::size_t all = 0;
        for (const auto& [subject, ids] : expected_) all += ids.size();
        EXPECT_TRUE(soon([&] { return seen_.total() >= all || !process.engine->failure(); }));
        const Status failure = process.engine->failure();
        EXPECT_TRUE(failure.has_value()) << failure.error().message;
        for (const auto& [subject, ids] : expected_) {
            Ids seen = seen_.of(subject);
            EXPECT_EQ(seen.size(), ids.size()) << subject;
            EXPECT_TRUE(std::is_permutation(seen.begin(), seen.end(), ids.begin(), ids.end()));
            EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end())) << subject << ": 1 to 9";
        }
        EXPECT_EQ(seen_.holes, 0U);
        EXPECT_EQ(seen_.repeated, 0U);
        EXPECT_EQ(process.log->topic("shop.ordered").value()->partitions, plan_.homes);
        const auto found = verify(*process.log, "shop");
        ASSERT_TRUE(found.has_value()) << found.error().message;
        EXPECT_EQ(found.value().wrong, 0U);
    }

    SystemClock clock_;
    DomainPlan plan_{test::shop_plan()};
    log::test::KafkaPlace place_;
    log::test::ScratchDirectory scratch_;
    std::map<std::string, Ids> expected_;
    Seen seen_;
    int growths_{0};
};

/// Engines are stopped wherever they are: with events on their way home, and subscriptions behind.
TEST_F(GrownOnKafka, AgainAndAgainAtAnyMomentNothingIsLostDoubledOrOutOfOrder) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::vector<Event> events;
    for (int s = 0; s < 60; ++s) {
        for (std::uint64_t n = 1, last = 1 + random() % 9; n <= last; ++n) {
            const char* type = random() % 2 == 0 ? "a.made" : "b.sent";
            events.push_back(event(type, fmt::format("s{}", s), "/a", n));
        }
    }
    std::shuffle(events.begin(), events.end(), random);
    constexpr std::size_t kParts = 3;
    const std::size_t part = events.size() / kParts + 1;
    for (std::size_t i = 0; i < kParts; ++i) {
        {
            const auto process = start(fmt::format("machine-{}", i));
            const auto begin = events.begin() + static_cast<std::ptrdiff_t>(i * part);
            const auto left = static_cast<std::size_t>(events.end() - begin);
            ASSERT_NO_FATAL_FAILURE(publish(
                *process, {begin, begin + static_cast<std::ptrdiff_t>(std::min(part, left))}
            ));
            if (random() % 2 == 0) {
                EXPECT_TRUE(process->engine->wait_until_idle(kSettled));
            } else {
                const std::size_t some = seen_.total() + random() % 20;
                EXPECT_TRUE(soon([&] { return seen_.total() >= std::min(some, i * part); }));
            }
        }
        const auto grown = grow(plan_.homes + 1 + static_cast<std::uint32_t>(random() % 3));
        ASSERT_TRUE(grown.has_value()) << grown.error().message;
    }
    const auto last = start("last");
    check(*last);
}

/// Where the topic does not begin with 0 nobody can fold it from there: the histories must have
/// come to the brokers before the growth was done.
TEST_F(GrownOnKafka, WhatRetentionHasTakenIsKnownOnAnyMachine) {
    {
        const auto process = start("one");
        ASSERT_NO_FATAL_FAILURE(publish(*process, numbers(1, 3)));
        EXPECT_TRUE(process->engine->wait_until_idle(kSettled));
        const log::PartitionRef of{"shop.ordered", PartitionId{1}};
        EXPECT_TRUE(soon([&] {  // a step refers to a snapshot that covers it
            const auto packed = process->log->consumed_by(sequencer_group("shop"), of);
            return packed && packed.value().value_or(Offset{0}) >= Offset{3};
        }));
        EXPECT_TRUE(soon([&] { return process->log->trim(of, Offset{3}).has_value(); }));
        EXPECT_TRUE(process->engine->wait_until_idle(kSettled));
    }
    const auto grown = grow(7);
    ASSERT_TRUE(grown.has_value()) << grown.error().message;
    const auto process = start("two");
    for (std::uint32_t p = 0; p < 7; ++p) {
        const auto ends = process->log->ends({"shop.ordered", PartitionId{p}});
        EXPECT_EQ(ends.value().first, Offset{1}) << "not whole, and says so";
    }
    ASSERT_NO_FATAL_FAILURE(publish(*process, numbers(4, 5)));
    check(*process);
}

/// A daemon is started while the growth is under way: it gets the domain, and the growth ends.
TEST_F(GrownOnKafka, WhoComesMeanwhileGoesOnAndTheGrowthIsForAnotherTime) {
    {
        const auto process = start("one");
        ASSERT_NO_FATAL_FAILURE(publish(*process, numbers(1, 2)));
        EXPECT_TRUE(process->engine->wait_until_idle(kSettled));
    }
    std::unique_ptr<Process> came;
    const auto refused = grow(7, [&](log::ReplacingLog& log, const log::Replacement& what) {
        if (what.topics.empty()) return log.replace(what);
        came = start("two");
        EXPECT_TRUE(soon([&] {
            return !came->engine->domains().front()->sequencing->share().homes.empty();
        }));
        return log.replace(what);
    });
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kFenced) << refused.error().message;
    ASSERT_NO_FATAL_FAILURE(publish(*came, numbers(3, 3)));
    check(*came);
    came.reset();
    const auto grown = grow(7);
    ASSERT_TRUE(grown.has_value()) << grown.error().message;
    const auto last = start("three");
    ASSERT_NO_FATAL_FAILURE(publish(*last, numbers(4, 4)));
    check(*last);
}

/// An operator writes beside the growth: it is not lost, since the growth ends.
TEST_F(GrownOnKafka, AChoiceThatIsWrittenMeanwhileEndsIt) {
    {
        const auto process = start("one");
        ASSERT_NO_FATAL_FAILURE(publish(*process, numbers(1, 2)));
        EXPECT_TRUE(process->engine->wait_until_idle(kSettled));
    }
    const auto operators = log::test::open_kafka_or_fail(options("operators"));
    bool written = false;
    const auto grown = grow(7, [&](log::ReplacingLog& log, const log::Replacement& what) {
        if (!what.topics.empty()) ADD_FAILURE() << "it has come to the switch";
        Status cleared = log.replace(what);
        Record command;
        command.value = "";
        const auto sent =
            operators->publish({{{"shop.commands", PartitionId{1}}, {std::move(command)}}});
        written = sent.has_value();
        return cleared;
    });
    EXPECT_TRUE(written);
    ASSERT_FALSE(grown.has_value());
    EXPECT_EQ(grown.error().code, ErrorCode::kConflict) << grown.error().message;
    EXPECT_EQ(operators->topic("shop.ordered").value()->partitions, 3U);
}

/// It opened the log with the old names, slept, and starts when all is done.
TEST_F(GrownOnKafka, AnEngineThatBeganBeforeEndsAndHarmsNobody) {
    {
        const auto process = start("one");
        ASSERT_NO_FATAL_FAILURE(publish(*process, numbers(1, 2)));
        EXPECT_TRUE(process->engine->wait_until_idle(kSettled));
    }
    const auto old = log::test::open_kafka_or_fail(options("old"));
    const DomainPlan before = plan_;
    ASSERT_TRUE(grow(7).has_value());
    {
        Engine late{*old, clock_, test::fast_options()};
        const Status added = late.add_domain(before);
        EXPECT_TRUE(added.has_value()) << added.error().message;
        EXPECT_TRUE(late.start().has_value());
        EXPECT_TRUE(soon([&] { return !late.failure(); }));
        const Status failure = late.failure();
        ASSERT_FALSE(failure.has_value());
        EXPECT_EQ(failure.error().code, ErrorCode::kConflict);
        EXPECT_NE(failure.error().message.find("has been replaced"), std::string::npos)
            << failure.error().message;
    }
    const auto last = start("two");
    ASSERT_NO_FATAL_FAILURE(publish(*last, numbers(3, 3)));
    check(*last);
}

}  // namespace
}  // namespace sluice::runtime
