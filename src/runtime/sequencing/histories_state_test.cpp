// Histories E of docs/architecture/histories.md: state and ordered topic never disagree.

#include "base/test_seed.hpp"
#include "runtime/sequencing/session_fixture.hpp"
#include "runtime/subjects/state_audit_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace sluice::runtime {
namespace {

using test::Call;
using test::event;
using test::expect_state_is_the_fold;
using test::Failing;
using test::SessionRig;
using Ids = std::vector<std::string>;

constexpr Milliseconds kDay{std::chrono::hours{24}};

/// Of a step that was not written, and of one that was, whose answer is lost.
Failing no_answer(bool written) {
    return {Call::kWrite, {ErrorCode::kUnavailable, "no answer"}, 0, 1, written};
}

/// s1 stands at 1; the step with 2 breaks.
class HistoryE1 : public testing::TestWithParam<bool> {
protected:
    void SetUp() override {
        rig_.open();
        rig_.publish({event("a.made", "s1", "/a", 1)});
        rig_.settle();
    }

    void break_a_step() {
        rig_.log().fail(no_answer(GetParam()));
        const auto moved = rig_.step();
        ASSERT_FALSE(moved.has_value());
        EXPECT_EQ(moved.error().code, ErrorCode::kUnavailable);
        ASSERT_EQ(rig_.log().failed(), 1U);
    }

    SessionRig rig_{test::shop_plan()};
};

TEST_P(HistoryE1, ABrokenStepIsDoneOnceAndNothingIsTakenForADuplicate) {
    rig_.publish({event("a.made", "s1", "/a", 2)});
    break_a_step();
    EXPECT_EQ(rig_.ordered("s1").size(), GetParam() ? 2U : 1U);
    expect_state_is_the_fold(rig_.log(), "shop");
    rig_.restart_process();
    rig_.settle();
    EXPECT_EQ(rig_.ordered("s1"), (Ids{"s1/a.1", "s1/a.2"}));
    EXPECT_EQ(rig_.count(&SequencingProbe::duplicates), 0U);
    EXPECT_EQ(rig_.count(&SequencingProbe::conflicts), 0U);
    expect_state_is_the_fold(rig_.log(), "shop");
}

TEST_P(HistoryE1, WhatWaitedInABrokenStepWaitsOnce) {
    rig_.publish({event("a.made", "s1", "/a", 3)});
    break_a_step();
    EXPECT_EQ(rig_.entries(table::kWaiting), GetParam() ? 1U : 0U);
    rig_.open();
    rig_.settle();
    EXPECT_EQ(rig_.probe().waiting_now, 1U);
    rig_.publish({event("a.made", "s1", "/a", 2)});
    rig_.settle();
    EXPECT_EQ(rig_.ordered("s1"), (Ids{"s1/a.1", "s1/a.2", "s1/a.3"}));
    EXPECT_EQ(rig_.entries(table::kWaiting), 0U);
}

TEST_P(HistoryE1, WhatABrokenStepForwardedArrivesOnce) {
    std::string subject;  // that channel b brings to another home than its own
    for (int s = 0; subject.empty(); ++s) {
        const std::string name = fmt::format("far{}", s);
        const HomeId reader = reader_of(partition_by_crc32(name, 5), 3);
        if (reader != home_of(name, 3)) subject = name;
    }
    rig_.publish({event("b.sent", subject, "/b", 1)});
    break_a_step();
    rig_.open();
    rig_.settle();
    EXPECT_EQ(rig_.ordered(subject), (Ids{subject + "/b.1"}));
    const log::PartitionRef detour{"shop.repartition", PartitionId{home_of(subject, 3).value}};
    EXPECT_EQ(rig_.log().ends(detour).value().committed, Offset{1});
}

TEST_P(HistoryE1, WhatABrokenStepPutAsideLiesThereOnce) {
    Event nameless = event("a.made", "", "/a", 2);
    rig_.publish_to("shop.a", 1, event::to_record(nameless, std::nullopt));
    break_a_step();
    rig_.open();
    rig_.settle();
    EXPECT_EQ(rig_.records("shop.aside", 1).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Written, HistoryE1, testing::Bool());

TEST(HistoryE1Clock, AGapsSkipThatWasNotWrittenIsMadeOnceLater) {
    DomainPlan plan = test::shop_plan();
    plan.sequencer.gap_action = sequence::GapAction::kSkip;
    plan.sequencer.gap_wait = Milliseconds{3'000};
    SessionRig rig{plan};
    rig.open();
    rig.publish({event("a.made", "s1", "/a", 2)});
    rig.settle();
    rig.log().fail({Call::kWrite, {ErrorCode::kFenced, "taken"}, 0, 1});
    bool broken = false;  // at whatever step of the clock has something to write
    for (int second = 0; second < 30 && !broken; ++second) {
        rig.clock().advance(Milliseconds{1'000});
        for (int n = 0; n < 5 && !broken; ++n) broken = !rig.step().has_value();
    }
    ASSERT_TRUE(broken);
    EXPECT_EQ(rig.ordered("s1"), Ids{});
    rig.open();
    rig.settle_for(Milliseconds{30'000});
    EXPECT_EQ(rig.ordered("s1"), (Ids{"gap.s1.1", "s1/a.2"}));
    expect_state_is_the_fold(rig.log(), "shop");
}

TEST(HistoryE1Clock, ATombstoneThatWasNotWrittenLeavesTheSubjectWhole) {
    DomainPlan plan = test::shop_plan();
    plan.types["a.cancelled"].closes = true;
    plan.closed_kept = kDay;
    plan.tombstone_kept = 400 * kDay;
    SessionRig rig{plan};
    rig.store_histories_at_once();
    rig.open();
    rig.publish({event("a.cancelled", "s1", "/a", 1)});
    rig.settle();
    rig.clock().advance(2 * kDay);
    rig.log().fail(no_answer(/*written=*/false));
    ASSERT_FALSE(rig.step().has_value());
    EXPECT_EQ(rig.entries(table::kSubjects), 1U);
    EXPECT_EQ(rig.entries(table::kTombstones), 0U);
    EXPECT_EQ(rig.entries(table::kClosings), 1U);
    rig.open();
    rig.settle();
    EXPECT_EQ(rig.entries(table::kTombstones), 1U);
    rig.publish({event("a.made", "s1", "/a", 2)});
    rig.settle();
    EXPECT_EQ(rig.ordered("s1"), (Ids{"s1/a.1", "s1/a.2"})) << "positions went on";
}

/// Numbered events over channels a and b, a stamp on every third, each once or twice, shuffled.
std::vector<Event> disturbed_input(std::mt19937_64& random, int subjects, std::uint64_t each) {
    std::vector<Event> events;
    for (int s = 0; s < subjects; ++s) {
        const std::string subject = fmt::format("s{}", s);
        for (std::uint64_t n = 1; n <= each; ++n) {
            events.push_back(event("a.made", subject, "/a", n));
            if (n % 3 != 0) continue;
            Event sent = event("b.sent", subject, "/b", n / 3);
            sent.extensions["dependson"] = fmt::format("/a {}", n);
            events.push_back(std::move(sent));
        }
    }
    const std::size_t once = events.size();
    for (std::size_t i = 0; i < once; i += 4) events.push_back(events[random() % once]);
    std::shuffle(events.begin(), events.end(), random);
    return events;
}

/// Steps break at random, written or not, with every error that a new lease mends; each time the
/// homes are taken anew, in this process or the next. The reference: all of /a and all of /b, in
/// the order of their numbers.
TEST(HistoryE1Model, BrokenStepsLoseAndDoubleNothing) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    constexpr std::array<ErrorCode, 3> kCodes{
        ErrorCode::kUnavailable, ErrorCode::kFenced, ErrorCode::kFull};
    SessionRig rig{test::shop_plan()};
    rig.options().step_records_max = 40;
    rig.options().histories.records_max = random() % 120;
    rig.options().cached.subjects_max = random() % 40;
    const std::vector<Event> input = disturbed_input(random, 30, 9);
    rig.publish(input);
    int broken = 0;
    for (bool done = false; !done;) {
        const Error error{kCodes.at(random() % kCodes.size()), "by chance"};
        rig.log().fail({Call::kWrite, error, random() % 6, 1, random() % 2 == 0});
        const std::size_t tasks = 1 + random() % 3;
        random() % 3 == 0 ? rig.restart_process(tasks) : rig.open(tasks);
        std::size_t quiet = 0;
        for (std::size_t n = 0; quiet < 3 * tasks; ++n) {
            const auto moved = rig.step(n % tasks);
            if (!moved.has_value()) break;
            quiet = moved.value() ? 0 : quiet + 1;
        }
        done = quiet == 3 * tasks;
        if (!done) ++broken;
        ASSERT_NO_FATAL_FAILURE(expect_state_is_the_fold(rig.log(), "shop"));
    }
    EXPECT_GT(broken, 0);
    for (int s = 0; s < 30; ++s) {
        Ids of_a;
        Ids of_b;
        for (const std::string& id : rig.ordered(fmt::format("s{}", s))) {
            (id.find("/a.") != std::string::npos ? of_a : of_b).push_back(id);
        }
        ASSERT_EQ(of_a.size(), 9U);
        ASSERT_EQ(of_b.size(), 3U);
        EXPECT_TRUE(std::is_sorted(of_a.begin(), of_a.end()));
        EXPECT_TRUE(std::is_sorted(of_b.begin(), of_b.end()));
    }
}

TEST(HistoryE3, TheFoldOfTheOrderedTopicIsTheStateHereAndInAnotherProcess) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    DomainPlan plan = test::shop_plan();
    plan.sequencer.gap_action = sequence::GapAction::kSkip;  // gaps and late events as well
    plan.sequencer.gap_wait = Milliseconds{2'000};
    plan.types["a.cancelled"].closes = true;
    plan.closed_kept = 400 * kDay;
    plan.tombstone_kept = 401 * kDay;
    SessionRig rig{plan};
    rig.options().histories.records_max = random() % 300;
    rig.open();
    std::vector<Event> input = disturbed_input(random, 20, 12);
    std::erase_if(input, [&](const Event&) { return random() % 10 == 0; });
    for (int s = 0; s < 20; s += 3) {
        input.push_back(event("a.cancelled", fmt::format("s{}", s), "/a", 13));
        Event unnumbered = event("a.made", fmt::format("s{}", s), "/web", 0);
        input.insert(input.begin(), std::move(unnumbered));
    }
    for (std::size_t from = 0; from < input.size(); from += 50) {
        const auto begin = input.begin() + static_cast<std::ptrdiff_t>(from);
        const auto left = static_cast<std::ptrdiff_t>(std::min(from + 50, input.size()) - from);
        rig.publish({begin, begin + left});
        rig.settle_for(Milliseconds{2'000});
        ASSERT_NO_FATAL_FAILURE(expect_state_is_the_fold(rig.log(), "shop"));
        if (random() % 2 == 0) rig.restart_process();
        ASSERT_NO_FATAL_FAILURE(expect_state_is_the_fold(rig.log(), "shop"));
    }
    rig.settle_for(Milliseconds{30'000});
    EXPECT_GT(rig.count(&SequencingProbe::gaps_skipped), 0U);
    EXPECT_GT(rig.count(&SequencingProbe::duplicates), 0U);
    expect_state_is_the_fold(rig.log(), "shop");
}

/// "The fold uses what the record says, never today's contract."
TEST(HistoryE3, ANewContractDoesNotChangeThePast) {
    SessionRig rig{test::closing()};
    rig.open();
    rig.publish({event("a.cancelled", "s1", "/a", 1), event("a.made", "s2", "/a", 1)});
    rig.settle();
    rig.close();
    rig.plan().types["a.cancelled"].closes = false;
    rig.plan().types["a.made"].closes = true;
    rig.restart_process();
    rig.settle();
    expect_state_is_the_fold(rig.log(), "shop");
    const test::Histories histories = test::folded(rig.log(), "shop");
    EXPECT_TRUE(histories.at("s1").closed) << "it was closed when it was released";
    EXPECT_FALSE(histories.at("s2").closed);
}

TEST(HistoryE3, ATombstoneSaysWhatTheFoldSays) {
    SessionRig rig{test::closing()};
    rig.store_histories_at_once();
    rig.open();
    rig.publish({event("b.sent", "s1", "/b", 1), event("b.sent", "s1", "/b", 2)});
    rig.settle();
    rig.publish({event("a.made", "s1", "/a", 1), event("a.cancelled", "s1", "/a", 2)});
    rig.settle();
    rig.clock().advance(8 * kDay);
    rig.settle();
    const auto stored = test::state_of(rig.log(), "shop", table::kTombstones);
    ASSERT_EQ(stored.size(), 1U);
    const auto tombstone = sequence::decode_tombstone(stored.at(tombstone_key("s1")));
    ASSERT_TRUE(tombstone.has_value());
    const sequence::SubjectHistory history = test::folded(rig.log(), "shop").at("s1");
    EXPECT_EQ(tombstone.value().last, history.last);
    ASSERT_EQ(tombstone.value().sources.size(), history.sources.size());
    for (const sequence::SourceHistory& source : history.sources) {
        const sequence::BuriedSource expected{
            sequence::source_hash(source.source), source.released, {}};
        EXPECT_EQ(
            std::count(
                tombstone.value().sources.begin(), tombstone.value().sources.end(), expected
            ),
            1
        ) << source.source;
    }
}

/// A number that was given up before its subject was closed, and an old copy of what closed it.
TEST(HistoryE3, WhatWasGivenUpIsLateAlsoWhenOnlyATombstoneIsLeft) {
    DomainPlan plan = test::closing();
    plan.sequencer.gap_action = sequence::GapAction::kSkip;
    plan.sequencer.gap_wait = Milliseconds{2'000};
    SessionRig rig{plan};
    rig.store_histories_at_once();
    rig.open();
    rig.publish({event("a.made", "s1", "/a", 1), event("a.cancelled", "s1", "/a", 4)});
    rig.settle_for(Milliseconds{30'000});
    ASSERT_EQ(rig.count(&SequencingProbe::gaps_skipped), 1U);
    rig.clock().advance(8 * kDay);
    rig.settle();
    ASSERT_EQ(test::state_of(rig.log(), "shop", table::kTombstones).size(), 1U);
    rig.restart_process();
    rig.publish({event("a.made", "s1", "/a", 3), event("a.cancelled", "s1", "/a", 4)});
    rig.settle();
    EXPECT_EQ(rig.count(&SequencingProbe::late), 1U);
    EXPECT_EQ(rig.count(&SequencingProbe::duplicates_not_compared), 1U);
    const auto stored = test::state_of(rig.log(), "shop", table::kTombstones);
    ASSERT_EQ(stored.size(), 1U);
    const auto tombstone = sequence::decode_tombstone(stored.at(tombstone_key("s1")));
    ASSERT_TRUE(tombstone.has_value());
    const auto history = test::folded(rig.log(), "shop").at("s1");
    EXPECT_EQ(tombstone.value().sources.front().skipped, history.sources.front().skipped);
}

}  // namespace
}  // namespace sluice::runtime
