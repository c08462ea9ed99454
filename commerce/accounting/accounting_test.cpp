#include "commerce/accounting/accounting.hpp"

#include "commerce/accounting/balances.hpp"
#include "commerce/events/test_service.hpp"
#include "commerce/orderstate/state_table.hpp"
#include "commerce/orderstate/test_cases.hpp"
#include "commerce/orderstate/test_history.hpp"
#include "commerce/orderstate/test_story.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

using test::order_of;
using test::unit;
namespace cases = test::cases;
using test::Story;

class AccountingTest : public test::ServiceTest {
protected:
    AccountingTest() : ServiceTest{make_accounting_service(Policy{})} {}

    std::string balance(const std::string& account) {
        return query(
            "SELECT COALESCE(SUM(amount), 0) FROM ledger_entry WHERE account = '" + account + "'"
        );
    }

    std::string entries_of(const std::string& event) {
        return query(
            "SELECT account, amount FROM ledger_entry WHERE event_id = '" + event +
            "' ORDER BY account"
        );
    }
};

constexpr std::string_view kTime = "2018-05-02T12:00:00Z";

TEST_F(AccountingTest, Case1bRefundsDueRiseStepByStep) {
    Story story{"o"};
    give_all(
        {story.placed(kTime, cases::five_lines()),
         story.paid(kTime, 11'052),
         story.cancelled(kTime, {{3, 1}})}
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

TEST_F(AccountingTest, Case5ShippingAndReturnsByWishOrByTheSellersFault) {
    for (const bool wish : {true, false}) {
        Story story{wish ? "a" : "b"};
        give_all({story.placed(kTime, cases::with_shipping()), story.paid(kTime, 8'020)});
        give_all({story.cancelled(kTime, {{2, 1}}), story.cancelled(kTime, {{3, 1}})});
        give_all({story.completed(kTime, "S1", {{1, 1}})});
        give_all({story.returned(kTime, {{1, 1}}, wish ? "wish" : "seller", wish ? 300 : 0)});
        const std::string due =
            "SELECT SUM(amount) FROM ledger_entry WHERE account = 'refunds_due' AND event_id = '";
        const std::string id = wish ? "a" : "b";
        EXPECT_EQ(query(due + id + ".orders.3'"), "-2250\n");
        EXPECT_EQ(query(due + id + ".orders.4'"), "-1870\n");
        EXPECT_EQ(query(due + id + ".orders.5'"), wish ? "-3300\n" : "-3900\n");
    }
}

TEST_F(AccountingTest, Case6aCardFirstThenVoucher) {
    Story a{"a"};
    give_all(
        {a.placed(kTime, cases::for_two_tenders()),
         a.paid(kTime, 7'000, 5'000),
         a.cancelled(kTime, {{1, 1}}),
         a.cancelled(kTime, {{2, 1}}),
         a.refunded(kTime, 4, 4'000, 2'000)}
    );
    EXPECT_EQ(balance("refunds_due"), "-3000\n");
    EXPECT_EQ(balance("cash"), "3000\n");
    EXPECT_EQ(balance("voucher_liability"), "3000\n");
    give_all({a.cancelled(kTime, {{3, 1}})});
    EXPECT_EQ(entries_of("a.orders.6"), "refunds_due -3000\nseller_payable 3000\n");
}

TEST_F(AccountingTest, Case6bWhatIsPaidTooMuchIsADifferenceUntilItGoesBack) {
    Story b{"b"};
    give_all({b.placed(kTime, cases::of_a_hundred()), b.paid(kTime, 10'235)});
    EXPECT_EQ(balance("payment_difference"), "-235\n");
    give_all({b.cancelled(kTime, {{1, 1}})});
    EXPECT_EQ(balance("payment_difference"), "0\n");
    EXPECT_EQ(
        entries_of("b.orders.3"),
        "payment_difference 235\nrefunds_due -10235\nseller_payable 10000\n"
    );
}

TEST_F(AccountingTest, Case7aVatIsRoundedOncePerDocument) {
    Story a{"a"};
    give_all({a.placed(kTime, cases::three_taxed_lines()), a.cancelled(kTime, {{2, 1}})});
    EXPECT_EQ(
        query("SELECT kind, base, vat FROM tax_document ORDER BY event_id"),
        "invoice 3015 274\ncredit -1005 -91\n"
    );
    EXPECT_EQ(balance("vat_due"), "-183\n");
}

TEST_F(AccountingTest, Case7bACreditNoteOfExemptGoodsTakesBackNoVat) {
    Story b{"b"};
    give_all(
        {b.placed(kTime, cases::taxed_and_exempt()),
         b.paid(kTime, 14'850),
         b.cancelled(kTime, {{2, 1}})}
    );
    EXPECT_EQ(balance("vat_due"), "-900\n");
    EXPECT_EQ(balance("refunds_due"), "-4950\n");
    EXPECT_EQ(
        query("SELECT tax_code, kind, base, vat FROM tax_document WHERE order_id = 'b' ORDER BY "
              "event_id, tax_code"),
        "t0 invoice 4950 0\nt1000 invoice 9900 900\nt0 credit -4950 0\n"
    );
}

TEST_F(AccountingTest, Case8bAReturnReversesWhatWasBookedWhateverTodaysRateIs) {
    Story story{"o"};
    Story today{"p"};
    give_all(
        {story.placed(kTime, cases::with_commission()),
         today.placed(kTime, order_of({unit({1, 1}, "S", 3'333, 0, 1'500)})),
         story.paid(kTime, 8'999),
         story.completed(kTime, "S", {{1, 1}, {1, 2}, {1, 3}}),
         story.returned(kTime, {{1, 1}}, "seller")}
    );
    EXPECT_EQ(
        entries_of("o.orders.3"),
        "commission_revenue 384\npromotion -200\nrefunds_due -2999\nseller_payable 2815\n"
    );
}

TEST_F(AccountingTest, Case10cAPaymentAfterTheCancellationIsDueBackWhole) {
    Story story{"o"};
    give_all(
        {story.placed(kTime, cases::with_coupon_of_ten()),
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
    EXPECT_EQ(query("SELECT COUNT(*) FROM tax_document"), "0\n");
}

TEST_F(AccountingTest, AReturnOfAClosedMonthPostsToTheOpenOne) {
    Story story{"o"};
    give_all({story.placed("2018-01-10T12:00:00Z", order_of({unit({1, 1}, "s", 100)}))});
    give_all({story.completed("2018-01-20T12:00:00Z", "s", {{1, 1}})});
    Event late = story.returned("2018-01-30T12:00:00Z", {{1, 1}});
    late.time = "2018-02-04T03:00:00Z";  // recorded after the close of day 3
    give_all({late});
    EXPECT_EQ(
        query("SELECT DISTINCT booked_on FROM ledger_entry ORDER BY 1"), "2018-01-10\n2018-02-04\n"
    );
    EXPECT_EQ(query("SELECT issued_on FROM tax_document WHERE kind = 'credit'"), "2018-01-30\n");
}

TEST_F(AccountingTest, ImpossibleEventsAreDead) {
    Story story{"o"};
    const Event placed = story.placed(kTime, order_of({unit({1, 1}, "s", 100)}));
    const Event cancelled = story.cancelled(kTime, {{1, 1}});
    EXPECT_EQ(give(cancelled), "unknown_order");
    EXPECT_EQ(give(placed), "done");
    EXPECT_EQ(give(placed), "already_placed");
    EXPECT_EQ(give(cancelled), "done");
    EXPECT_EQ(give(story.cancelled(kTime, {{1, 1}})), "unit_not_open");
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
            const std::string answer = give(event);
            ASSERT_TRUE(answer == "done" || answer == "not subscribed")
                << event.id << " " << answer;
        }
        const OrderState last = load_state(sql_, history.id()).value();
        for (const auto& [account, balance] : balances_of(last)) {
            EXPECT_EQ(
                query(fmt::format(
                    "SELECT COALESCE(SUM(amount), 0) FROM ledger_entry WHERE order_id = '{}' "
                    "AND account = '{}' "
                    "AND party = '{}'",
                    history.id(),
                    account.name,
                    account.party
                )),
                std::to_string(balance) + "\n"
            );
        }
    }
    EXPECT_EQ(
        query("SELECT event_id FROM ledger_entry GROUP BY event_id HAVING SUM(amount) <> 0"), ""
    );
    EXPECT_EQ(
        query("SELECT substr(booked_on, 1, 7), account, SUM(MAX(amount, 0)), SUM(MAX(-amount, 0)) "
              "FROM ledger_entry "
              "GROUP BY 1, 2 ORDER BY 1, 2"),
        query("SELECT month, account, debit, credit FROM ledger_month ORDER BY 1, 2")
    );
}

}  // namespace
}  // namespace sluice::commerce
