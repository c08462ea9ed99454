#include "commerce/chaos/early.hpp"

#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

/// One order: placed, paid, cancelled (the member), and a parcel that had seen the payment.
class OneOrder : public testing::Test {
protected:
    OneOrder() {
        raw_.orders.push_back({});
        raw_.orders[0].id = "o1";
        additions_.orders.push_back({});
        auto& acts = additions_.orders[0].acts;
        acts.push_back(act(ActType::kDispatched, 1, 2, 300));
        acts.push_back(act(ActType::kCompleted, 2, 3, 500));
        acts.push_back(act(ActType::kPlaced, 1, 0, 100));
        acts.push_back(act(ActType::kPaid, 2, 0, 200));
        acts.push_back(act(ActType::kCancelled, 3, 0, 400));
    }

    static Act act(ActType type, std::int32_t seq, std::int32_t depends_on, std::int64_t at) {
        Act act;
        act.type = type;
        act.seq = seq;
        act.depends_on = depends_on;
        act.at = UtcTime{1'500'000'000 + at};
        return act;
    }

    /// By number in the order of publishing: 0 placed, 1 paid, 2 dispatched, 3 cancelled, 4
    /// completed.
    [[nodiscard]] EarlyCounts count(const std::vector<Delivery>& deliveries) const {
        return count_early(Publications{raw_, additions_}, deliveries);
    }

    RawData raw_;
    Additions additions_;
};

TEST_F(OneOrder, AsPublishedNothingIsEarly) {
    EXPECT_EQ(count({{0}, {1}, {2}, {3}, {4}}), (EarlyCounts{1, 0, 2, 0}));
}

TEST_F(OneOrder, ACancellationBeforeThePaymentIsEarly) {
    EXPECT_EQ(count({{0}, {3}, {1}, {2}, {4}}), (EarlyCounts{1, 1, 2, 0}));
}

TEST_F(OneOrder, AParcelBeforeWhatItHadSeenIsEarlyAndSoIsOneBeforeItsDispatch) {
    EXPECT_EQ(count({{0}, {2}, {1}, {3}, {4}}), (EarlyCounts{1, 0, 2, 1}));
    EXPECT_EQ(count({{0}, {1}, {3}, {4}, {2}}), (EarlyCounts{1, 0, 2, 1}));
    EXPECT_EQ(count({{4}, {2}, {0}, {1}, {3}}), (EarlyCounts{1, 0, 2, 2}));
}

TEST_F(OneOrder, RepeatsDoNotCount) {
    EXPECT_EQ(count({{0}, {1}, {2}, {3}, {3, true}, {4}, {4, true}}), (EarlyCounts{1, 0, 2, 0}));
}

TEST(CheckEarly, FivePercentOfEachIsEnough) {
    EXPECT_TRUE(check_early({100, 5, 1'000, 50}).has_value());
    EXPECT_TRUE(check_early({}).has_value());
    EXPECT_FALSE(check_early({100, 4, 1'000, 50}).has_value());
    const Status status = check_early({100, 5, 1'000, 49});
    ASSERT_FALSE(status.has_value());
    EXPECT_NE(status.error().message.find("49 of 1000 deliveries"), std::string::npos);
}

}  // namespace
}  // namespace sluice::commerce
