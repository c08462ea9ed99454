#include "commerce/seedrule/refunding.hpp"

#include "commerce/seedrule/arithmetic.hpp"
#include "commerce/seedrule/numbering.hpp"
#include "commerce/seedrule/pricing.hpp"
#include "commerce/seedrule/test_orders.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

/// Two lines of 10.00 with shipping 1.00 each, paid by voucher 5.00 and card 17.00.
class Refunding : public testing::Test {
protected:
    Refunding() {
        raw_.payments = {{1, "voucher", 500}, {2, "credit_card", 1'700}};
        added_.items = item_additions(raw_, false, Chance{1});
    }

    static Act act(ActType type, std::int64_t hours, std::vector<UnitRef> units = {}) {
        Act act;
        act.type = type;
        act.at = test::at("2018-01-10T12:00:00Z") + hours * kHour;
        act.happened = act.at;
        act.units = std::move(units);
        if (type == ActType::kCancelled) act.reason = Reason::kMember;
        return act;
    }

    [[nodiscard]] std::vector<Tenders> due(std::vector<Act> acts) const {
        number_orders(acts);
        return refunds_made_due(
            acts, placed_payload(raw_, added_).value(), paid_payload(raw_, added_)
        );
    }

    RawOrder raw_{test::raw_order({"s1", "s2"})};
    OrderAdditions added_;
};

TEST_F(Refunding, CancelledGoodsAndShippingGoBackCardFirst) {
    EXPECT_EQ(
        due(
            {act(ActType::kPlaced, 0),
             act(ActType::kPaid, 1),
             act(ActType::kCancelled, 2, {{1, 1}}),
             act(ActType::kCancelled, 3, {{2, 1}})}
        ),
        (std::vector<Tenders>{{0, 0}, {0, 0}, {1'100, 0}, {600, 500}})
    );
}

TEST_F(Refunding, APaymentAfterTheCancellationGoesBackWhole) {
    EXPECT_EQ(
        due(
            {act(ActType::kPlaced, 0),
             act(ActType::kCancelled, 1, {{1, 1}, {2, 1}}),
             act(ActType::kPaid, 2)}
        ),
        (std::vector<Tenders>{{0, 0}, {0, 0}, {1'700, 500}})
    );
}

TEST_F(Refunding, MostOfWhatIsDueIsDoneThreeDaysLater) {
    int done = 0;
    for (int i = 0; i < 300; ++i) {
        std::vector<Act> acts{
            act(ActType::kPlaced, 0),
            act(ActType::kPaid, 1),
            act(ActType::kCancelled, 2, {{1, 1}})};
        number_orders(acts);
        const auto placed = placed_payload(raw_, added_).value();
        add_refunds(acts, fmt::format("o{}", i), placed, paid_payload(raw_, added_), Chance{1});
        if (acts.size() == 3) continue;
        ++done;
        ASSERT_EQ(acts.size(), 4U);
        EXPECT_EQ(acts[3].refund_of, 3);
        EXPECT_EQ(acts[3].at, acts[2].at + 3 * kDay);
    }
    EXPECT_NEAR(done, 270, 25);
}

TEST_F(Refunding, NothingDueNothingDone) {
    std::vector<Act> acts{act(ActType::kPlaced, 0), act(ActType::kCancelled, 2, {{1, 1}})};
    number_orders(acts);
    for (int i = 0; i < 20; ++i) {
        const auto placed = placed_payload(raw_, added_).value();
        add_refunds(acts, fmt::format("o{}", i), placed, OrderPaid{}, Chance{1});
    }
    EXPECT_EQ(acts.size(), 2U);
}

}  // namespace
}  // namespace sluice::commerce
