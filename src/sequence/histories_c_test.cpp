// Histories C of docs/architecture/histories.md, on the core: which partition is read first saves
// work and decides nothing. Turns and budgets: runtime.

#include "base/test_seed.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

using Random = std::mt19937_64;

constexpr std::uint64_t kSubjects = 6;
constexpr std::uint64_t kTasks = 2;
constexpr std::uint64_t kEvents = 8;  ///< per subject

struct OnItsWay {
    std::uint64_t subject{};
    Arrival arrival;
};

/// Half of each subject's events lie where the other task reads them: whatever waits in one task
/// waits for what the other one has to forward.
struct Cluster {
    std::vector<std::deque<OnItsWay>> channels{kTasks};
    std::vector<std::deque<OnItsWay>> detour{kTasks};
    std::vector<World> subjects{kSubjects};

    void fill() {
        for (std::uint64_t n = kEvents; n >= 1; --n) {  // the last ones first: the worst order
            for (std::uint64_t subject = 0; subject < kSubjects; ++subject) {
                channels[(subject + n) % kTasks].push_back({subject, numbered("/a", n)});
            }
        }
    }

    [[nodiscard]] bool done() const {
        const auto empty = [](const auto& queue) { return queue.empty(); };
        return std::all_of(channels.begin(), channels.end(), empty) &&
               std::all_of(detour.begin(), detour.end(), empty);
    }

    /// A task reads one record, of a channel or of its detour, whatever waits in it.
    void read(std::uint64_t task, bool from_detour) {
        auto& queue = (from_detour ? detour : channels)[task];
        if (queue.empty()) return;
        OnItsWay next = std::move(queue.front());
        queue.pop_front();
        const std::uint64_t home = next.subject % kTasks;
        if (home == task) {
            static_cast<void>(subjects[next.subject].offer(std::move(next.arrival)));
        } else {
            detour[home].push_back(std::move(next));
        }
    }
};

TEST(HistoryC, C1TheTimesOfRecordsAreNeverLookedAt) {
    const std::vector<Instant> times{Instant{0}, Instant{1'000}, Instant{4'070'908'800'000}};
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Random random{seed};
    for (int round = 0; round < 50; ++round) {
        World plain;
        World dated;
        std::vector<Arrival> arrivals = numbers("/a", 1, 6);
        arrivals.push_back(with_stamp(unnumbered("/u", "stamped"), "/a", 4));
        arrivals.push_back(after(unnumbered("/u", "ruled"), "type/a"));
        std::shuffle(arrivals.begin(), arrivals.end(), random);
        for (Arrival& arrival : arrivals) {
            plain.come({arrival});
            arrival.record.time = times[random() % times.size()];
            dated.come({arrival});
            ASSERT_EQ(plain.order, dated.order);
        }
    }
}

TEST(HistoryC, C2TasksFullOfOneAnothersSuccessorsReadOnAndDrain) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Random random{seed};
    for (int round = 0; round < 50; ++round) {
        Cluster cluster;
        cluster.fill();
        while (!cluster.done()) cluster.read(random() % kTasks, random() % 2 == 0);
        for (const World& world : cluster.subjects) {
            ASSERT_EQ(world.order.size(), kEvents);
            ASSERT_TRUE(world.subject.settled());
        }
    }
}

TEST(HistoryC, C2ASubjectIsNeverTooFullForWhatItWaitsFor) {
    SequencerOptions options;
    options.waiting_events_max = 1;
    World world{options};
    world.come({numbered("/a", 2), numbered("/b", 2), numbered("/b", 1), numbered("/a", 1)});
    EXPECT_EQ(world.aside_ids, Names{"/b-2"}) << "one waits already";
    EXPECT_EQ(world.order, (Names{"/b-1", "/a-1", "/a-2"}));
}

}  // namespace
}  // namespace sluice::sequence
