#include "commerce/orderstate/order_state.hpp"

#include "commerce/events/reasons.hpp"
#include "commerce/orderstate/test_cases.hpp"
#include "commerce/orderstate/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

namespace cases = test::cases;
using Units = std::vector<UnitRef>;

OrderState placed(const PlacingInput& input) {
    return OrderState{place(input).value()};
}

OrderPaid payment(std::int64_t card, std::int64_t voucher = 0) {
    return OrderPaid{{}, card, voucher, card + voucher};
}

OrderCancelled cancellation(Units units) {
    return OrderCancelled{std::move(units), "member"};
}

OrderReturned by_wish(Units units, std::int64_t fee) {
    return OrderReturned{std::move(units), "wish", fee, UtcTime{}};
}

OrderReturned by_seller(Units units) {
    return OrderReturned{std::move(units), "seller", 0, UtcTime{}};
}

template <class Event>
Change apply(OrderState& state, const Event& event) {
    const auto change = state.apply(event, state.sequence() + 1);
    EXPECT_TRUE(change.has_value()) << (change.has_value() ? "" : change.error().message);
    return change.has_value() ? change.value() : Change{};
}

template <class Event>
std::string refusal(OrderState& state, const Event& event) {
    const OrderState before = state;
    const auto change = state.apply(event, state.sequence() + 1);
    EXPECT_EQ(state, before);
    return change.has_value() ? "applied" : change.error().message;
}

TEST(OrderState, Case1bCancelledInSteps) {
    OrderState state = placed(cases::five_lines());
    EXPECT_EQ(apply(state, payment(11052)).refund, (Tenders{0, 0}));
    EXPECT_EQ(apply(state, cancellation({{3, 1}})).refund, (Tenders{684, 0}));
    EXPECT_EQ(apply(state, cancellation({{1, 1}, {5, 1}})).refund, (Tenders{2839, 0}));
    EXPECT_EQ(apply(state, cancellation({{2, 1}, {4, 1}})).refund, (Tenders{7529, 0}));
    EXPECT_EQ(state.refunds_due(), (Tenders{11052, 0}));
    EXPECT_EQ(state.kept(), 0);
    EXPECT_TRUE(state.all_cancelled());
}

TEST(OrderState, Case2UnitsOfALine) {
    OrderState state = placed(cases::three_pieces());
    apply(state, payment(2897));
    EXPECT_EQ(apply(state, cancellation({{1, 1}})).refund.total(), 965);
    EXPECT_EQ(apply(state, cancellation({{1, 2}, {1, 3}})).refund.total(), 1932);
    EXPECT_EQ(state.refunds_due().total(), 2897);
}

TEST(OrderState, Case4aAZeroOrderRefundsNothing) {
    OrderState state = placed(cases::with_gift());
    EXPECT_EQ(apply(state, cancellation({{1, 1}})).refund.total(), 0);
    EXPECT_EQ(state.claim(), 0);
    EXPECT_EQ(state.count(Fate::kOpen), 2);
}

TEST(OrderState, Case4cEachLineItsShare) {
    OrderState state = placed(cases::with_coupon());
    apply(state, payment(5000));
    EXPECT_EQ(apply(state, cancellation({{2, 1}})).refund.total(), 2500);
    EXPECT_EQ(apply(state, cancellation({{1, 1}})).refund.total(), 2500);
}

TEST(OrderState, Case5ShippingGoesWithTheLastOpenUnit) {
    OrderState state = placed(cases::with_shipping());
    apply(state, payment(8020));
    EXPECT_EQ(apply(state, cancellation({{2, 1}})).nominal, 2250);
    const Change second = apply(state, cancellation({{3, 1}}));
    EXPECT_EQ(second.nominal, 1870);
    EXPECT_EQ(second.sellers, (std::vector<std::size_t>{1}));

    OrderState wish = state;
    EXPECT_EQ(apply(wish, by_wish({{1, 1}}, 300)).nominal, 3300);
    EXPECT_EQ(wish.kept(), 600);
    EXPECT_EQ(wish.fees(), 300);
    EXPECT_FALSE(wish.sellers()[0].shipping_refunded);

    EXPECT_EQ(apply(state, by_seller({{1, 1}})).nominal, 3900);
    EXPECT_EQ(state.kept(), 0);
}

TEST(OrderState, ShippingStaysAfterAReturnByWishAndACancellation) {
    OrderState state = placed(cases::with_shipping());
    apply(state, by_wish({{1, 1}}, 0));
    const Change change = apply(state, cancellation({{2, 1}}));  // S1 has shipped something
    EXPECT_EQ(change.nominal, 2250);
    EXPECT_TRUE(change.sellers.empty());
}

TEST(OrderState, Case6aCardFirstThenVoucher) {
    OrderState state = placed(cases::for_two_tenders());
    apply(state, payment(7000, 5000));
    EXPECT_EQ(apply(state, cancellation({{1, 1}})).refund, (Tenders{3000, 0}));
    EXPECT_EQ(apply(state, cancellation({{2, 1}})).refund, (Tenders{4000, 2000}));
    EXPECT_EQ(apply(state, cancellation({{3, 1}})).refund, (Tenders{0, 3000}));
}

TEST(OrderState, Case6bAFullCancellationGivesBackAllThatWasCaptured) {
    OrderState state = placed(cases::of_a_hundred());
    apply(state, payment(10235));
    EXPECT_EQ(state.kept(), 10235);
    EXPECT_EQ(state.claim(), 10000);
    EXPECT_EQ(apply(state, cancellation({{1, 1}})).refund.total(), 10235);
}

TEST(OrderState, Case10PointsAndLateMoney) {
    OrderState state = placed(cases::of_two_lines());
    apply(state, payment(10050));
    EXPECT_EQ(state.points(100), 100);
    apply(state, cancellation({{1, 1}}));
    EXPECT_EQ(state.points(100), 59);

    OrderState unpaid = placed(cases::of_two_lines());
    apply(unpaid, cancellation({{1, 1}, {2, 1}}));
    EXPECT_EQ(unpaid.refunds_due().total(), 0);
    EXPECT_EQ(apply(unpaid, payment(10050)).refund, (Tenders{10050, 0}));
    EXPECT_EQ(unpaid.kept(), 0);
}

TEST(OrderState, WithoutItemsAllThatIsPaidIsDueBack) {
    OrderState state = placed(PlacingInput{});
    EXPECT_TRUE(state.all_cancelled());
    EXPECT_EQ(apply(state, payment(5000)).refund, (Tenders{5000, 0}));
    EXPECT_EQ(apply(state, cancellation({})).refund.total(), 0);
    EXPECT_TRUE(state.cancelled_once());
}

TEST(OrderState, ARefundIsDueThenDone) {
    OrderState state = placed(cases::five_lines());
    apply(state, payment(11052));
    apply(state, cancellation({{3, 1}}));
    EXPECT_EQ(state.refunds_done(), (Tenders{0, 0}));
    EXPECT_EQ(refusal(state, OrderRefunded{2, 684, 0}), reason::kNothingToRefund);
    EXPECT_EQ(refusal(state, OrderRefunded{3, 683, 0}), reason::kRefundDiffers);
    apply(state, OrderRefunded{3, 684, 0});
    EXPECT_EQ(state.refunds_done(), (Tenders{684, 0}));
    EXPECT_EQ(state.sequence(), 4);
    EXPECT_EQ(refusal(state, OrderRefunded{3, 684, 0}), reason::kAlreadyRefunded);
}

TEST(OrderState, AnImpossibleEventChangesNothing) {
    OrderState state = placed(cases::with_shipping());
    apply(state, payment(8020));
    EXPECT_EQ(refusal(state, payment(1)), reason::kAlreadyPaid);
    EXPECT_EQ(refusal(state, cancellation({{2, 1}, {9, 1}})), reason::kUnknownUnit);
    EXPECT_EQ(refusal(state, cancellation({{2, 1}, {2, 1}})), reason::kUnitNotOpen);
    apply(state, cancellation({{2, 1}}));
    EXPECT_EQ(refusal(state, cancellation({{2, 1}})), reason::kUnitNotOpen);
    EXPECT_EQ(refusal(state, by_seller({{2, 1}})), reason::kUnitNotOpen);
    EXPECT_EQ(refusal(state, by_wish({{1, 1}}, 3601)), reason::kFeeTooHigh);
}

TEST(OrderState, IsItsText) {
    PlacingInput input = cases::with_shipping();
    input.units[0].seller = "a seller: 12 with blanks ";
    input.shipping[0].seller = input.units[0].seller;
    input.units[0].tax_code = "";
    OrderState state = placed(input);
    apply(state, payment(8000, 20));
    apply(state, cancellation({{2, 1}}));
    apply(state, OrderRefunded{3, 2250, 0});
    const std::string text = state.save();
    EXPECT_EQ(OrderState::load(text).value(), state);
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(OrderState::load(text.substr(0, size)).has_value()) << size;
    }
    EXPECT_FALSE(OrderState::load(text + "1 ").has_value());
    EXPECT_EQ(OrderState::load("2 1 ").error().code, ErrorCode::kCorrupt);
}

TEST(Text, GettersAnswerNothingAfterTheFirstBadValue) {
    TextReader in{"1 3:abc 7"};
    EXPECT_EQ(in.number(), 1);
    EXPECT_EQ(in.text(), "abc");
    EXPECT_FALSE(in.at_end());
    EXPECT_EQ(in.number(), 0);
    EXPECT_FALSE(in.ok());
    EXPECT_EQ(in.text(), "");
    TextReader lies{"99999999 "};
    EXPECT_EQ(lies.count(), 0U);
    TextReader longer{"5:abc "};
    EXPECT_EQ(longer.text(), "");
    EXPECT_FALSE(longer.ok());
}

}  // namespace
}  // namespace sluice::commerce
