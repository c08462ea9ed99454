#include "commerce/seedrule/story.hpp"

#include "commerce/seedrule/pricing.hpp"
#include "commerce/seedrule/test_orders.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace sluice::commerce {
namespace {

std::vector<Act> tell(const RawOrder& raw, StoryChoices choices = {}, std::uint64_t seed = 1) {
    OrderAdditions added;
    added.items = item_additions(raw, false, Chance{seed});
    return tell_story(raw, added, choices, Chance{seed}).value();
}

/// "orders 1 order.placed 2018-01-10T12:00:00Z" per act, with the stamp and the number of units.
std::vector<std::string> lines(const std::vector<Act>& acts) {
    std::vector<std::string> out;
    out.reserve(acts.size());
    for (const Act& act : acts) {
        out.push_back(fmt::format(
            "{} {} at {} saw {} units {}",
            act.seq,
            to_string(act.type),
            to_text(act.at),
            act.depends_on,
            act.units.size()
        ));
    }
    return out;
}

using Lines = std::vector<std::string>;

/// A seed with which nothing further happens to order o1 (no return, no late courier).
std::uint64_t quiet_seed(std::string_view order = "o1") {
    std::uint64_t seed = 1;
    while (Chance{seed}.happens(order, "return", 400) ||
           Chance{seed}.happens(order, "latecourier", 200))
        ++seed;
    return seed;
}

TEST(Story, OfADeliveredOrder) {
    EXPECT_EQ(
        lines(tell(test::raw_order({"s1", "s2"}), {}, quiet_seed())),
        (Lines{
            "1 delivery.dispatched at 2018-01-12T12:00:00Z saw 2 units 1",
            "2 delivery.dispatched at 2018-01-12T13:00:00Z saw 2 units 1",
            "3 delivery.completed at 2018-01-19T12:10:00Z saw 2 units 1",
            "4 delivery.completed at 2018-01-20T12:10:00Z saw 2 units 1",
            "1 order.placed at 2018-01-10T12:00:00Z saw 0 units 0",
            "2 order.paid at 2018-01-10T13:00:00Z saw 0 units 0"})
    );
}

TEST(Story, ClocksThatLieAreLifted) {
    RawOrder raw = test::raw_order({"s1"});
    raw.approved = raw.purchased + -5 * kDay;
    raw.handed_over = raw.purchased + -10 * kDay;
    raw.delivered = raw.purchased + -8 * kDay;
    EXPECT_EQ(
        lines(tell(raw, {}, quiet_seed())),
        (Lines{
            "1 delivery.dispatched at 2018-01-10T12:00:00Z saw 2 units 1",
            "2 delivery.completed at 2018-01-10T12:10:00Z saw 2 units 1",
            "1 order.placed at 2018-01-10T12:00:00Z saw 0 units 0",
            "2 order.paid at 2018-01-10T12:00:00Z saw 0 units 0"})
    );
}

TEST(Story, ACourierBeforeTheApprovalHasSeenThePlacingOnly) {
    RawOrder raw = test::raw_order({"s1"}, RawStatus::kShipped);
    raw.approved = raw.purchased + 5 * kDay;
    const auto acts = tell(raw);
    ASSERT_EQ(acts.front().type, ActType::kDispatched);
    EXPECT_EQ(acts.front().depends_on, 1);
}

TEST(Story, WithoutMoneyNothingIsPaid) {
    RawOrder raw = test::raw_order({"s1"}, RawStatus::kProcessing);
    raw.payments.clear();
    EXPECT_EQ(lines(tell(raw)), (Lines{"1 order.placed at 2018-01-10T12:00:00Z saw 0 units 0"}));
}

TEST(Story, ARecordedCancellationFollowsThePaymentAndNothingIsSent) {
    RawOrder raw = test::raw_order({"s1", "s1"}, RawStatus::kCanceled);
    raw.handed_over = raw.purchased + kDay;
    const auto acts = tell(raw);
    ASSERT_GE(acts.size(), 3U);
    EXPECT_EQ(acts[0].type, ActType::kPlaced);
    EXPECT_EQ(acts[1].type, ActType::kPaid);
    EXPECT_EQ(acts[2].type, ActType::kCancelled);
    EXPECT_EQ(acts[2].reason, Reason::kSeller);
    EXPECT_EQ(acts[2].units.size(), 2U);
    const std::int64_t hours = (acts[2].at.seconds - acts[1].at.seconds) / kHour;
    EXPECT_GE(hours, 1);
    EXPECT_LE(hours, 72);
}

TEST(Story, CanceledButDeliveredIsReturnedWhole) {
    RawOrder raw = test::raw_order({"s1", "s2"});
    raw.status = RawStatus::kCanceled;
    const auto acts = tell(raw, {}, quiet_seed());
    const auto& returned = acts[6];
    ASSERT_EQ(returned.type, ActType::kReturned);
    EXPECT_EQ(returned.fault, Fault::kSeller);
    EXPECT_EQ(returned.units.size(), 2U);
    EXPECT_EQ(returned.depends_on, 4);  // the later of the two parcels
    EXPECT_EQ(returned.fee, 0);
}

TEST(Story, StepsComeBeforeTheParcelWhichHoldsTheRest) {
    const RawOrder raw = test::raw_order({"s1", "s1", "s1", "s1"});
    bool all = false;
    bool some = false;
    for (std::uint64_t seed = 1; seed < 40; ++seed) {
        std::size_t cancelled = 0;
        std::size_t steps = 0;
        std::size_t sent = 0;
        for (const Act& act : tell(raw, {true, false}, seed)) {
            if (act.type == ActType::kCancelled) cancelled += act.units.size();
            if (act.type == ActType::kCancelled) ++steps;
            if (act.type == ActType::kDispatched) sent += act.units.size();
        }
        EXPECT_TRUE(steps == 2 || steps == 3);
        EXPECT_EQ(cancelled + sent, 4U);
        all = all || sent == 0;
        some = some || sent > 0;
    }
    EXPECT_TRUE(all && some);
}

TEST(Story, OfTwoUnitsOneStepKeepsOne) {
    const RawOrder raw = test::raw_order({"s1", "s2"});
    for (std::uint64_t seed = 1; seed < 20; ++seed) {
        const bool all = Chance{seed}.below("o1", "all", 2) == 0;
        std::size_t steps = 0;
        for (const Act& act : tell(raw, {true, false}, seed))
            steps += act.type == ActType::kCancelled ? 1 : 0;
        EXPECT_EQ(steps, all ? 2U : 1U);
    }
}

TEST(Story, ALatePaymentIsRefundedInFull) {
    const auto acts = tell(test::raw_order({"s1"}), {false, true}, 3);
    EXPECT_EQ(acts[1].type, ActType::kCancelled);
    EXPECT_EQ(to_text(acts[1].at), "2018-01-10T14:00:00Z");
    EXPECT_EQ(acts[2].type, ActType::kPaid);
    EXPECT_EQ(to_text(acts[2].at), "2018-01-15T12:00:00Z");
    if (acts.size() > 3) {
        EXPECT_EQ(acts[3].type, ActType::kRefunded);
        EXPECT_EQ(acts[3].refund_of, 3);
    }
}

TEST(Story, MoneyOfAnOrderWithoutItemsGoesBack) {
    RawOrder raw = test::raw_order({}, RawStatus::kUnavailable);
    int refunded = 0;
    for (int i = 0; i < 200; ++i) {
        raw.id = fmt::format("o{}", i);
        const auto acts = tell(raw);
        if (acts.size() == 2) continue;
        ASSERT_EQ(acts[2].type, ActType::kRefunded);
        EXPECT_EQ(acts[2].refund_of, 2);
        EXPECT_EQ(acts[2].at, acts[1].at + 3 * kDay);
        ++refunded;
    }
    EXPECT_NEAR(refunded, 180, 18);
}

TEST(Story, ReviewsAreWrittenOfParcelsAndComplainedOtherwise) {
    RawOrder raw = test::raw_order({"s1"});
    raw.reviews = {
        {"r1", 5, test::at("2018-01-11T00:00:00Z"), test::at("2018-01-12T00:00:00Z")},
        {"r2", 1, test::at("2018-01-12T00:00:00Z"), test::at("2018-02-12T00:00:00Z")}};
    const auto written = tell(raw, {}, quiet_seed());
    const Act& first = written[written.size() - 2];
    EXPECT_EQ(first.type, ActType::kWritten);
    EXPECT_EQ(first.seq, 1);
    EXPECT_EQ(to_text(first.at), "2018-01-19T12:10:00Z");  // lifted to the completion
    EXPECT_EQ(to_text(written.back().at), "2018-02-12T00:00:00Z");
    raw.status = RawStatus::kShipped;
    EXPECT_EQ(tell(raw, {}, quiet_seed()).back().type, ActType::kComplained);
}

}  // namespace
}  // namespace sluice::commerce
