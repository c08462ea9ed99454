// Cases 8 and 9, late couriers and reviews: what depends on dates, rates and the calendar.
#include "commerce/oracle/test_world.hpp"

namespace sluice::commerce::oracle::test {
namespace {

std::string ledger_of(const std::string& event_id) {
    return "SELECT account, amount FROM oracle_ledger_entry WHERE event_id = '" + event_id +
           "' ORDER BY 1";
}

World case_8() {
    World world;
    world.order("o", "m1", "C,600,400,0");
    for (int unit = 1; unit <= 3; ++unit) {
        world.item({.unit = unit, .seller = "S", .price = "33.33", .commission_bp = 1200});
    }
    world.pay("99.99").placed("2017-05-10T12:00:00Z").paid("2017-05-10T13:00:00Z");
    world.dispatched("S", {{1, 1}, {1, 2}, {1, 3}}, "2017-05-11T12:00:00Z");
    world.completed("S", {{1, 1}, {1, 2}, {1, 3}}, "2017-05-12T12:00:00Z");
    return world;
}

TEST(OracleCase8, BothBearersAndTheCommission) {
    Answers answers{case_8()};
    EXPECT_EQ(
        answers.rows("SELECT seller_share, commission, payable, net FROM oracle_apportionment_unit"
                     " ORDER BY unit"),
        "134 384 2815 2999; 133 384 2816 3000; 133 384 2816 3000"
    );
    EXPECT_EQ(answers.rows("SELECT due FROM oracle_order_head"), "8999");
    EXPECT_EQ(answers.rows("SELECT day, paid FROM oracle_settlement_payout"), "2017-05-19 8447");
}

TEST(OracleCase8, AReturnAfterThePayoutIsCarried) {
    World world = case_8();
    world.returned({{1, 1}}, "seller", "0", "2017-05-25T12:00:00Z");
    world.returned({{1, 2}, {1, 3}}, "seller", "0", "2017-05-26T12:00:00Z");
    int day = 20;
    for (const char* price : {"50.00", "60.00"}) {
        const std::string at = fmt::format("2017-05-{}T12:00:00Z", day++);
        world.order(fmt::format("later{}", day)).item({.seller = "S", .price = price});
        world.placed(at).dispatched("S", {{1, 1}}, at).completed("S", {{1, 1}}, at);
    }
    Answers answers{world};
    EXPECT_EQ(
        answers.rows(ledger_of("o.orders.3")),
        "commission_revenue 384; promotion -200; refunds_due -2999; seller_payable 2815"
    );
    EXPECT_EQ(
        answers.rows(
            "SELECT day, carried_in, items, paid, carried_out FROM oracle_settlement_payout"
            " ORDER BY day"
        ),
        "2017-05-19 0 8447 8447 0; 2017-05-25 0 -2815 0 -2815; 2017-05-26 -2815 -5632 0 -8447; "
        "2017-05-27 -8447 5000 0 -3447; 2017-05-28 -3447 6000 2553 0"
    );
}

TEST(OracleCase8, AReturnIsNotAvailableBeforeItsDelivery) {
    World world = case_8();
    world.returned({{1, 1}, {1, 2}, {1, 3}}, "wish", "100", "2017-05-14T12:00:00Z");
    Answers answers{world};
    EXPECT_EQ(
        answers.rows("SELECT kind, available_on, amount FROM oracle_settlement_item ORDER BY kind"),
        "delivered 2017-05-19 8447; returned 2017-05-19 -8447"
    );
    EXPECT_EQ(answers.rows("SELECT items, paid FROM oracle_settlement_payout"), "0 0");
}

/// KST: 02-01 00:10 there is 01-31 15:10 UTC.
World case_9() {
    World world;
    world.policy = Policy{.offset_minutes = 540, .switch_on = "2024-02-01"};
    world.order("R")
        .item({.line = 1, .price = "60.00"})
        .item({.line = 2, .price = "40.00"})
        .placed("2024-01-31T15:10:00Z")
        .cancelled({{2, 1}}, "2024-02-10T01:00:00Z")
        .dispatched("s1", {{1, 1}}, "2024-02-11T01:00:00Z")
        .completed("s1", {{1, 1}}, "2024-02-12T01:00:00Z")
        .returned({{1, 1}}, "seller", "0", "2024-03-03T01:00:00Z");
    world.order("P")
        .item({.price = "80.00"})
        .placed("2024-01-30T01:00:00Z")
        .dispatched("s1", {{1, 1}}, "2024-02-02T01:00:00Z")
        .completed("s1", {{1, 1}}, "2024-02-03T01:00:00Z");
    world.order("Q")
        .item({.price = "50.00"})
        .placed("2024-01-28T01:00:00Z")
        .dispatched("s1", {{1, 1}}, "2024-01-30T01:00:00Z")
        .completed("s1", {{1, 1}}, "2024-01-31T01:00:00Z")
        .returned({{1, 1}}, "seller", "0", "2024-02-05T01:00:00Z");
    return world;
}

TEST(OracleCase9, TwoPoliciesSideBySide) {
    Answers answers{case_9()};
    const auto entries = [&](const char* policy, const char* order) {
        return answers.rows(fmt::format(
            "SELECT booked_on, amount FROM oracle_sales_entry WHERE policy = '{}' AND order_id = "
            "'{}'"
            " ORDER BY 1",
            policy,
            order
        ));
    };
    EXPECT_EQ(entries("order", "R"), "2024-02-01 10000; 2024-02-10 -4000; 2024-03-03 -6000");
    EXPECT_EQ(entries("delivery", "R"), "2024-02-12 6000; 2024-03-03 -6000");
}

TEST(OracleCase9, TheSwitchWritesTransitions) {
    Answers answers{case_9()};
    const auto months = [&](const char* policy) {
        return answers.rows(fmt::format(
            "SELECT substr(booked_on, 1, 7), SUM(amount) FROM oracle_sales_day WHERE policy = '{}'"
            " GROUP BY 1 ORDER BY 1",
            policy
        ));
    };
    EXPECT_EQ(months("booked"), "2024-01 5000; 2024-02 9000; 2024-03 -6000");
    EXPECT_EQ(months("order"), "2024-01 13000; 2024-02 1000; 2024-03 -6000");
    EXPECT_EQ(
        answers.rows("SELECT event_id, booked_on, units, amount FROM oracle_sales_entry"
                     " WHERE kind = 'transition'"),
        "P.transition 2024-02-01 1 8000"
    );
}

TEST(OracleCase9, AfterTheSwitchACancellationLessensTheTransition) {
    World world;
    world.policy.switch_on = "2018-01-01";
    world.order("o")
        .item({.line = 1, .price = "10.00"})
        .item({.line = 2, .price = "7.00"})
        .item({.line = 3, .price = "5.00"})
        .placed("2017-12-30T12:00:00Z")
        .cancelled({{1, 1}}, "2017-12-31T12:00:00Z")
        .cancelled({{2, 1}}, "2018-01-01T12:00:00Z");
    EXPECT_EQ(
        Answers{world}.rows(
            "SELECT kind, units, amount FROM oracle_sales_entry WHERE policy = 'booked'"
            " ORDER BY kind"
        ),
        "cancelled 1 -700; transition 2 1200"
    );
}

TEST(OracleDates, ALateCourierPostsToTheOpenMonth) {
    World world;
    int number = 0;
    for (const char* at :
         {"2018-02-03T12:00:00Z", "2018-02-04T02:59:59Z", "2018-02-04T03:00:00Z"}) {
        world.order(fmt::format("o{}", ++number)).item({.price = "10.00"});
        world.placed("2018-01-20T12:00:00Z").dispatched("s1", {{1, 1}}, "2018-01-21T12:00:00Z");
        world.act(
            {.type = "delivery.completed",
             .at = at,
             .units = {{1, 1}},
             .happened = "2018-01-30T12:00:00Z",
             .seller = "s1"}
        );
    }
    Answers answers{world};
    EXPECT_EQ(
        answers.rows("SELECT booked_on FROM oracle_sales_entry WHERE kind = 'delivered'"
                     " AND policy = 'delivery' ORDER BY event_id"),
        "2018-01-30; 2018-01-30; 2018-02-04"
    );
    EXPECT_EQ(
        answers.rows("SELECT late_recorded FROM oracle_delivery_parcel ORDER BY parcel"), "0; 0; 1"
    );
}

TEST(OracleDates, ReviewsCountForEverySellerOnce) {
    World world;
    world.order("o")
        .item({.line = 1, .seller = "a", .price = "1.00"})
        .item({.line = 2, .seller = "a", .price = "1.00"})
        .item({.line = 3, .seller = "b", .price = "1.00"})
        .placed("2017-05-11T02:00:00Z")
        .act({.type = "review.complained", .at = "2017-06-11T03:00:00Z", .score = "2"});
    Answers answers{world};
    EXPECT_EQ(
        answers.rows("SELECT event_id, kind, score, days_after_placed FROM oracle_review_entry"),
        "o.reviews.1 complained 2 32"
    );
    EXPECT_EQ(answers.rows("SELECT * FROM oracle_review_seller ORDER BY 1"), "a 1 2; b 1 2");
}

}  // namespace
}  // namespace sluice::commerce::oracle::test
