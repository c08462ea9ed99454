#include "commerce/accounting/accounting.hpp"

#include "commerce/accounting/balances.hpp"
#include "commerce/events/test_sql.hpp"
#include "commerce/orderstate/state_table.hpp"
#include "commerce/orderstate/test_history.hpp"
#include "commerce/orderstate/test_story.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

using test::give;
using test::order_of;
using test::rated_unit;
using test::rows;
using test::Story;

class AccountingTest : public testing::Test {
protected:
    void give_all(const std::vector<Event>& events) {
        for (const Event& event : events) {
            const bool foreign = event.source == "/deliveries";
            ASSERT_EQ(give(service_, event, sql_), foreign ? "not subscribed" : "done") << event.id;
        }
    }

    std::string balance(const std::string& account) {
        return rows(
            sql_,
            "SELECT COALESCE(SUM(amount), 0) FROM ledger_entry WHERE account = '" + account + "'"
        );
    }

    std::string entries_of(const std::string& event) {
        return rows(
            sql_,
            "SELECT account, amount FROM ledger_entry WHERE event_id = '" + event +
                "' ORDER BY account"
        );
    }

    Service service_{make_accounting_service(Policy{})};
    test::MemorySql sql_{service_.schema()};
};

constexpr std::string_view kTime = "2018-05-02T12:00:00Z";

// Cases 1b: refunds due rise by 6.84, 28.39, 75.29.
TEST_F(AccountingTest, CancelledInSteps) {
    PlacingInput input = order_of(
        {rated_unit({1, 1}, "S1", 1'990),
         rated_unit({2, 1}, "S2", 3'550),
         rated_unit({3, 1}, "S1", 777),
         rated_unit({4, 1}, "S3", 5'000),
         rated_unit({5, 1}, "S2", 1'235)}
    );
    input.platform_discount = 1'500;
    Story story{"o"};
    give_all(
        {story.placed(kTime, input), story.paid(kTime, 11'052), story.cancelled(kTime, {{3, 1}})}
    );
    EXPECT_EQ(balance("refunds_due"), "-684\n");
    give_all({story.cancelled(kTime, {{1, 1}, {5, 1}})});
    EXPECT_EQ(balance("refunds_due"), "-3523\n");
    give_all({story.cancelled(kTime, {{2, 1}, {4, 1}})});
    EXPECT_EQ(balance("refunds_due"), "-11052\n");
    for (const char* account :
         {"seller_payable", "promotion", "buyer_receivable", "payment_difference"}) {
        EXPECT_EQ(balance(account), "0\n") << account;
    }
    EXPECT_EQ(balance("cash"), "11052\n");
}

// Case 5: shipping and a return by wish or by the seller's fault.
TEST_F(AccountingTest, ShippingAndReturns) {
    for (const bool wish : {true, false}) {
        PlacingInput input = order_of(
            {rated_unit({1, 1}, "S1", 4'000),
             rated_unit({2, 1}, "S1", 2'500),
             rated_unit({3, 1}, "S2", 1'800)},
            {{"S1", 300}, {"S2", 250}}
        );
        input.platform_discount = 830;
        Story story{wish ? "a" : "b"};
        give_all({story.placed(kTime, input), story.paid(kTime, 8'020)});
        give_all({story.cancelled(kTime, {{2, 1}}), story.cancelled(kTime, {{3, 1}})});
        give_all({story.completed(kTime, "S1", {{1, 1}})});
        give_all({story.returned(kTime, {{1, 1}}, wish ? "wish" : "seller", wish ? 300 : 0)});
        const std::string due =
            "SELECT SUM(amount) FROM ledger_entry WHERE account = 'refunds_due' AND event_id = '";
        const std::string id = wish ? "a" : "b";
        EXPECT_EQ(rows(sql_, due + id + ".orders.3'"), "-2250\n");
        EXPECT_EQ(rows(sql_, due + id + ".orders.4'"), "-1870\n");
        EXPECT_EQ(rows(sql_, due + id + ".orders.5'"), wish ? "-3300\n" : "-3900\n");
    }
}

// Case 6a and 6b: tenders, and a payment that does not match.
TEST_F(AccountingTest, CardFirstThenVoucherAndDifferences) {
    Story a{"a"};
    give_all(
        {a.placed(
             kTime,
             order_of(
                 {rated_unit({1, 1}, "s", 3'000),
                  rated_unit({2, 1}, "s", 6'000),
                  rated_unit({3, 1}, "s", 3'000)}
             )
         ),
         a.paid(kTime, 7'000, 5'000),
         a.cancelled(kTime, {{1, 1}}),
         a.cancelled(kTime, {{2, 1}}),
         a.refunded(kTime, 4, 4'000, 2'000)}
    );
    EXPECT_EQ(balance("refunds_due"), "-3000\n");
    EXPECT_EQ(balance("cash"), "3000\n");
    EXPECT_EQ(balance("voucher_liability"), "3000\n");
    Story b{"b"};
    give_all({b.placed(kTime, order_of({rated_unit({1, 1}, "s", 10'000)})), b.paid(kTime, 10'235)});
    EXPECT_EQ(balance("payment_difference"), "-235\n");
    give_all({b.cancelled(kTime, {{1, 1}})});
    EXPECT_EQ(balance("payment_difference"), "0\n");
    EXPECT_EQ(
        entries_of("b.orders.3"),
        "payment_difference 235\nrefunds_due -10235\nseller_payable 10000\n"
    );
}

// Case 7a and 7b: VAT is rounded once per document, and a credit note takes back the exact share.
TEST_F(AccountingTest, ValueAddedTax) {
    Story a{"a"};
    give_all(
        {a.placed(
             kTime,
             order_of(
                 {rated_unit({1, 1}, "s", 1'005, 1'000),
                  rated_unit({2, 1}, "s", 1'005, 1'000),
                  rated_unit({3, 1}, "s", 1'005, 1'000)}
             )
         ),
         a.cancelled(kTime, {{2, 1}})}
    );
    EXPECT_EQ(
        rows(sql_, "SELECT kind, base, vat FROM tax_document ORDER BY event_id"),
        "invoice 3015 274\ncredit -1005 -91\n"
    );
    EXPECT_EQ(balance("vat_due"), "-183\n");
    PlacingInput input =
        order_of({rated_unit({1, 1}, "s", 11'000, 1'000), rated_unit({2, 1}, "s", 5'500)});
    input.platform_discount = 1'650;
    Story b{"b"};
    give_all({b.placed(kTime, input), b.paid(kTime, 14'850), b.cancelled(kTime, {{2, 1}})});
    EXPECT_EQ(
        rows(
            sql_,
            "SELECT tax_code, kind, base, vat FROM tax_document WHERE order_id = 'b' ORDER BY "
            "event_id, tax_code"
        ),
        "t0 invoice 4950 0\nt1000 invoice 9900 900\nt0 credit -4950 0\n"
    );
}

// Case 8b: the return reverses exactly what was booked, whatever today's rate is.
TEST_F(AccountingTest, AReturnReversesWhatWasBooked) {
    PlacingInput input = order_of(
        {rated_unit({1, 1}, "s", 3'333, 0, 1'200),
         rated_unit({1, 2}, "s", 3'333, 0, 1'200),
         rated_unit({1, 3}, "s", 3'333, 0, 1'200)}
    );
    input.platform_discount = 600;
    input.seller_discount = 400;
    Story story{"o"};
    give_all(
        {story.placed(kTime, input),
         story.paid(kTime, 8'999),
         story.completed(kTime, "s", {{1, 1}, {1, 2}, {1, 3}}),
         story.returned(kTime, {{1, 1}}, "seller")}
    );
    EXPECT_EQ(
        entries_of("o.orders.3"),
        "commission_revenue 384\npromotion -200\nrefunds_due -2999\nseller_payable 2815\n"
    );
}

// Case 10c: cancelled unpaid, paid afterwards: all of it is due back.
TEST_F(AccountingTest, APaymentAfterTheCancellation) {
    Story story{"o"};
    give_all(
        {story.placed(kTime, order_of({rated_unit({1, 1}, "s", 10'050)})),
         story.cancelled(kTime, {{1, 1}}),
         story.paid(kTime, 10'050)}
    );
    EXPECT_EQ(entries_of("o.orders.3"), "cash 10050\nrefunds_due -10050\n");
    EXPECT_EQ(balance("buyer_receivable"), "0\n");
}

TEST_F(AccountingTest, AnOrderWithoutItems) {
    Story story{"o"};
    give_all({story.placed(kTime, order_of({})), story.paid(kTime, 5'000)});
    EXPECT_EQ(entries_of("o.orders.2"), "cash 5000\nrefunds_due -5000\n");
    EXPECT_EQ(rows(sql_, "SELECT COUNT(*) FROM tax_document"), "0\n");
}

TEST_F(AccountingTest, AReturnOfAClosedMonthPostsToTheOpenOne) {
    Story story{"o"};
    give_all({story.placed("2018-01-10T12:00:00Z", order_of({rated_unit({1, 1}, "s", 100)}))});
    give_all({story.completed("2018-01-20T12:00:00Z", "s", {{1, 1}})});
    Event late = story.returned("2018-01-30T12:00:00Z", {{1, 1}});
    late.time = "2018-02-04T03:00:00Z";  // recorded after the close of day 3
    give_all({late});
    EXPECT_EQ(
        rows(sql_, "SELECT DISTINCT booked_on FROM ledger_entry ORDER BY 1"),
        "2018-01-10\n2018-02-04\n"
    );
    EXPECT_EQ(
        rows(sql_, "SELECT issued_on FROM tax_document WHERE kind = 'credit'"), "2018-01-30\n"
    );
}

TEST_F(AccountingTest, ImpossibleEventsAreDead) {
    Story story{"o"};
    const Event placed = story.placed(kTime, order_of({rated_unit({1, 1}, "s", 100)}));
    const Event cancelled = story.cancelled(kTime, {{1, 1}});
    EXPECT_EQ(give(service_, cancelled, sql_), "unknown_order");
    EXPECT_EQ(give(service_, placed, sql_), "done");
    EXPECT_EQ(give(service_, placed, sql_), "already_placed");
    EXPECT_EQ(give(service_, cancelled, sql_), "done");
    EXPECT_EQ(give(service_, story.cancelled(kTime, {{1, 1}}), sql_), "unit_not_open");
}

/// Every event's entries sum to 0, months are the sums of entries, and the ledger equals the last
/// balances.
TEST_F(AccountingTest, RandomHistoriesBalance) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 300; ++round) {
        const test::RandomHistory history{random, "o" + std::to_string(round)};
        for (const Event& event : history.events()) {
            const std::string answer = give(service_, event, sql_);
            ASSERT_TRUE(answer == "done" || answer == "not subscribed")
                << event.id << " " << answer;
        }
        const OrderState last = load_state(sql_, history.id()).value();
        for (const auto& [account, balance] : balances_of(last)) {
            EXPECT_EQ(
                rows(
                    sql_,
                    fmt::format(
                        "SELECT COALESCE(SUM(amount), 0) FROM ledger_entry WHERE order_id = '{}' "
                        "AND account = '{}' "
                        "AND party = '{}'",
                        history.id(),
                        account.name,
                        account.party
                    )
                ),
                std::to_string(balance) + "\n"
            );
        }
    }
    EXPECT_EQ(
        rows(sql_, "SELECT event_id FROM ledger_entry GROUP BY event_id HAVING SUM(amount) <> 0"),
        ""
    );
    EXPECT_EQ(
        rows(
            sql_,
            "SELECT substr(booked_on, 1, 7), account, SUM(MAX(amount, 0)), SUM(MAX(-amount, 0)) "
            "FROM ledger_entry "
            "GROUP BY 1, 2 ORDER BY 1, 2"
        ),
        rows(sql_, "SELECT month, account, debit, credit FROM ledger_month ORDER BY 1, 2")
    );
}

}  // namespace
}  // namespace sluice::commerce
