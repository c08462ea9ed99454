#include "base/test_seed.hpp"
#include "sequence/join_fixture.hpp"
#include "sequence/model_histories.hpp"

#include <gtest/gtest.h>

#include <utility>

// Random histories of one subject, twice: read whole, and unread wherever that may be. Joining
// unread must decide as offering does, leave the same subject, and do nothing when it does not
// decide.

namespace sluice::sequence {
namespace {

using namespace test;  // NOLINT(google-build-using-namespace): the words of these tests
using sluice::test::rerun;

struct Seen {
    std::size_t joined{0};
    std::size_t aside{0};
    std::size_t waited{0};  ///< of those that came to a subject that could be unread
};

/// The events that join between two readings are those of a step or of several.
class Beside {
public:
    /// Before the arrival is offered to the world.
    void arrive(const World& world, Arrival arrival, SourceRoom room, Random& random) {
        decided_ = false;
        if (!head_) {
            const Subject& subject = world.subject;
            if (subject.waiting.empty() || !subject.conflicts.empty()) return;
            stored_ = subject;
            head_ = unread(subject);
        }
        const Subject before = *head_;
        const InLine found = in_line(stored_, arrival);
        const auto decisions = world.sequencer.join(*head_, arrival, found, world.now, room);
        asked_ = true;
        decided_ = decisions.has_value();
        if (!decided_) {
            ASSERT_EQ(*head_, before);
            head_.reset();  // it is read now
            return;
        }
        ASSERT_EQ(decisions->size(), 1U);
        aside_ = is<Aside>(*decisions);
        ASSERT_TRUE(aside_ || is<Waits>(*decisions));
        write_ = one_in(random, 3);
    }

    /// After it: what the decisions were, and the subject.
    void compare(const World& world, const Decisions& decisions, Seen& seen) {
        if (!std::exchange(asked_, false)) return;
        if (is<Waits>(decisions)) ++seen.waited;
        if (!decided_) return;
        ++(aside_ ? seen.aside : seen.joined);
        ASSERT_TRUE(aside_ ? is<Aside>(decisions) : is<Waits>(decisions));
        Subject whole = *head_;
        read_line(whole, stored_);
        ASSERT_EQ(whole, world.subject);
        ASSERT_EQ(encode_head(*head_), encode_head(world.subject));
        if (!std::exchange(write_, false)) return;
        static_cast<void>(head_->waiting.take_changes());
        head_->waiting.forget_joined();
        stored_ = world.subject;
    }

    /// Something else has happened to the world's subject.
    void forget() { head_.reset(); }

private:
    std::optional<Subject> head_;
    Subject stored_;
    bool asked_{false};
    bool decided_{false};
    bool aside_{false};
    bool write_{false};
};

void round(Random& random, Seen& seen) {
    SequencerOptions options;
    options.gap_action = static_cast<GapAction>(below(random, 3));
    options.gap_wait = Milliseconds{100};
    options.invalid = one_in(random, 3) ? InvalidPolicy::kWait : InvalidPolicy::kDead;
    options.waiting_events_max = one_in(random, 4) ? 6 : 100;
    World world{options};
    Beside beside;
    const bool possible = !one_in(random, 3);
    for (Arrival& arrival : arrivals_of(history(random, 40, possible), random)) {
        if (one_in(random, 12)) continue;  // lost
        if (one_in(random, 60)) arrival = changed(std::move(arrival));
        if (one_in(random, 80)) arrival = renamed(std::move(arrival), "other");
        const auto room = one_in(random, 30) ? SourceRoom::kNone : SourceRoom::kLeft;
        ASSERT_NO_FATAL_FAILURE(beside.arrive(world, arrival, room, random));
        const Decisions decisions = world.offer(std::move(arrival), room);
        ASSERT_NO_FATAL_FAILURE(beside.compare(world, decisions, seen));
        if (one_in(random, 12)) {
            world.pass(Milliseconds{60});
            static_cast<void>(world.sweep());
            beside.forget();
        }
    }
}

TEST(JoinModel, DecidesAsOfferingWouldAndLeavesTheSameSubject) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(rerun(seed));
    Random random{seed};
    Seen seen;
    for (int at = 0; at < 2'000; ++at) {
        SCOPED_TRACE(fmt::format("round {}", at));
        ASSERT_NO_FATAL_FAILURE(round(random, seen));
    }
    EXPECT_GT(seen.joined, seen.waited / 5) << "of " << seen.waited;
    EXPECT_GT(seen.aside, 0U);
    RecordProperty("joined", fmt::format("{} of {}", seen.joined, seen.waited));
}

/// Without unnumbered events, which a channel may bind, nearly all that comes to wait joins.
TEST(JoinModel, OfNumberedEventsNearlyAllThatComeToWaitJoin) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(rerun(seed));
    Random random{seed};
    Seen seen;
    for (int at = 0; at < 300; ++at) {
        SCOPED_TRACE(fmt::format("round {}", at));
        World world;
        Beside beside;
        std::vector<Arrival> arrivals = numbers("/a", 2, 60);
        std::shuffle(arrivals.begin(), arrivals.end(), random);
        for (Arrival& arrival : arrivals) {
            ASSERT_NO_FATAL_FAILURE(beside.arrive(world, arrival, SourceRoom::kLeft, random));
            const Decisions decisions = world.offer(std::move(arrival));
            ASSERT_NO_FATAL_FAILURE(beside.compare(world, decisions, seen));
        }
        ASSERT_EQ(world.subject.waiting.size(), 59U);
    }
    EXPECT_EQ(seen.joined, seen.waited) << "the first one opens the room";
    EXPECT_EQ(seen.joined, 300U * 58U);
}

}  // namespace
}  // namespace sluice::sequence
