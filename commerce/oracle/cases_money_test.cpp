// Cases 1 to 4 and 7 of docs/commerce/cases.md: shares, refunds and VAT to the minor unit.
#include "commerce/oracle/test_world.hpp"

#include <algorithm>

namespace sluice::commerce::oracle::test {
namespace {

const char* const kRefundsSoFar =
    "SELECT due_card + due_voucher FROM state WHERE type = 'order.cancelled' ORDER BY seq";

World case_1(const std::vector<Units>& steps) {
    World world;
    world.order("o", "m1", "C,1500,0,0")
        .item({.line = 1, .seller = "S1", .price = "19.90"})
        .item({.line = 2, .seller = "S2", .price = "35.50"})
        .item({.line = 3, .seller = "S1", .price = "7.77"})
        .item({.line = 4, .seller = "S3", .price = "50.00"})
        .item({.line = 5, .seller = "S2", .price = "12.35"})
        .pay("125.52")
        .placed()
        .paid();
    for (const auto& units : steps) world.cancelled(units);
    return world;
}

TEST(OracleCase1, SharesPerLineAndNetPerSeller) {
    const World world = case_1({});
    Answers answers{world};
    EXPECT_EQ(
        answers.rows("SELECT platform FROM oracle_apportionment_unit ORDER BY line"),
        "238; 424; 93; 597; 148"
    );
    EXPECT_EQ(
        answers.rows("SELECT seller_id, net FROM oracle_apportionment_seller ORDER BY 1"),
        "S1 2436; S2 4213; S3 4403"
    );
    EXPECT_EQ(answers.rows("SELECT due, card, status FROM oracle_order_head"), "11052 11052 paid");
}

TEST(OracleCase1, StepsOfCancellationEndAtTheSameSumInAnyOrder) {
    const Units first{{3, 1}};
    const Units second{{1, 1}, {5, 1}};
    const Units third{{2, 1}, {4, 1}};
    {
        const World world = case_1({first, second, third});
        Answers answers{world};
        EXPECT_EQ(answers.rows(kRefundsSoFar), "684; 3523; 11052");
        EXPECT_EQ(
            answers.rows("SELECT refund_card, status, units_cancelled FROM oracle_order_head"),
            "11052 cancelled 5"
        );
    }
    std::vector<Units> steps{first, second, third};
    std::sort(steps.begin(), steps.end());
    do {
        const World world = case_1(steps);
        EXPECT_EQ(Answers{world}.rows("SELECT MAX(due_card) FROM state"), "11052");
    } while (std::next_permutation(steps.begin(), steps.end()));
    const World at_once = case_1({{{1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}}});
    EXPECT_EQ(Answers{at_once}.rows(kRefundsSoFar), "11052");
}

TEST(OracleCase2, TiesGoToTheLowerUnit) {
    World world;
    world.order("o", "m1", "C,100,0,0");
    for (int unit = 1; unit <= 3; ++unit) world.item({.unit = unit, .price = "9.99"});
    world.pay("29.97").placed().paid().cancelled({{1, 1}}).cancelled({{1, 2}, {1, 3}});
    Answers answers{world};
    EXPECT_EQ(
        answers.rows("SELECT platform, net FROM oracle_apportionment_unit ORDER BY unit"),
        "34 965; 33 966; 33 966"
    );
    EXPECT_EQ(answers.rows(kRefundsSoFar), "965; 2897");
}

TEST(OracleCase3, EachBearerByItself) {
    World world;
    world.order("o", "m1", "C,10,1,0")
        .item({.line = 1, .price = "6.00"})
        .item({.line = 2, .price = "6.00"})
        .item({.line = 3, .price = "2.00"})
        .pay("14.00")
        .placed()
        .paid();
    EXPECT_EQ(
        Answers{world}.rows(
            "SELECT platform, seller_share FROM oracle_apportionment_unit ORDER BY line"
        ),
        "4 1; 4 0; 2 0"
    );
}

World case_4(const std::string& discount) {
    World world;
    world.order("o", "m1", discount)
        .item({.line = 1, .seller = "S1", .price = "30.00"})
        .item({.line = 2, .seller = "S2", .price = "20.00"})
        .item({.line = 3, .seller = "S1", .price = "0.00"})
        .pay("50.00")
        .placed();
    return world;
}

TEST(OracleCase4, AZeroOrderIsPaidWithoutPayment) {
    World world = case_4("FREE,5000,0,0");
    world.cancelled({{1, 1}}).dispatched("S1", {{3, 1}}).dispatched("S2", {{2, 1}});
    Answers answers{world};
    EXPECT_EQ(
        answers.rows("SELECT platform FROM oracle_apportionment_unit ORDER BY line"),
        "3000; 2000; 0"
    );
    EXPECT_EQ(
        answers.rows("SELECT due, card, refund_card, status FROM oracle_order_head"), "0 0 0 paid"
    );
    EXPECT_EQ(answers.rows("SELECT COUNT(*) FROM oracle_delivery_parcel"), "2");
}

TEST(OracleCase4, ACouponBeyondTheGoodsIsRefused) {
    const World world = case_4("FREE,6000,0,0");
    const auto oracle = Oracle::calculate(world.inputs());
    ASSERT_FALSE(oracle.has_value());
    EXPECT_EQ(oracle.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(oracle.error().message.find("discount exceeds the goods"), std::string::npos)
        << oracle.error().message;
}

TEST(OracleCase4, ACouponIsKeptUntilTheLastUnitGoes) {
    for (const int steps : {1, 2}) {
        World world;
        world.order("o", "m1", "C,1000,0,0")
            .item({.line = 1, .price = "30.00"})
            .item({.line = 2, .price = "30.00"})
            .pay("60.00")
            .placed()
            .paid()
            .cancelled({{1, 1}});
        if (steps == 2) world.cancelled({{2, 1}});
        Answers answers{world};
        EXPECT_EQ(answers.rows("SELECT due FROM oracle_order_head"), "5000");
        EXPECT_EQ(answers.rows(kRefundsSoFar), steps == 1 ? "2500" : "2500; 5000");
        EXPECT_EQ(
            answers.rows("SELECT amount, state, state_event_id FROM oracle_benefits_coupon"),
            steps == 1 ? "1000 used o.orders.1" : "1000 back o.orders.4"
        );
    }
}

TEST(OracleCase7, VatIsRoundedOncePerDocument) {
    World world;
    world.policy.currency_digits = 0;
    world.policy.minor_per_point = 1;
    world.order("o");
    for (int line = 1; line <= 3; ++line) {
        world.item({.line = line, .price = "1005", .freight = "0", .tax_bp = 1000});
    }
    world.pay("3015").placed().paid().cancelled({{2, 1}});
    Answers answers{world};
    EXPECT_EQ(
        answers.rows("SELECT kind, base, vat FROM oracle_tax_document ORDER BY kind DESC"),
        "invoice 3015 274; credit -1005 -91"
    );
    EXPECT_EQ(
        answers.rows("SELECT vat FROM oracle_apportionment_unit ORDER BY line"), "92; 91; 91"
    );
    EXPECT_EQ(
        answers.rows("SELECT SUM(amount) FROM oracle_ledger_entry WHERE account = 'vat_due'"),
        "-183"
    );
    EXPECT_EQ(answers.rows("SELECT balance FROM oracle_benefits_member"), "2010");
}

TEST(OracleCase7, ExemptGoodsCarryNoVat) {
    World world;
    world.policy.currency_digits = 0;
    world.order("o", "m1", "C,1650,0,0")
        .item({.line = 1, .price = "11000", .freight = "0", .tax_bp = 1000})
        .item({.line = 2, .price = "5500", .freight = "0", .tax_code = "exempt"})
        .pay("16500")
        .placed()
        .paid()
        .cancelled({{2, 1}});
    Answers answers{world};
    EXPECT_EQ(
        answers.rows("SELECT platform, net, vat FROM oracle_apportionment_unit ORDER BY line"),
        "1100 9900 900; 550 4950 0"
    );
    EXPECT_EQ(answers.rows(kRefundsSoFar), "4950");
    EXPECT_EQ(
        answers.rows("SELECT base, vat FROM oracle_tax_document WHERE kind = 'credit'"), "-4950 0"
    );
    EXPECT_EQ(
        answers.rows("SELECT SUM(amount) FROM oracle_ledger_entry WHERE account = 'vat_due'"),
        "-900"
    );
}

}  // namespace
}  // namespace sluice::commerce::oracle::test
