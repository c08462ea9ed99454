#include "commerce/order/order_service.hpp"

#include "commerce/events/test_service.hpp"
#include "commerce/orderstate/test_cases.hpp"
#include "commerce/orderstate/test_shuffle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

using test::TestOrder;
namespace cases = test::cases;

class OrderService : public test::ServiceTest {
protected:
    OrderService() : ServiceTest{make_order_service(Policy{})} {}

    std::string rows(const std::string& columns) {
        return query("SELECT " + columns + " FROM order_head ORDER BY order_id");
    }
};

TEST_F(OrderService, ARowFromPlacingOn) {
    PlacingInput input = cases::five_lines();
    input.shipping = {{"S1", 300}, {"S2", 50}};
    TestOrder order{input};
    done(order.placed());
    EXPECT_EQ(
        rows("*"),
        "o-1 m-1 2018-01-10T12:00:00Z C15 5 12552 1500 0 350 11402 0 0 0 0 0 0 0 1 placed\n"
    );
}

TEST_F(OrderService, Case1bEachStepRefundsItsShare) {
    TestOrder order{cases::five_lines()};
    done(order.placed());
    done(order.paid(11052));
    EXPECT_EQ(rows("card, status"), "11052 paid\n");
    done(order.cancelled({{3, 1}}));
    EXPECT_EQ(rows("refund_card, units_cancelled, status"), "684 1 paid\n");
    done(order.cancelled({{1, 1}, {5, 1}}));
    EXPECT_EQ(rows("refund_card"), "3523\n");
    done(order.cancelled({{2, 1}, {4, 1}}));
    EXPECT_EQ(rows("refund_card, refunded, last_sequence, status"), "11052 0 5 cancelled\n");
}

TEST_F(OrderService, Case2UnitsOfOneLine) {
    TestOrder order{cases::three_pieces()};
    done(order.placed());
    done(order.paid(2897));
    done(order.cancelled({{1, 1}}));
    EXPECT_EQ(rows("refund_card"), "965\n");
    done(order.cancelled({{1, 2}, {1, 3}}));
    EXPECT_EQ(rows("refund_card"), "2897\n");
}

TEST_F(OrderService, Case4aAZeroOrderIsPaidFromTheStart) {
    TestOrder order{cases::with_gift()};
    done(order.placed());
    EXPECT_EQ(rows("due, status"), "0 paid\n");
    done(order.cancelled({{1, 1}}));
    EXPECT_EQ(rows("refund_card, refund_voucher, status"), "0 0 paid\n");
}

TEST_F(OrderService, Case4cEachLineRefundsItsShareOfTheCoupon) {
    TestOrder order{cases::with_coupon()};
    done(order.placed());
    done(order.paid(5000));
    EXPECT_EQ(rows("due, card"), "5000 5000\n");
    done(order.cancelled({{1, 1}}));
    EXPECT_EQ(rows("refund_card, coupon, status"), "2500 C10 paid\n");
    done(order.cancelled({{2, 1}}));
    EXPECT_EQ(rows("refund_card, coupon, status"), "5000 C10 cancelled\n");
}

TEST_F(OrderService, Case5ReturnedByWishOrByTheSellersFault) {
    for (const char* fault : {"wish", "seller"}) {
        TestOrder order{cases::with_shipping(), fault};
        done(order.placed());
        done(order.paid(8020));
        done(order.cancelled({{2, 1}}));
        done(order.cancelled({{3, 1}}));
        done(order.returned({{1, 1}}, fault, fault == std::string{"wish"} ? 300 : 0));
    }
    EXPECT_EQ(
        rows("order_id, refund_card, units_cancelled, units_returned, status"),
        "seller 8020 2 1 closed\nwish 7420 2 1 closed\n"
    );
}

TEST_F(OrderService, Case6aCardFirst) {
    TestOrder order{cases::for_two_tenders()};
    done(order.placed());
    done(order.paid(7000, 5000));
    done(order.cancelled({{1, 1}}));
    EXPECT_EQ(rows("refund_card, refund_voucher"), "3000 0\n");
    done(order.cancelled({{2, 1}}));
    EXPECT_EQ(rows("refund_card, refund_voucher"), "7000 2000\n");
    done(order.cancelled({{3, 1}}));
    EXPECT_EQ(rows("refund_card, refund_voucher"), "7000 5000\n");
    done(order.refunded(4, 4000, 2000));
    EXPECT_EQ(rows("refunded, last_sequence"), "6000 6\n");
}

TEST_F(OrderService, Case6bAFullCancellationGivesBackAllThatWasCaptured) {
    TestOrder order{cases::of_a_hundred()};
    done(order.placed());
    done(order.paid(10235));
    EXPECT_EQ(rows("due, card, refund_card, status"), "10000 10235 0 paid\n");
    done(order.cancelled({{1, 1}}));
    EXPECT_EQ(rows("due, card, refund_card, status"), "10000 10235 10235 cancelled\n");
}

TEST_F(OrderService, Case10cMoneyAfterTheCancellationIsDueBackWhole) {
    TestOrder order{cases::with_coupon_of_ten()};
    done(order.placed());
    done(order.cancelled({{1, 1}}));
    EXPECT_EQ(rows("refund_card, status"), "0 cancelled\n");
    done(order.paid(10050));
    EXPECT_EQ(rows("card, refund_card, status"), "10050 10050 cancelled\n");
}

TEST_F(OrderService, WithoutItems) {
    TestOrder order{PlacingInput{}};
    done(order.placed());
    EXPECT_EQ(rows("units, due, status"), "0 0 paid\n");
    done(order.paid(5000));
    EXPECT_EQ(rows("card, refund_card, status"), "5000 5000 paid\n");
    done(order.cancelled({}));
    EXPECT_EQ(rows("status"), "cancelled\n");
}

TEST_F(OrderService, ImpossibleEventsAreDeadAndWriteNothing) {
    TestOrder order{cases::five_lines()};
    const Event placed = order.placed();
    const Event paid = order.paid(11052);
    EXPECT_EQ(give(paid), "unknown_order");
    done(placed);
    done(paid);
    done(order.cancelled({{3, 1}}));
    const std::string before = rows("*");
    EXPECT_EQ(give(placed), "already_placed");
    EXPECT_EQ(give(paid), "already_paid");
    EXPECT_EQ(give(order.cancelled({{3, 1}})), "unit_not_open");  // case 10a
    EXPECT_EQ(give(order.cancelled({{6, 1}})), "unknown_unit");
    EXPECT_EQ(give(order.refunded(2, 1)), "nothing_to_refund");
    EXPECT_EQ(rows("*"), before);
}

/// docs/commerce/read-models.md, "control_total", and its sum.
constexpr const char* kControlTotal =
    "SELECT SUM(CASE WHEN units>0 THEN gross+shipping ELSE 0 END) "
    "+ SUM(CASE WHEN units>0 AND (card+voucher>0 OR due=0) THEN card+voucher-due ELSE 0 END) "
    "+ SUM(CASE WHEN units=0 THEN card+voucher ELSE 0 END) "
    "- SUM(CASE WHEN units>0 AND card+voucher=0 THEN due ELSE 0 END) "
    "- SUM(card+voucher) - SUM(platform_discount+seller_discount) FROM order_head";

TEST_F(OrderService, TheInvariantsHoldAfterEveryEventOfRandomHistories) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::string, std::int64_t> paid_out;
    for (const Event& event : test::random_events(random, 300)) {
        if (!event.type.starts_with("order.")) continue;
        done(event);
        const auto row = sql_.query(
            "SELECT card, voucher, refund_card, refund_voucher, refunded, last_sequence FROM "
            "order_head "
            "WHERE order_id = ?",
            {event.subject}
        );
        const SqlRow& head = row.at(0);
        ASSERT_LE(head.integer(2), head.integer(0)) << event.id;
        ASSERT_LE(head.integer(3), head.integer(1)) << event.id;
        ASSERT_LE(head.integer(4), head.integer(2) + head.integer(3)) << event.id;
        ASSERT_EQ(std::to_string(head.integer(5)), event.extensions.at("sourcesequence"));
        const std::int64_t due = head.integer(2) + head.integer(3);
        ASSERT_GE(due, paid_out[event.subject]) << event.id;  // T never falls
        paid_out[event.subject] = due;
    }
    EXPECT_EQ(query(kControlTotal), "0\n");
}

}  // namespace
}  // namespace sluice::commerce
