#include "base/test_seed.hpp"
#include "sequence/dependencies.hpp"
#include "sequence/model_histories.hpp"
#include "sequence/model_reference.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

// Random histories of one subject against the reference, and what must hold whatever comes.

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using sluice::test::rerun;

std::vector<std::string> ids(const std::vector<Arrival>& events) {
    std::vector<std::string> names;
    names.reserve(events.size());
    for (const Arrival& event : events) names.push_back(event.id);
    return names;
}

void compare_with_reference(Random& random) {
    const bool possible = !one_in(random, 3);
    std::vector<Arrival> arrivals =
        arrivals_of(history(random, 5 + below(random, 25), possible), random);
    const bool contradicts = one_in(random, 6);
    if (contradicts) {
        const Arrival& some = arrivals[below(random, arrivals.size())];
        arrivals.push_back(one_in(random, 2) ? changed(some) : renamed(some, "other"));
        arrivals.push_back(arrivals.back());
        std::swap(arrivals[below(random, arrivals.size())], arrivals.back());
    }
    World world;
    Reference reference;
    Audit audit;
    for (const Arrival& arrival : arrivals) {
        reference.offer(arrival);
        const Decisions decisions = world.offer(arrival);
        ASSERT_FALSE(decisions.empty());
        ASSERT_EQ(world.order, ids(reference.released));
        ASSERT_EQ(world.subject.waiting.size(), reference.waiting.size());
        ASSERT_EQ(world.duplicates, reference.duplicates);
        ASSERT_EQ(world.conflicts, reference.conflicts.size());
        ASSERT_NO_FATAL_FAILURE(audit.check(world));
        if (one_in(random, 3)) audit.restart(world);
        const bool stands = !world.subject.waiting.empty();
        if (stands && !world.subject.stopped()) {
            ASSERT_FALSE(world.sequencer.missing(world.subject).empty());
        }
        if (world.subject.gap) {
            ASSERT_TRUE(is_missing(world.subject, world.subject.gap->missing));
        }
    }
    if (possible && !contradicts) {
        ASSERT_TRUE(world.subject.settled()) << "everything came";
    }
}

TEST(SequencerModel, ReleasesExactlyWhatTheReferenceReleases) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(rerun(seed));
    Random random{seed};
    for (int round = 0; round < 1'500; ++round) {
        SCOPED_TRACE(fmt::format("round {}", round));
        ASSERT_NO_FATAL_FAILURE(compare_with_reference(random));
    }
}

/// Every numbered event follows its source's number before it, every stamp what it names.
void check_order(const std::vector<Release>& releases, const std::vector<Arrival>& happened) {
    std::map<std::string, std::uint64_t> reached;
    for (const Release& release : releases) {
        const auto event = std::find_if(happened.begin(), happened.end(), [&](const Arrival& one) {
            return one.id == World::id_of(release);
        });
        ASSERT_NE(event, happened.end());
        for (const Need& need : event->needs) {
            const auto* stamp = std::get_if<NeedNumber>(&need);
            if (stamp == nullptr) continue;
            ASSERT_GE(reached[stamp->source], stamp->number.value);
        }
        if (!event->number.has_value()) continue;
        ASSERT_EQ(event->number->value, reached[event->source] + 1);
        reached[event->source] = event->number->value;
    }
}

TEST(SequencerModel, ArrivalOrderNeverChangesWhatIsReleasedPerSource) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(rerun(seed));
    Random random{seed};
    for (int round = 0; round < 100; ++round) {
        const auto happened = history(random, 40, /*possible=*/true);
        for (int way = 0; way < 5; ++way) {
            World world;
            for (Arrival& arrival : arrivals_of(happened, random)) {
                static_cast<void>(world.offer(std::move(arrival)));
            }
            ASSERT_EQ(world.releases.size(), happened.size());
            ASSERT_NO_FATAL_FAILURE(check_order(world.releases, happened));
        }
    }
}

/// Losses, floods, policies, sweeps and restarts at random: whatever comes is accounted for.
void lossy_round(Random& random) {
    SequencerOptions options;
    options.gap_action = static_cast<GapAction>(below(random, 3));
    options.gap_wait = Milliseconds{100};
    options.invalid = one_in(random, 3) ? InvalidPolicy::kWait : InvalidPolicy::kDead;
    options.waiting_events_max = one_in(random, 3) ? 4 : 100;
    World world{options};
    Audit audit;
    std::size_t offered = 0;
    for (Arrival& arrival : arrivals_of(history(random, 30, !one_in(random, 3)), random)) {
        if (one_in(random, 6)) continue;  // lost
        if (one_in(random, 60)) arrival = changed(std::move(arrival));
        static_cast<void>(world.offer(std::move(arrival)));
        ++offered;
        if (one_in(random, 4)) world.pass(Milliseconds{60});
        if (one_in(random, 4)) static_cast<void>(world.sweep());
        if (one_in(random, 30)) static_cast<void>(world.adopt());
        ASSERT_NO_FATAL_FAILURE(audit.check(world));
        if (one_in(random, 4)) audit.restart(world);
        if (one_in(random, 8)) Sequencer::restored(world.subject);
        const auto gaps =
            std::count_if(world.releases.begin(), world.releases.end(), [](const Release& release) {
                return release.facts.kind == OrderedKind::kGap;
            });
        ASSERT_EQ(
            offered,
            world.releases.size() - static_cast<std::size_t>(gaps) + world.subject.waiting.size() +
                world.duplicates + world.conflicts + world.aside.size()
        );
        ASSERT_LE(world.subject.waiting.size(), options.waiting_events_max + 1);
    }
    for (int round = 0; round < 60; ++round) {
        world.pass(Milliseconds{200});
        static_cast<void>(world.sweep());
    }
    ASSERT_NO_FATAL_FAILURE(audit.check(world));
    const auto missing = world.sequencer.missing(world.subject);
    const bool circle = !missing.empty() && missing.front().cycle;
    if (options.gap_action == GapAction::kSkip && !world.subject.stopped() && !circle) {
        ASSERT_TRUE(missing.empty()) << "not given up: " << missing.front().wanted;
        ASSERT_TRUE(world.subject.waiting.empty());
    }
    if (options.gap_action == GapAction::kPark && world.subject.gap.has_value()) {
        ASSERT_TRUE(world.subject.stopped());
    }
}

TEST(SequencerModel, NothingIsEverLost) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(rerun(seed));
    Random random{seed};
    for (int round = 0; round < 1'000; ++round) {
        SCOPED_TRACE(fmt::format("round {}", round));
        ASSERT_NO_FATAL_FAILURE(lossy_round(random));
    }
}

}  // namespace
}  // namespace sluice::sequence
