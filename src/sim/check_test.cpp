#include "sim/check.hpp"

#include "base/hash.hpp"
#include "sequence/ordered.hpp"
#include "sim/delivery_check.hpp"
#include "sim/ordered_check.hpp"
#include "sim/sim_backend.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace sluice::sim {
namespace {

EventSpec made(std::uint64_t number, Verdict verdict = Verdict::kDone) {
    return {Kind::kMade, 1, number, 0, 0, 0, false, verdict};
}

EventSpec sent(std::uint64_t number, std::uint64_t stamp) {
    return {Kind::kSent, 1, number, stamp, static_cast<std::uint32_t>(number), 0, false, {}};
}

EventSpec unnumbered(Kind kind, std::uint32_t parcel) {
    return {kind, 1, 0, 0, parcel, 0, false, {}};
}

/// A world in which something is wrong, because it was put there.
class World {
public:
    explicit World(std::vector<EventSpec> events, std::uint32_t homes = 1) {
        history_.setup.homes = homes;
        history_.events = std::move(events);
        backend_ = std::make_unique<SimBackend>(history_.setup);
        cluster_ = std::make_unique<Cluster>(history_, *backend_);
    }

    void arrive(std::uint32_t index) { carry_out(Act::kArrive, index); }

    void arrive_all() {
        for (std::uint32_t i = 0; i < history_.events.size(); ++i) arrive(i);
    }

    void carry_out(Act act, std::uint32_t what = 0) {
        cluster_->carry_out({act, Fate::kDone, 0, 0, what});
    }

    /// Writes what no sequencer has released.
    void forge(Record record, std::uint64_t position, PartitionId home = PartitionId{0}) {
        record.headers.push_back({"ce_subjectposition", fmt::to_string(position)});
        ASSERT_TRUE(cluster_->log().publish({{{"shop.ordered", home}, {std::move(record)}}}));
    }

    [[nodiscard]] std::vector<std::string> check_all() { return check(history_, *cluster_, tally); }

    [[nodiscard]] std::vector<std::string> check_order() {
        Violations violations;
        ordered = check_ordered(history_, *cluster_, violations);
        return std::move(violations).take();
    }

    [[nodiscard]] std::vector<std::string> check_handled() {
        Violations violations;
        check_deliveries(history_, *cluster_, ordered, violations);
        return std::move(violations).take();
    }

    Ordered ordered;
    Tally tally;

private:
    History history_;
    std::unique_ptr<SimBackend> backend_;
    std::unique_ptr<Cluster> cluster_;
};

bool has(const std::vector<std::string>& violations, std::string_view text) {
    return std::find(violations.begin(), violations.end(), text) != violations.end();
}

TEST(Check, AnHonestWorldHasNoViolationAndIsCounted) {
    World world{{made(1), made(2), sent(1, 2), unnumbered(Kind::kDone, 1)}};
    world.arrive_all();
    world.arrive(0);  // a copy
    world.carry_out(Act::kSettle);
    EXPECT_EQ(world.check_all(), std::vector<std::string>{});
    EXPECT_EQ(world.tally.events, 5U);
    EXPECT_EQ(world.tally.of(Outcome::kReleased), 4U);
    EXPECT_EQ(world.tally.of(Outcome::kDuplicate), 1U);
    EXPECT_EQ(world.tally.of(Outcome::kHandled), 6U) << "four by all, two by made";
    EXPECT_EQ(world.tally.of(Outcome::kPark), 0U);
}

TEST(Check, AnEventThatArrivedAndIsNowhereIsALoss) {
    World world{{made(1), made(2)}};
    world.arrive(1);
    world.carry_out(Act::kSettle);
    EXPECT_TRUE(world.check_all().empty()) << "number 2 waits, and may";
    world.arrive(0);  // and nobody reads it
    const auto violations = world.check_all();
    EXPECT_TRUE(has(violations, "order-1: loss: order-1/a.1 is nowhere"));
    EXPECT_TRUE(has(violations, "order-1: liveness: order-1/a.2 waits for nothing"));
}

TEST(Check, WhatIsOrderedAndNotHandledIsNotLive) {
    World world{{made(1)}};
    world.arrive(0);
    for (int i = 0; i < 5; ++i) world.carry_out(Act::kStep);
    EXPECT_EQ(
        world.check_all(), std::vector<std::string>(2, "order-1: liveness: 0 of 1 events handled")
    ) << "by either subscription";
}

TEST(Check, ADeadEventThatNobodyParkedIsMissed) {
    World world{{made(1, Verdict::kDead)}};
    world.arrive(0);
    for (int i = 0; i < 5; ++i) world.carry_out(Act::kStep);
    EXPECT_TRUE(has(world.check_all(), "order-1: backlog: not parked at 1"));
    world.carry_out(Act::kSettle);
    EXPECT_EQ(world.check_all(), std::vector<std::string>{});
    EXPECT_EQ(world.tally.of(Outcome::kPark), 2U);
}

// ---- the ordered topic, forged
// -------------------------------------------------------------------

struct Forged {
    const char* name;
    std::vector<EventSpec> arrived;
    std::vector<std::pair<EventSpec, std::uint64_t>> ordered;  ///< with positions
    std::vector<std::string> violations;
};

class ForgedOrder : public testing::TestWithParam<Forged> {};

TEST_P(ForgedOrder, IsFound) {
    World world{GetParam().arrived};
    world.arrive_all();
    for (const auto& [event, position] : GetParam().ordered) {
        world.forge(record_of(event, Instant{0}), position);
    }
    EXPECT_EQ(world.check_order(), GetParam().violations);
    EXPECT_EQ(world.ordered["order-1"].size(), GetParam().ordered.size());
}

INSTANTIATE_TEST_SUITE_P(
    Kinds,
    ForgedOrder,
    testing::Values(
        Forged{"none", {made(1), sent(1, 1)}, {{made(1), 1}, {sent(1, 1), 2}}, {}},
        Forged{
            "twice",
            {made(1)},
            {{made(1), 1}, {made(1), 2}},
            {"order-1: doubling: order-1/a.1 is ordered twice"}},
        Forged{
            "hole",
            {made(1), made(2)},
            {{made(1), 1}, {made(2), 3}},
            {"order-1: hole: order-1/a.2 has position 3, and 2 comes next"}},
        Forged{
            "nobody",
            {made(1)},
            {{made(1), 1}, {made(9), 2}},
            {"order-1: order-1/a.9 was never made"}},
        Forged{
            "number",
            {made(1), made(2), made(3)},
            {{made(1), 1}, {made(3), 2}, {made(2), 3}},
            {"order-1: inversion: order-1/a.3 after number 1",
             "order-1: inversion: order-1/a.2 after number 3"}},
        Forged{
            "stamp",
            {made(1), made(2), sent(1, 2)},
            {{made(1), 1}, {sent(1, 2), 2}, {made(2), 3}},
            {"order-1: inversion: order-1/b.1 before /a 2"}},
        Forged{
            "parcel",
            {sent(1, 0), unnumbered(Kind::kDone, 1)},
            {{unnumbered(Kind::kDone, 1), 1}, {sent(1, 0), 2}},
            {"order-1: inversion: order-1/c.1 before its parcel"}},
        Forged{
            "note",
            {unnumbered(Kind::kNoted, 1), unnumbered(Kind::kNoted, 2)},
            {{unnumbered(Kind::kNoted, 2), 1}, {unnumbered(Kind::kNoted, 1), 2}},
            {"order-1: inversion: order-1/d.1 after a later note"}}
    ),
    [](const auto& one) { return one.param.name; }
);

TEST(Check, AGapThatCannotBeReadIsAHole) {
    World world{{made(1)}};
    Record gap = record_of(made(1), Instant{0});
    gap.headers.push_back({"ce_type", std::string{sequence::kGapType}});
    world.forge(gap, 1);
    EXPECT_EQ(
        world.check_order(), std::vector{std::string{"order-1: hole: a gap that cannot be read"}}
    );
}

TEST(Check, ASubjectThatIsNotAtHomeIsNamed) {
    constexpr std::uint32_t kHomes = 3;
    World world{{made(1)}, kHomes};
    world.arrive_all();
    const PartitionId strange{(home_of("order-1", kHomes).value + 1) % kHomes};
    world.forge(record_of(made(1), Instant{0}), 1, strange);
    EXPECT_EQ(world.check_order(), std::vector{std::string{"order-1: is not in its home"}});
}

TEST(Check, OfManyViolationsTheFirstFewAreKept) {
    World world{{made(1)}};
    for (std::uint64_t i = 0; i < 2 * Violations::kMax; ++i) {
        world.forge(record_of(made(9), Instant{0}), 0);
    }
    EXPECT_EQ(world.check_order().size(), Violations::kMax);
}

// ---- deliveries, held against another order than the one they had
// --------------------------------

TEST(Check, WhatWasHandledIsHeldAgainstWhatIsOrdered) {
    World world{{made(1), made(2)}};
    world.arrive_all();
    world.carry_out(Act::kSettle);
    ASSERT_TRUE(world.check_order().empty());
    ASSERT_TRUE(world.check_handled().empty());
    std::vector<OrderedRecord>& line = world.ordered["order-1"];
    std::swap(line[0].id, line[1].id);
    EXPECT_TRUE(has(
        world.check_handled(), "order-1: inversion: order-1/a.1 handled where order-1/a.2 is next"
    ));
    std::swap(line[0].id, line[1].id);
    line[1].verdict = Verdict::kDead;
    EXPECT_TRUE(has(world.check_handled(), "order-1: inversion: handled past a dead event"));
    line.push_back({"order-1/a.3", "a.made", false, Verdict::kDone});
    line[1].verdict = Verdict::kDone;
    EXPECT_TRUE(has(world.check_handled(), "order-1: liveness: 2 of 3 events handled"));
}

TEST(Check, WhatLiesInABacklogIsHeldAgainstWhatIsDue) {
    World world{{made(1, Verdict::kDead), made(2)}};
    world.arrive_all();
    world.carry_out(Act::kSettle);
    ASSERT_TRUE(world.check_order().empty());
    ASSERT_TRUE(world.check_handled().empty());
    std::vector<OrderedRecord>& line = world.ordered["order-1"];
    line.push_back({"order-1/a.3", "a.made", false, Verdict::kDone});
    EXPECT_TRUE(has(world.check_handled(), "order-1: backlog: it holds 2 events, and 3 are due"));
    line[0].verdict = Verdict::kRetryForEver;
    EXPECT_TRUE(has(world.check_handled(), "order-1: parked after 0 attempts"));
    line[0].verdict = Verdict::kDone;
    EXPECT_TRUE(
        has(world.check_handled(), "order-1: liveness: parked at 1 (never), and nothing is dead")
    );
}

}  // namespace
}  // namespace sluice::sim
