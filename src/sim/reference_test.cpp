#include "sim/reference.hpp"

#include "base/test_seed.hpp"
#include "sim/draw.hpp"
#include "sim/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

namespace sluice::sim {
namespace {

using Ids = std::set<std::string>;

History of(std::vector<EventSpec> events) {
    History history;
    history.events = std::move(events);
    return history;
}

EventSpec event(
    Kind kind, std::uint64_t number, std::uint32_t parcel = 0, std::uint64_t stamp = 0
) {
    return {kind, 1, number, stamp, parcel, 0, false, Verdict::kDone};
}

Expected expected(const History& history, const std::vector<std::uint32_t>& arrived) {
    return expected_of(history, arrived).at("order-1");
}

TEST(Reference, NumbersGoOneByOne) {
    const History history =
        of({event(Kind::kMade, 1), event(Kind::kChanged, 2), event(Kind::kMade, 3)});
    EXPECT_EQ(expected(history, {2, 0}).releasable, Ids{"order-1/a.1"});
    EXPECT_EQ(expected(history, {2, 0}).arrived, (Ids{"order-1/a.1", "order-1/a.3"}));
    EXPECT_EQ(expected(history, {2, 0, 1}).releasable.size(), 3U);
    EXPECT_TRUE(expected_of(history, {}).empty());
}

TEST(Reference, AStampWaitsForItsSourceAndAParcelForItsSending) {
    const History history =
        of({event(Kind::kMade, 1), event(Kind::kSent, 1, 1, 1), event(Kind::kDone, 0, 1)});
    EXPECT_TRUE(expected(history, {1, 2}).releasable.empty());
    EXPECT_EQ(expected(history, {0, 2}).releasable, Ids{"order-1/a.1"});
    EXPECT_EQ(expected(history, {2, 1, 0}).releasable.size(), 3U);
}

TEST(Reference, ANoteStaysBehindWhatItsChannelBroughtBeforeIt) {
    const History history = of({event(Kind::kDone, 0, 1), event(Kind::kNoted, 0, 1)});
    EXPECT_TRUE(expected(history, {0, 1}).releasable.empty()) << "the first waits for its parcel";
    EXPECT_EQ(expected(history, {1, 0}).releasable, Ids{"order-1/d.1"});
}

TEST(Reference, OfASubjectThatIsDisturbedNothingIsExpected) {
    History history = of({event(Kind::kMade, 1), event(Kind::kMade, 1), event(Kind::kMade, 2)});
    history.events[1].version = 1;
    history.events[2].invalid = true;
    EXPECT_FALSE(expected(history, {0}).disturbed);
    EXPECT_TRUE(expected(history, {0, 1}).disturbed) << "a conflict";
    EXPECT_FALSE(expected(history, {2}).disturbed) << "an invalid one is released as such";
    history.setup.invalid = sequence::InvalidPolicy::kWait;
    EXPECT_TRUE(expected(history, {2}).disturbed);
    history.setup.invalid = sequence::InvalidPolicy::kDead;
    history.setup.waiting_events_max = 1;
    EXPECT_TRUE(expected(history, {0, 2}).disturbed) << "more than may wait";
    EXPECT_FALSE(expected(history, {0, 0}).disturbed) << "a copy is no other event";
}

/// Notes stay in the order of their channel; all else must not care.
TEST(Reference, TheOrderOfArrivalDoesNotMatterAndMoreArrivalsReleaseNoLess) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    Random random{seed};
    for (std::uint64_t round = 0; round < 20; ++round) {
        History history = draw(seed + round, 300);
        std::erase_if(history.events, [](const EventSpec& one) {
            return one.kind == Kind::kNoted;
        });
        std::vector<std::uint32_t> arrived(history.events.size());
        std::iota(arrived.begin(), arrived.end(), 0U);
        const auto all = expected_of(history, arrived);
        for (std::size_t i = arrived.size(); i > 1; --i) {
            std::swap(arrived[i - 1], arrived[random.below(i)]);
        }
        const auto shuffled = expected_of(history, arrived);
        ASSERT_EQ(shuffled.size(), all.size());
        for (const auto& [subject, one] : all) {
            ASSERT_EQ(shuffled.at(subject).releasable, one.releasable) << subject;
            ASSERT_EQ(shuffled.at(subject).closes, one.closes);
        }
        arrived.resize(arrived.size() / 2);
        for (const auto& [subject, half] : expected_of(history, arrived)) {
            const Ids& whole = all.at(subject).releasable;
            ASSERT_TRUE(std::includes(
                whole.begin(), whole.end(), half.releasable.begin(), half.releasable.end()
            ));
        }
    }
}

}  // namespace
}  // namespace sluice::sim
