#include "base/test_seed.hpp"
#include "sequence/dependencies.hpp"
#include "sequence/model_histories.hpp"

#include <gtest/gtest.h>

#include <algorithm>

// A person who chooses at random among random histories: nothing is lost, and the live history is
// the fold of the ordered records.

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using sluice::test::rerun;

/// What a person might choose, sensible or not.
Choice some_choice(const World& world, const std::vector<Arrival>& aside, Random& random) {
    const Subject& subject = world.subject;
    const auto waiting = [&]() -> EventRef {
        if (subject.waiting.empty()) return {};
        auto at = subject.waiting.begin();
        std::advance(at, below(random, subject.waiting.size()));
        return ref_of(at->arrival);
    };
    const auto missing = world.sequencer.missing(subject);
    switch (below(random, 8)) {
        case 0: return SkipMissing{missing.empty() ? "/a 1" : missing.back().wanted};
        case 1: return ReleaseNow{waiting()};
        case 2: return DropWaiting{waiting()};
        case 3:
            if (!aside.empty()) return TakeBack{aside[below(random, aside.size())]};
            return TakeBack{numbered("/a", 1 + below(random, 5))};
        case 4: return AdoptSubject{};
        case 5: return ClearFlood{};
        case 6: {
            if (subject.waiting.empty()) return Repair{{}, numbered("/a", 1)};
            auto at = subject.waiting.begin();
            std::advance(at, below(random, subject.waiting.size()));
            Arrival copy = at->arrival;
            copy.invalid.clear();
            copy.content_hash = random();
            return Repair{ref_of(at->arrival), std::move(copy)};
        }
        default: break;
    }
    const Winner winner = one_in(random, 2) ? Winner::kFirst : Winner::kNewcomer;
    if (subject.conflicts.empty()) return SettleConflict{waiting(), winner};
    return SettleConflict{
        ref_of(subject.conflicts[below(random, subject.conflicts.size())].arrival), winner};
}

struct Balance {
    std::size_t in{0};
    std::size_t out{0};  ///< released, aside or dropped as duplicates
    std::vector<Arrival> aside;

    void count(const Decisions& decisions) {
        for (const Decision& decision : decisions) {
            if (const auto* release = std::get_if<Release>(&decision)) {
                out += release->facts.kind == OrderedKind::kGap ? 0 : 1;
            }
            out += std::holds_alternative<Duplicate>(decision) ? 1 : 0;
            if (const auto* put = std::get_if<Aside>(&decision)) {
                aside.push_back(put->arrival);
                ++out;
            }
        }
    }
};

/// `stuck` has a name for why it waits: nobody is left to wait for "nothing".
bool says_why(const World& world) {
    const Subject& subject = world.subject;
    if (subject.waiting.empty() || subject.hold || subject.gap || subject.flood) return true;
    const auto missing = world.sequencer.missing(subject);
    return std::any_of(missing.begin(), missing.end(), [](const Missing& one) {
        return one.cycle;
    });
}

/// Arrivals that contradict one another, losses, closings, and a person who chooses at random.
void round_with_choices(Random& random) {
    SequencerOptions options;
    options.gap_action = static_cast<GapAction>(below(random, 3));
    options.gap_wait = Milliseconds{100};
    options.invalid = one_in(random, 2) ? InvalidPolicy::kWait : InvalidPolicy::kDead;
    options.waiting_events_max = one_in(random, 3) ? 4 : 100;
    World world{options};
    Audit audit;
    Balance balance;
    for (Arrival& arrival : arrivals_of(history(random, 30, !one_in(random, 3)), random)) {
        if (one_in(random, 6)) continue;  // lost
        if (one_in(random, 10)) arrival = changed(std::move(arrival));
        if (one_in(random, 20)) arrival.closes = true;
        ++balance.in;
        balance.count(world.offer(std::move(arrival)));
        if (one_in(random, 5)) balance.count(world.sweep());
        if (one_in(random, 2)) {
            const Subject before = world.subject;
            const Choice choice = some_choice(world, balance.aside, random);
            const Decisions decisions = world.choose(choice);
            ASSERT_FALSE(decisions.empty());
            const bool refused = std::holds_alternative<Refused>(decisions.front());
            ASSERT_TRUE(!refused || world.subject == before);
            const bool brings =
                std::holds_alternative<TakeBack>(choice) || std::holds_alternative<Repair>(choice);
            if (!refused && brings) ++balance.in;
            balance.count(decisions);
        }
        ASSERT_NO_FATAL_FAILURE(audit.check(world));
        if (one_in(random, 4)) audit.restart(world);
        ASSERT_EQ(
            balance.in, balance.out + world.subject.waiting.size() + world.subject.conflicts.size()
        );
        ASSERT_TRUE(world.subject.conflicts.empty() || world.subject.stopped());
        ASSERT_TRUE(says_why(world));
        if (world.subject.gap) {
            ASSERT_TRUE(is_missing(world.subject, world.subject.gap->missing));
        }
    }
}

TEST(SequencerModel, WhateverAPersonChoosesNothingIsLostAndTheFoldIsTheState) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(rerun(seed));
    Random random{seed};
    for (int round = 0; round < 1'000; ++round) {
        SCOPED_TRACE(fmt::format("round {}", round));
        ASSERT_NO_FATAL_FAILURE(round_with_choices(random));
    }
}

}  // namespace
}  // namespace sluice::sequence
