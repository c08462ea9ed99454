#include "commerce/apportionment/apportionment_service.hpp"

#include "commerce/events/test_service.hpp"
#include "commerce/orderstate/state_table.hpp"
#include "commerce/orderstate/test_cases.hpp"
#include "commerce/orderstate/test_shuffle.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sluice::commerce {
namespace {

using test::TestOrder;
namespace cases = test::cases;

class ApportionmentService : public test::ServiceTest {
protected:
    ApportionmentService() : ServiceTest{make_apportionment_service(Policy{})} {}

    std::string units(const std::string& columns) {
        return query(
            "SELECT " + columns + " FROM apportionment_unit ORDER BY order_id, line, unit"
        );
    }

    std::string sellers(const std::string& columns) {
        return query(
            "SELECT " + columns + " FROM apportionment_seller ORDER BY order_id, seller_id"
        );
    }
};

TEST_F(ApportionmentService, Case1aSharesAndSellers) {
    TestOrder order{cases::five_lines()};
    done(order.placed());
    EXPECT_EQ(units("platform"), "238\n424\n93\n597\n148\n");
    EXPECT_EQ(sellers("seller_id, net, captured"), "S1 2436 0\nS2 4213 0\nS3 4403 0\n");
    done(order.paid(11052));
    EXPECT_EQ(sellers("captured"), "2436\n4213\n4403\n");
    done(order.cancelled({{3, 1}}));
    EXPECT_EQ(
        sellers("net, open_net, captured"), "2436 1752 2436\n4213 4213 4213\n4403 4403 4403\n"
    );
    EXPECT_EQ(
        units("line, state, state_sequence"),
        "1 open 1\n2 open 1\n3 cancelled 3\n4 open 1\n5 open 1\n"
    );
}

TEST_F(ApportionmentService, Case3EachBearerByItself) {
    TestOrder order{cases::two_bearers()};
    done(order.placed());
    EXPECT_EQ(units("platform, seller_share"), "4 1\n4 0\n2 0\n");
}

TEST_F(ApportionmentService, Case7aAndCase7bVatOfADocumentIsSharedByItsUnits) {
    TestOrder taxed{cases::three_taxed_lines(), "a"};
    TestOrder with_exempt{cases::taxed_and_exempt(), "b"};
    done(taxed.placed());
    done(with_exempt.placed());
    EXPECT_EQ(
        units("order_id, net, vat"), "a 1005 92\na 1005 91\na 1005 91\nb 9900 900\nb 4950 0\n"
    );
}

TEST_F(ApportionmentService, Case8aAllThatAUnitRowSays) {
    PlacingInput input;
    input.platform_discount = 600;
    input.seller_discount = 400;
    for (std::int64_t i = 1; i <= 3; ++i) {
        input.units.push_back({{1, i}, "S", "p-9", 3333, "standard", 1800, 1200});
    }
    TestOrder order{input};
    done(order.placed());
    EXPECT_EQ(
        units("*"),
        "o-1 1 1 S p-9 3333 200 134 2999 457 384 2815 open 1\n"
        "o-1 1 2 S p-9 3333 200 133 3000 458 384 2816 open 1\n"
        "o-1 1 3 S p-9 3333 200 133 3000 458 384 2816 open 1\n"
    );
}

TEST_F(ApportionmentService, Case5ShippingLeavesWithTheLastOpenUnit) {
    TestOrder order{cases::with_shipping()};
    done(order.placed());
    done(order.paid(8020));
    EXPECT_EQ(
        sellers("seller_id, gross, net, shipping, captured"),
        "S1 6500 5850 300 6150\nS2 1800 1620 250 1870\n"
    );
    done(order.cancelled({{2, 1}}));
    done(order.cancelled({{3, 1}}));
    EXPECT_EQ(sellers("open_net, open_payable, open_shipping"), "3600 4000 300\n0 0 0\n");
    done(order.returned({{1, 1}}, "wish", 300));
    EXPECT_EQ(sellers("open_net, open_shipping"), "0 300\n0 0\n");
    EXPECT_EQ(units("state, state_sequence"), "returned 5\ncancelled 3\ncancelled 4\n");
}

TEST_F(ApportionmentService, APaymentIsApportionedAsPlacedWhateverWasCancelledBefore) {
    TestOrder order{cases::with_shipping()};
    done(order.placed());
    done(order.cancelled({{1, 1}, {2, 1}, {3, 1}}));
    done(order.paid(1000));
    EXPECT_EQ(sellers("open_shipping, captured"), "0 767\n0 233\n");
}

TEST_F(ApportionmentService, AnOrderWithoutItemsHasNoRows) {
    TestOrder order{PlacingInput{}};
    done(order.placed());
    done(order.paid(5000));
    EXPECT_EQ(units("*") + sellers("*"), "");
}

TEST_F(ApportionmentService, ImpossibleEventsAreDead) {
    TestOrder order{cases::with_shipping()};
    const Event placed = order.placed();
    EXPECT_EQ(give(order.cancelled({{1, 1}})), "unknown_order");
    done(placed);
    done(order.cancelled({{1, 1}}));
    EXPECT_EQ(give(placed), "already_placed");
    const std::string before = units("*") + sellers("*");
    EXPECT_EQ(give(order.cancelled({{1, 1}, {2, 1}})), "unit_not_open");
    EXPECT_EQ(give(order.returned({{1, 2}}, "seller")), "unknown_unit");
    EXPECT_EQ(units("*") + sellers("*"), before);
}

/// Rows that break a sum; none is expected. Each is a promise of docs/commerce/cases.md,
/// "Invariants".
constexpr const char* kBrokenSellers =
    "SELECT s.order_id, s.seller_id FROM apportionment_seller s JOIN apportionment_unit u "
    "ON u.order_id = s.order_id AND u.seller_id = s.seller_id GROUP BY s.order_id, s.seller_id "
    "HAVING s.gross <> SUM(u.gross) OR s.net <> SUM(u.net) "
    "OR s.open_net <> SUM(CASE WHEN u.state = 'open' THEN u.net ELSE 0 END) "
    "OR s.open_payable <> SUM(CASE WHEN u.state = 'open' THEN u.payable ELSE 0 END) "
    "OR s.open_shipping NOT IN (0, s.shipping)";
constexpr const char* kBrokenUnits =
    "SELECT order_id, line, unit FROM apportionment_unit "
    "WHERE net + platform <> payable + commission OR net <> gross - platform - seller_share "
    "OR (state = 'open') <> (state_sequence = 1)";

TEST_F(ApportionmentService, TheSumsHoldAfterEveryEventOfRandomHistories) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    std::int64_t captured = 0;
    for (const Event& event : test::random_events(random, 100)) {
        if (!service_.handlers().contains(event.type)) continue;
        done(event);
        ASSERT_EQ(query(kBrokenSellers), "") << event.id;
        ASSERT_EQ(query(kBrokenUnits), "") << event.id;
        if (event.type != type::kOrderPaid) continue;
        const auto order = load_state(sql_, event.subject).value();
        captured += order.due() == 0 ? 0 : order.captured().total();  // no weights, no shares
    }
    EXPECT_EQ(
        query("SELECT SUM(captured) FROM apportionment_seller"), std::to_string(captured) + "\n"
    );
}

}  // namespace
}  // namespace sluice::commerce
