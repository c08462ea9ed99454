#include "base/test_seed.hpp"
#include "sequence/dependencies.hpp"
#include "sequence/model_reference.hpp"
#include "sequence/ordered.hpp"
#include "sequence/state_codec.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

// Random histories of one subject against the reference, and what must hold whatever comes.

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using sluice::test::rerun;

using Random = std::mt19937_64;

std::uint64_t below(Random& random, std::uint64_t limit) {
    return random() % limit;
}

bool one_in(Random& random, std::uint64_t chance) {
    return below(random, chance) == 0;
}

std::string pick(Random& random, char first, std::uint64_t count) {
    return std::string{"/"} + static_cast<char>(first + static_cast<char>(below(random, count)));
}

/// A history in the order in which it happened. `possible`: needs name only what happened before.
std::vector<Arrival> history(Random& random, std::size_t events, bool possible) {
    std::vector<Arrival> happened;
    std::map<std::string, std::uint64_t> count;
    std::vector<std::string> types;
    for (std::size_t at = 0; at < events; ++at) {
        Arrival event;
        if (one_in(random, 3)) {
            event = unnumbered(pick(random, 'u', 2), fmt::format("u{}", at));
            event.origin.partition = PartitionId{static_cast<std::uint32_t>(below(random, 2))};
        } else {
            const std::string source = pick(random, 'a', 3);
            event = numbered(source, ++count[source]);
        }
        if (one_in(random, 4)) {
            const std::string source = pick(random, 'a', 3);
            std::uint64_t most = possible ? count[source] : count[source] + 3;
            if (source == event.source) most = event.number->value - 1;
            if (most > 0) event = with_stamp(event, source, 1 + below(random, most));
        }
        if (one_in(random, 4)) {
            const std::string type = pick(random, 'm', 4);
            const bool known = std::find(types.begin(), types.end(), type) != types.end();
            if (!possible || known) event = after(event, type, one_in(random, 3));
        }
        if (one_in(random, 2)) {
            types.push_back(pick(random, 'm', 4));
            event = carrying(event, types.back());
        }
        if (one_in(random, 10)) event = invalid(event);
        happened.push_back(std::move(event));
    }
    return happened;
}

/// With lag per event, but never an order that a real topic would not show; some events come twice.
std::vector<Arrival> arrivals_of(const std::vector<Arrival>& happened, Random& random) {
    const std::uint64_t lag_max = 1 + below(random, 30);
    std::map<std::pair<std::string, PartitionId>, std::uint64_t> last;
    std::vector<std::pair<std::uint64_t, Arrival>> timed;
    for (std::size_t at = 0; at < happened.size(); ++at) {
        const Arrival& event = happened[at];
        std::uint64_t time = at + below(random, lag_max);
        if (!event.number.has_value()) {
            auto& before = last[{event.origin.channel, event.origin.partition}];
            before = std::max(before, time);
            time = before;
        }
        timed.emplace_back(time, event);
        if (one_in(random, 8)) timed.emplace_back(time + below(random, 20), event);
    }
    std::stable_sort(timed.begin(), timed.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    std::vector<Arrival> arrivals;
    arrivals.reserve(timed.size());
    for (auto& [time, event] : timed) arrivals.push_back(std::move(event));
    return arrivals;
}

/// The live history is the fold of the ordered records, positions have no hole, and the stored
/// state comes back equal.
class Audit {
public:
    void check(const World& world) {
        for (; seen_ < world.releases.size(); ++seen_) {
            const Record record = to_ordered(world.releases[seen_]);
            const OrderedFacts facts = facts_of(record).value();
            ASSERT_EQ(facts.position.value, seen_ + 1);
            ASSERT_TRUE(apply(fold_, facts).has_value());
        }
        ASSERT_TRUE(fold_ == world.subject.history);
        auto history_back = decode_history(encode_history(fold_));
        auto back = decode_waiting(encode_waiting(world.subject), std::move(history_back).value());
        ASSERT_TRUE(back.has_value());
        ASSERT_TRUE(*back == world.subject);
        restored_ = std::move(back).value();
    }

    /// As a process that starts anew on what was stored.
    void restart(World& world) const { world.subject = restored_; }

private:
    std::size_t seen_{0};
    SubjectHistory fold_;
    Subject restored_;
};

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
