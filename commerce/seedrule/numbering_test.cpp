#include "commerce/seedrule/numbering.hpp"

#include "base/test_seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace sluice::commerce {
namespace {

Act act(ActType type, std::int64_t at, std::int32_t parcel = 0) {
    Act act;
    act.type = type;
    act.at = UtcTime{at};
    act.parcel = parcel;
    return act;
}

std::vector<ActType> types(const std::vector<Act>& acts) {
    std::vector<ActType> out;
    out.reserve(acts.size());
    for (const Act& one : acts) out.push_back(one.type);
    return out;
}

TEST(NumberOrders, ByTimeThenByKind) {
    std::vector<Act> acts{
        act(ActType::kReturned, 5),
        act(ActType::kCancelled, 1),
        act(ActType::kPaid, 1),
        act(ActType::kPlaced, 1)};
    number_orders(acts);
    EXPECT_EQ(
        types(acts),
        (std::vector<ActType>{
            ActType::kPlaced, ActType::kPaid, ActType::kCancelled, ActType::kReturned})
    );
    for (std::size_t i = 0; i < acts.size(); ++i)
        EXPECT_EQ(acts[i].seq, static_cast<std::int32_t>(i + 1));
}

TEST(NumberOrders, RefundsFollowTheirCauseToItsNewNumber) {
    std::vector<Act> acts{
        act(ActType::kPlaced, 1), act(ActType::kCancelled, 2), act(ActType::kCancelled, 20)};
    number_orders(acts);
    Act first = act(ActType::kRefunded, 10);
    first.refund_of = 2;
    Act second = act(ActType::kRefunded, 30);
    second.refund_of = 3;
    acts.push_back(second);
    acts.push_back(first);
    number_orders(acts);
    EXPECT_EQ(acts[2].refund_of, 2);  // done before the second cancellation …
    EXPECT_EQ(acts[3].type, ActType::kCancelled);
    EXPECT_EQ(acts[3].seq, 4);  // … which therefore is 4 now
    EXPECT_EQ(acts[4].refund_of, 4);
}

TEST(NumberOrders, RefundsAtOneTimeComeByTheirCauses) {
    std::vector<Act> acts{
        act(ActType::kPlaced, 1), act(ActType::kCancelled, 2), act(ActType::kCancelled, 3)};
    number_orders(acts);
    for (const std::int32_t cause : {3, 2}) {
        acts.push_back(act(ActType::kRefunded, 9));
        acts.back().refund_of = cause;
    }
    number_orders(acts);
    EXPECT_EQ(acts[3].refund_of, 2);
    EXPECT_EQ(acts[4].refund_of, 3);
}

TEST(NumberDeliveries, ByTimeThenDispatchedFirstThenParcel) {
    std::vector<Act> acts{
        act(ActType::kCompleted, 5, 1),
        act(ActType::kDispatched, 5, 2),
        act(ActType::kDispatched, 5, 1)};
    number_deliveries(acts);
    EXPECT_EQ(acts[0].parcel, 1);
    EXPECT_EQ(acts[1].parcel, 2);
    EXPECT_EQ(acts[2].type, ActType::kCompleted);
    EXPECT_EQ(acts[2].seq, 3);
}

TEST(StampDeliveries, SeeTheLastOrderActNotAfterThem) {
    std::vector<Act> orders{
        act(ActType::kPlaced, 1), act(ActType::kPaid, 5), act(ActType::kReturned, 20)};
    number_orders(orders);
    std::vector<Act> deliveries{act(ActType::kDispatched, 4, 1), act(ActType::kCompleted, 5, 1)};
    stamp_deliveries(deliveries, orders);
    EXPECT_EQ(deliveries[0].depends_on, 1);
    EXPECT_EQ(deliveries[1].depends_on, 2);
}

TEST(NumberingModel, TheOrderGivenDoesNotMatter) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    constexpr std::array kinds{ActType::kPaid, ActType::kCancelled, ActType::kReturned};
    for (int round = 0; round < 500; ++round) {
        std::vector<Act> acts{act(ActType::kPlaced, 0)};
        for (std::int64_t i = 1; i < 8; ++i) {
            // Acts of one kind come at different times, as the rule makes them.
            acts.push_back(act(
                kinds.at(random() % kinds.size()), static_cast<std::int64_t>(random() % 4) * 100 + i
            ));
        }
        std::vector<Act> shuffled = acts;
        std::shuffle(shuffled.begin(), shuffled.end(), random);
        number_orders(acts);
        number_orders(shuffled);
        ASSERT_EQ(acts, shuffled);
        ASSERT_TRUE(std::is_sorted(acts.begin(), acts.end(), [](const Act& a, const Act& b) {
            return a.at < b.at;
        }));
    }
}

}  // namespace
}  // namespace sluice::commerce
