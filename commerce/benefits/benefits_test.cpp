#include "commerce/benefits/benefits.hpp"

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

class BenefitsTest : public testing::Test {
protected:
    void give_all(const std::vector<Event>& events) {
        for (const Event& event : events)
            ASSERT_EQ(give(service_, event, sql_), "done") << event.id;
    }

    std::string member() {
        return rows(sql_, "SELECT orders, earned, spent, balance FROM benefits_member");
    }

    std::string coupon() {
        return rows(sql_, "SELECT coupon, amount, state, state_event_id FROM benefits_coupon");
    }

    std::string points(const std::string& order) {
        return rows(
            sql_,
            "SELECT kind, points FROM benefits_points WHERE order_id = '" + order +
                "' ORDER BY event_id, kind"
        );
    }

    Service service_{make_benefits_service(Policy{})};
    test::MemorySql sql_{service_.schema()};
};

constexpr std::string_view kTime = "2018-05-02T12:00:00Z";

PlacingInput order_10050() {
    return order_of({rated_unit({1, 1}, "s", 4'060), rated_unit({2, 1}, "s", 5'990)});
}

// Case 10a of docs/commerce/cases.md.
TEST_F(BenefitsTest, PointsForWhatIsKept) {
    Story story{"o"};
    give_all({story.placed(kTime, order_10050()), story.paid(kTime, 10'050)});
    EXPECT_EQ(points("o"), "earned 100\n");
    give_all({story.cancelled(kTime, {{1, 1}})});
    EXPECT_EQ(points("o"), "earned 100\nearned -41\n");
    EXPECT_EQ(give(service_, story.cancelled(kTime, {{1, 1}}), sql_), "unit_not_open");
    EXPECT_EQ(member(), "1 59 0 59\n");
}

// Case 10b: points spent before are a debt when the order that earned them shrinks.
TEST_F(BenefitsTest, PointsSpentBefore) {
    PlacingInput spending = order_of({rated_unit({1, 1}, "s", 5'000)});
    spending.coupon = "POINTS";
    spending.points_used = 80;
    spending.platform_discount = 80;
    Story before{"a"};
    Story story{"b"};
    give_all(
        {before.placed(kTime, spending),
         story.placed(kTime, order_10050()),
         story.paid(kTime, 10'050)}
    );
    EXPECT_EQ(member(), "2 100 -80 20\n");
    give_all({story.cancelled(kTime, {{1, 1}})});
    EXPECT_EQ(member(), "2 59 -80 -21\n");
    give_all({before.cancelled(kTime, {{1, 1}})});
    EXPECT_EQ(points("a"), "spent -80\nunspent 80\n");
    EXPECT_EQ(member(), "2 59 0 59\n");
}

// Case 10c: cancelled unpaid, then paid.
TEST_F(BenefitsTest, CancelledUnpaidThenPaid) {
    PlacingInput input = order_of({rated_unit({1, 1}, "s", 11'050)});
    input.coupon = "C10";
    input.platform_discount = 1'000;
    Story story{"o"};
    give_all({story.placed(kTime, input)});
    EXPECT_EQ(coupon(), "C10 1000 used o.orders.1\n");
    give_all({story.cancelled(kTime, {{1, 1}})});
    EXPECT_EQ(coupon(), "C10 1000 back o.orders.2\n");
    give_all({story.paid(kTime, 10'050)});
    EXPECT_EQ(points("o"), "");
    EXPECT_EQ(member(), "1 0 0 0\n");
}

// Case 4c: a coupon is kept when part of its order is cancelled.
TEST_F(BenefitsTest, ACouponComesBackOnlyWithTheLastUnit) {
    PlacingInput input = order_of({rated_unit({1, 1}, "s", 3'000), rated_unit({2, 1}, "s", 3'000)});
    input.coupon = "C10";
    input.platform_discount = 1'000;
    Story story{"o"};
    give_all(
        {story.placed(kTime, input), story.paid(kTime, 5'000), story.cancelled(kTime, {{1, 1}})}
    );
    EXPECT_EQ(coupon(), "C10 1000 used o.orders.1\n");
    give_all({story.cancelled(kTime, {{2, 1}})});
    EXPECT_EQ(coupon(), "C10 1000 back o.orders.4\n");
    EXPECT_EQ(member(), "1 0 0 0\n");
}

TEST_F(BenefitsTest, ReturnedUnitsLeaveTheCouponUsed) {
    PlacingInput input = order_of({rated_unit({1, 1}, "s", 3'000)});
    input.coupon = "C10";
    input.platform_discount = 1'000;
    Story story{"o"};
    give_all({story.placed(kTime, input), story.paid(kTime, 2'000)});
    EXPECT_EQ(give(service_, story.completed(kTime, "s", {{1, 1}}), sql_), "not subscribed");
    give_all({story.returned(kTime, {{1, 1}}, "wish", 300)});
    EXPECT_EQ(coupon(), "C10 1000 used o.orders.1\n");
    EXPECT_EQ(points("o"), "earned 20\nearned -17\n");
}

TEST_F(BenefitsTest, ImpossibleEventsAreDead) {
    Story story{"o"};
    const Event placed = story.placed(kTime, order_10050());
    const Event paid = story.paid(kTime, 10'050);
    EXPECT_EQ(give(service_, paid, sql_), "unknown_order");
    EXPECT_EQ(give(service_, placed, sql_), "done");
    EXPECT_EQ(give(service_, placed, sql_), "already_placed");
    EXPECT_EQ(give(service_, paid, sql_), "done");
    EXPECT_EQ(give(service_, story.paid(kTime, 10'050), sql_), "already_paid");
    EXPECT_EQ(member(), "1 100 0 100\n");
}

/// A member's sums are those of the rows; what was earned equals the points of the last state.
TEST_F(BenefitsTest, RandomHistoriesAddUp) {
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
        EXPECT_EQ(
            rows(
                sql_,
                "SELECT COALESCE(SUM(points), 0) FROM benefits_points WHERE kind = 'earned' AND "
                "order_id = '" +
                    history.id() + "'"
            ),
            std::to_string(load_state(sql_, history.id()).value().points(100)) + "\n"
        );
    }
    EXPECT_EQ(
        rows(
            sql_,
            "SELECT member_id, earned, spent, balance FROM benefits_member WHERE earned <> 0 OR "
            "spent <> 0 ORDER BY 1"
        ),
        rows(
            sql_,
            "SELECT * FROM (SELECT member_id, SUM(CASE kind WHEN 'earned' THEN points ELSE 0 END) "
            "AS e, "
            "SUM(CASE kind WHEN 'earned' THEN 0 ELSE points END) AS s, SUM(points) FROM "
            "benefits_points GROUP BY 1) "
            "WHERE e <> 0 OR s <> 0 ORDER BY 1"
        )
    );
}

}  // namespace
}  // namespace sluice::commerce
