// However often a subject is buried between its events: what was released is a duplicate, what was
// given up is late, and nothing is taken for what it is not. The reference remembers all that was
// ever released.
#include "base/test_seed.hpp"
#include "sequence/test_support.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests

constexpr std::uint64_t kHighest = 30;

class Burials {
public:
    explicit Burials(std::uint64_t seed) : random_{seed} {}

    void play(int acts) {
        for (int act = 0; act < acts && !::testing::Test::HasFailure(); ++act) {
            const std::uint64_t drawn = pick(8);
            if (drawn == 0) {
                run_out(world_);  // what is missing is given up
            } else if (drawn == 1) {
                bury();
            } else {
                offer(pick(2) == 0 ? "/a" : "/b", 1 + pick(kHighest));
            }
            look_at_releases();
        }
    }

    [[nodiscard]] std::size_t burials() const { return burials_; }

    [[nodiscard]] std::size_t late() const { return late_; }

private:
    std::uint64_t pick(std::uint64_t below) { return random_() % below; }

    void bury() {
        if (!world_.subject.history.closed || !world_.subject.settled()) return;
        const std::string stored = encode_tombstone(Sequencer::entomb(world_.subject));
        const char* const first_to_come = pick(2) == 0 ? "/a" : "/b";
        world_.subject = Sequencer::reopen(decode_tombstone(stored).value(), first_to_come);
        ++burials_;
    }

    void offer(const std::string& source, std::uint64_t number) {
        Arrival arrival = numbered(source, number);
        if (number % 3 == 0) arrival.closes = true;
        const std::string id = arrival.id;
        const bool was_released = released_.contains(id);
        const bool was_given_up = !was_released && number <= reached_[source];
        const bool waits = world_.subject.waiting.numbered(source, SourceNumber{number}) != nullptr;
        const Decisions decisions = world_.offer(std::move(arrival));
        EXPECT_EQ(is<Duplicate>(decisions), was_released || waits) << id;
        EXPECT_EQ(is<Aside>(decisions), was_given_up) << id;
        if (was_given_up) ++late_;
    }

    void look_at_releases() {
        for (; looked_at_ < world_.releases.size(); ++looked_at_) {
            const Release& release = world_.releases[looked_at_];
            ASSERT_EQ(release.facts.position, Position{looked_at_ + 1}) << "no position twice";
            reached_[release.facts.source] = release.facts.number.value().value;
            if (release.facts.kind == OrderedKind::kGap) continue;
            const std::string id = World::id_of(release);
            EXPECT_TRUE(released_.insert(id).second) << id << " is released twice";
        }
    }

    std::mt19937_64 random_;
    World world_{policy(GapAction::kSkip)};
    std::set<std::string> released_;
    std::map<std::string, std::uint64_t> reached_;  ///< of a source: released or given up, up to it
    std::size_t looked_at_{0};
    std::size_t burials_{0};
    std::size_t late_{0};
};

TEST(BurialModel, WhatWasReleasedIsADuplicateAndWhatWasGivenUpIsLate) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::size_t burials = 0;
    std::size_t late = 0;
    for (std::uint64_t round = 0; round < 500 && !HasFailure(); ++round) {
        Burials model{seed + round};
        model.play(150);
        burials += model.burials();
        late += model.late();
    }
    EXPECT_GT(burials, 500U);
    EXPECT_GT(late, 500U);
}

}  // namespace
}  // namespace sluice::sequence
