#include "commerce/settlement/settlement.hpp"

#include "base/test_seed.hpp"
#include "commerce/events/test_service.hpp"
#include "commerce/orderstate/test_cases.hpp"
#include "commerce/orderstate/test_story.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

using test::day_closed;
using test::order_of;
using test::unit;
namespace cases = test::cases;
using test::Story;

class SettlementTest : public test::ServiceTest {
protected:
    SettlementTest() : ServiceTest{make_settlement_service(Policy{})} {}

    std::string give(const Event& event) override {
        return test::give(event.type == "day.closed" ? calendar_ : service_, event, sql_);
    }

    /// Closes the days from..to (of March 2018), with one completed or returned event where said.
    void close_days(int from, int to, const std::map<int, TypeCount>& published) {
        for (int day = from; day <= to; ++day) {
            std::vector<TypeCount> counts;
            if (published.contains(day)) counts.push_back(published.at(day));
            give_all({day_closed(day, fmt::format("2018-03-{:02}", day), counts)});
        }
    }

    std::string payouts() {
        return query(
            "SELECT seller_id, day, carried_in, items, paid, carried_out FROM settlement_payout "
            "ORDER BY 1, 2"
        );
    }

    Service calendar_{make_settlement_calendar_service()};
};

TEST_F(SettlementTest, Case8bAndCase8cPaidThenReturnedThenCarriedThenPaidAgain) {
    Story a{"A"};
    Story b{"B"};
    Story c{"C"};
    const TypeCount one_completed{"delivery.completed", 1};
    const TypeCount one_returned{"order.returned", 1};
    give_all({
        a.placed("2018-03-01T12:00:00Z", cases::with_commission()),
        b.placed("2018-03-01T12:00:00Z", order_of({unit({1, 1}, "S", 5'000)})),
        c.placed("2018-03-01T12:00:00Z", order_of({unit({1, 1}, "S", 6'000)})),
        a.completed("2018-03-02T12:00:00Z", "S", {{1, 1}, {1, 2}, {1, 3}}),
        a.returned("2018-03-12T12:00:00Z", {{1, 1}}, "seller"),
        a.returned("2018-03-13T12:00:00Z", {{1, 2}, {1, 3}}, "seller"),
        b.completed("2018-03-14T12:00:00Z", "S", {{1, 1}}),
        c.completed("2018-03-15T12:00:00Z", "S", {{1, 1}}),
    });
    close_days(
        1,
        25,
        {{2, one_completed},
         {12, one_returned},
         {13, one_returned},
         {14, one_completed},
         {15, one_completed}}
    );
    EXPECT_EQ(
        payouts(),
        "S 2018-03-09 0 8447 8447 0\n"
        "S 2018-03-12 0 -2815 0 -2815\n"
        "S 2018-03-13 -2815 -5632 0 -8447\n"
        "S 2018-03-21 -8447 5000 0 -3447\n"
        "S 2018-03-22 -3447 6000 2553 0\n"
    );
}

TEST_F(SettlementTest, APayoutWaitsForWhatThePlatformSaysWasPublished) {
    Story a{"A"};
    Story b{"B"};
    give_all({
        a.placed("2018-03-01T12:00:00Z", order_of({unit({1, 1}, "s", 100)})),
        b.placed("2018-03-01T12:00:00Z", order_of({unit({1, 1}, "s", 200)})),
        a.completed("2018-03-02T12:00:00Z", "s", {{1, 1}}),
    });
    close_days(1, 20, {{2, TypeCount{"delivery.completed", 2}}});
    EXPECT_EQ(payouts(), "");
    give_all({b.completed("2018-03-02T13:00:00Z", "s", {{1, 1}})});
    EXPECT_EQ(payouts(), "s 2018-03-09 0 300 300 0\n");
}

TEST_F(SettlementTest, AReturnBeforeThePayoutIsTakenOffTheSameDay) {
    Story a{"A"};
    give_all({
        a.placed("2018-03-01T12:00:00Z", order_of({unit({1, 1}, "s", 4'000)}, {{"s", 300}})),
        a.completed("2018-03-02T12:00:00Z", "s", {{1, 1}}),
        a.returned("2018-03-04T12:00:00Z", {{1, 1}}, "seller"),
    });
    EXPECT_EQ(
        query("SELECT kind, available_on, payable, shipping, amount FROM settlement_item ORDER BY 1"
        ),
        "delivered 2018-03-09 4000 300 4300\nreturned 2018-03-09 -4000 -300 -4300\n"
    );
}

TEST_F(SettlementTest, ShippingIsTakenBackOnlyWithTheSellersLastUnitAndHisFault) {
    Story a{"A"};
    Story b{"B"};
    give_all({
        a.placed(
            "2018-03-01T12:00:00Z",
            order_of(
                {unit({1, 1}, "s", 10), unit({2, 1}, "s", 20), unit({3, 1}, "s", 40)}, {{"s", 5}}
            )
        ),
        a.completed("2018-03-02T12:00:00Z", "s", {{1, 1}, {2, 1}}),  // unit 3 was cancelled before
        a.returned("2018-03-04T12:00:00Z", {{1, 1}}, "seller"),
        a.returned("2018-03-05T12:00:00Z", {{2, 1}}, "seller"),
        b.placed("2018-03-01T12:00:00Z", order_of({unit({1, 1}, "s", 10)}, {{"s", 5}})),
        b.completed("2018-03-02T12:00:00Z", "s", {{1, 1}}),
        b.returned("2018-03-04T12:00:00Z", {{1, 1}}, "wish"),
    });
    EXPECT_EQ(
        query("SELECT event_id, shipping FROM settlement_item WHERE kind = 'returned' ORDER BY 1"),
        "A.orders.2 0\nA.orders.3 -5\nB.orders.2 0\n"
    );
}

TEST_F(SettlementTest, ImpossibleEventsAreDead) {
    Story a{"A"};
    const Event placed = a.placed("2018-03-01T12:00:00Z", order_of({unit({1, 1}, "s", 10)}));
    const Event completed = a.completed("2018-03-02T12:00:00Z", "s", {{1, 1}});
    const Event unknown = a.completed("2018-03-02T12:00:00Z", "s", {{2, 1}});
    const Event returned = a.returned("2018-03-04T12:00:00Z", {{1, 1}});
    EXPECT_EQ(give(completed), "unknown_order");
    EXPECT_EQ(give(placed), "done");
    EXPECT_EQ(give(placed), "already_placed");
    EXPECT_EQ(give(returned), "not_delivered");
    EXPECT_EQ(give(unknown), "unknown_unit");
    EXPECT_EQ(give(completed), "done");
    EXPECT_EQ(give(completed), "unit_not_open");
    EXPECT_EQ(give(returned), "done");
    EXPECT_EQ(give(returned), "unit_not_open");
    close_days(1, 1, {});
    EXPECT_EQ(give(day_closed(1, "2018-03-01", {})), "already_closed");
}

/// The payouts do not depend on the order in which subjects, or the calendar, come.
TEST_F(SettlementTest, PayoutsDoNotDependOnTheOrderOfSubjects) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    std::string expected;
    for (int round = 0; round < 8; ++round) {
        std::vector<std::vector<Event>> subjects(1);
        std::map<int, TypeCount> published;
        for (int order = 0; order < 12; ++order) {
            Story story{"o" + std::to_string(order)};
            const std::string seller = "s" + std::to_string(order % 3);
            const int day = 2 + order % 4;
            subjects.push_back({
                story.placed("2018-03-01T12:00:00Z", order_of({unit({1, 1}, seller, 100 + order)})),
                story.completed(fmt::format("2018-03-{:02}T12:00:00Z", day), seller, {{1, 1}}),
            });
            published[day].type = "delivery.completed";
            ++published[day].count;
        }
        for (int day = 1; day <= 20; ++day) {
            std::vector<TypeCount> counts;
            if (published.contains(day)) counts.push_back(published.at(day));
            subjects[0].push_back(day_closed(day, fmt::format("2018-03-{:02}", day), counts));
        }
        test::MemorySql fresh{service_.schema()};
        while (!subjects.empty()) {
            auto& subject = subjects[random() % subjects.size()];
            const Event& event = subject.front();
            ASSERT_EQ(
                test::give(event.type == "day.closed" ? calendar_ : service_, event, fresh), "done"
            ) << event.id;
            subject.erase(subject.begin());
            std::erase_if(subjects, [](const auto& left) { return left.empty(); });
        }
        const std::string found =
            test::rows(fresh, "SELECT * FROM settlement_payout ORDER BY seller_id, day");
        if (round == 0) expected = found;
        EXPECT_EQ(found, expected);
        EXPECT_NE(found, "");
    }
}

}  // namespace
}  // namespace sluice::commerce
