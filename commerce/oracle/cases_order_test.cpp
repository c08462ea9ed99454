// Cases 5, 6 and 10, and the order without items: shipping, tenders, points, late money.
#include "commerce/oracle/test_world.hpp"

namespace sluice::commerce::oracle::test {
namespace {

/// After an event: refunds due so far and what is kept.
const char* const kMoney =
    "SELECT due_card + due_voucher, kept FROM state WHERE seq > 2 ORDER BY seq";

std::string ledger(const std::string& account) {
    return "SELECT amount FROM oracle_ledger_entry WHERE account = '" + account +
           "' ORDER BY CAST(substr(event_id, instr(event_id, 'orders.') + 7) AS INTEGER)";
}

World case_5() {
    World world;
    world.order("o", "m1", "C,830,0,0")
        .item({.line = 1, .seller = "S1", .price = "40.00", .freight = "3.00"})
        .item({.line = 2, .seller = "S1", .price = "25.00"})
        .item({.line = 3, .seller = "S2", .price = "18.00", .freight = "2.50"})
        .pay("88.50")
        .placed()
        .paid()
        .cancelled({{2, 1}})
        .cancelled({{3, 1}})
        .dispatched("S1", {{1, 1}})
        .completed("S1", {{1, 1}});
    return world;
}

TEST(OracleCase5, ShippingGoesBackWithTheSellersLastUnit) {
    World world = case_5();
    world.returned({{1, 1}}, "wish", "300");
    Answers answers{world};
    EXPECT_EQ(
        answers.rows("SELECT platform FROM oracle_apportionment_unit ORDER BY line"),
        "400; 250; 180"
    );
    EXPECT_EQ(answers.rows("SELECT due FROM oracle_order_head"), "8020");
    EXPECT_EQ(answers.rows(kMoney), "2250 5770; 4120 3900; 7420 600");
    EXPECT_EQ(answers.rows("SELECT status FROM oracle_order_head"), "closed");
    EXPECT_EQ(
        answers.rows(
            "SELECT seller_id, shipping, open_shipping FROM oracle_apportionment_seller ORDER BY 1"
        ),
        "S1 300 300; S2 250 0"
    );
    EXPECT_EQ(answers.rows(ledger("return_fees")), "-300");
}

TEST(OracleCase5, BySellersFaultEverythingGoesBack) {
    World world = case_5();
    world.returned({{1, 1}}, "seller", "0");
    EXPECT_EQ(Answers{world}.rows(kMoney), "2250 5770; 4120 3900; 8020 0");
}

TEST(OracleCase5, ShippingIsApportionedWithTheCapturedMoney) {
    World world = case_5();
    EXPECT_EQ(
        Answers{world}.rows("SELECT captured FROM oracle_apportionment_seller ORDER BY seller_id"),
        "6150; 1870"
    );
}

TEST(OracleCase6, CardFirstThenVoucher) {
    World world;
    world.order("o")
        .item({.line = 1, .price = "30.00"})
        .item({.line = 2, .price = "60.00"})
        .item({.line = 3, .price = "30.00"})
        .pay("50.00", "voucher")
        .pay("70.00")
        .placed()
        .paid()
        .cancelled({{1, 1}})
        .cancelled({{2, 1}})
        .cancelled({{3, 1}})
        .refunded("4");
    Answers answers{world};
    EXPECT_EQ(
        answers.rows(
            "SELECT amount FROM oracle_sales_entry WHERE policy = 'order' AND kind = 'placed'"
        ),
        "12000"
    );
    EXPECT_EQ(
        answers.rows(
            "SELECT due_card, due_voucher FROM state WHERE seq BETWEEN 3 AND 5 ORDER BY seq"
        ),
        "3000 0; 7000 2000; 7000 5000"
    );
    EXPECT_EQ(answers.rows(ledger("refunds_due")), "-3000; -6000; -3000; 6000");
    EXPECT_EQ(answers.rows(ledger("cash")), "7000; -4000");
    EXPECT_EQ(answers.rows(ledger("voucher_liability")), "5000; -2000");
    EXPECT_EQ(answers.rows("SELECT refunded FROM oracle_order_head"), "6000");
}

TEST(OracleCase6, WhatIsPaidTooMuchIsNeverSales) {
    World world;
    world.order("o").item({.price = "100.00"}).pay("102.35").placed().paid().cancelled({{1, 1}});
    Answers answers{world};
    EXPECT_EQ(
        answers.rows("SELECT kind, amount FROM oracle_sales_entry WHERE policy = 'order' ORDER BY 2"
        ),
        "cancelled -10000; placed 10000"
    );
    EXPECT_EQ(answers.rows(ledger("payment_difference")), "-235; 235");
    EXPECT_EQ(answers.rows(kMoney), "10235 0");
}

World case_10(bool spent_before) {
    World world;
    if (spent_before) {
        world.order("a", "m1", "POINTS,80,0,80").item({.price = "10.00"}).placed();
    }
    world.order("o")
        .item({.line = 1, .price = "59.90"})
        .item({.line = 2, .price = "40.60"})
        .pay("100.50")
        .placed()
        .paid()
        .cancelled({{2, 1}});
    return world;
}

TEST(OracleCase10, PointsPerFullUnitKept) {
    Answers answers{case_10(false)};
    EXPECT_EQ(
        answers.rows("SELECT event_id, kind, points FROM oracle_benefits_points ORDER BY 1"),
        "o.orders.2 earned 100; o.orders.3 earned -41"
    );
}

TEST(OracleCase10, TheBalanceMayBeNegative) {
    Answers answers{case_10(true)};
    EXPECT_EQ(
        answers.rows("SELECT orders, earned, spent, balance FROM oracle_benefits_member"),
        "2 59 -80 -21"
    );
}

TEST(OracleCase10, MoneyAfterTheCancellationGoesBackInFull) {
    World world;
    world.order("o", "m1", "POINTS,100,0,100").item({.price = "101.50"}).pay("101.50").placed();
    world.cancelled({{1, 1}}).paid();
    Answers answers{world};
    EXPECT_EQ(answers.rows(kMoney), "10050 0");
    EXPECT_EQ(
        answers.rows("SELECT kind, points, event_id FROM oracle_benefits_points ORDER BY 2"),
        "spent -100 o.orders.1; unspent 100 o.orders.2"
    );
    EXPECT_EQ(answers.rows("SELECT state FROM oracle_benefits_coupon"), "back");
    EXPECT_EQ(answers.rows(ledger("refunds_due")), "-10050");
    EXPECT_EQ(answers.rows("SELECT status FROM oracle_order_head"), "cancelled");
}

TEST(OracleCases, AnOrderWithoutItemsOwesWhatWasPaid) {
    World world;
    world.order("o").pay("50.00").placed().paid();
    Answers answers{world};
    EXPECT_EQ(answers.rows("SELECT COUNT(*) FROM oracle_sales_entry"), "0");
    EXPECT_EQ(
        answers.rows("SELECT account, amount FROM oracle_ledger_entry ORDER BY 1"),
        "cash 5000; refunds_due -5000"
    );
    EXPECT_EQ(answers.rows("SELECT status, refund_card FROM oracle_order_head"), "paid 5000");
}

TEST(OracleCases, ThePaymentsPayTheDiscountFirst) {
    World world;
    world.order("o", "m1", "C,1200,300,0").item({.price = "40.00"});
    world.pay("10.00", "voucher")
        .pay("0.00")
        .pay("20.00", "boleto")
        .pay("10.00", "voucher")
        .placed()
        .paid();
    EXPECT_EQ(Answers{world}.rows("SELECT card, voucher FROM oracle_order_head"), "1500 1000");
}

TEST(OracleCases, AnInquiryShowsWhatTheActorSaw) {
    World world;
    world.order("o")
        .item({.line = 1, .price = "10.00"})
        .item({.line = 2, .seller = "s2", .price = "5.00"})
        .pay("15.00")
        .placed()
        .paid()
        .cancelled({{2, 1}})
        .act(
            {.type = "delivery.dispatched",
             .at = World::kDay,
             .units = {{1, 1}},
             .seller = "s1",
             .depends_on = "2"}
        )
        .completed("s1", {{1, 1}})
        .returned({{1, 1}}, "seller", "0");
    EXPECT_EQ(
        Answers{world}.rows("SELECT event_id, orders_seen, deliveries_seen, units_open, "
                            "units_cancelled, units_returned,"
                            " units_dispatched, units_delivered, claim, captured, refund_due FROM "
                            "oracle_inquiry_act"
                            " WHERE source = '/deliveries' OR sequence > 2 ORDER BY event_id"),
        "o.deliveries.1 2 1 2 0 0 1 0 1500 1500 0; o.deliveries.2 3 2 1 1 0 1 1 1000 1500 500; "
        "o.orders.3 3 0 1 1 0 0 0 1000 1500 500; o.orders.4 4 2 0 1 1 1 1 0 1500 1500"
    );
}

}  // namespace
}  // namespace sluice::commerce::oracle::test
