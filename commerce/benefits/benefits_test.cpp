#include "commerce/benefits/benefits.hpp"

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

class BenefitsTest : public test::ServiceTest {
protected:
    BenefitsTest() : ServiceTest{make_benefits_service(Policy{})} {}

    std::string member() {
        return query("SELECT orders, earned, spent, balance FROM benefits_member");
    }

    std::string coupon() {
        return query("SELECT coupon, amount, state, state_event_id FROM benefits_coupon");
    }

    std::string points(const std::string& order) {
        return query(
            "SELECT kind, points FROM benefits_points WHERE order_id = '" + order +
            "' ORDER BY event_id, kind"
        );
    }
};

constexpr std::string_view kTime = "2018-05-02T12:00:00Z";

TEST_F(BenefitsTest, Case10aPointsForWhatIsKept) {
    Story story{"o"};
    give_all({story.placed(kTime, cases::of_two_lines()), story.paid(kTime, 10'050)});
    EXPECT_EQ(points("o"), "earned 100\n");
    give_all({story.cancelled(kTime, {{1, 1}})});
    EXPECT_EQ(points("o"), "earned 100\nearned -41\n");
    EXPECT_EQ(give(story.cancelled(kTime, {{1, 1}})), "unit_not_open");
    EXPECT_EQ(member(), "1 59 0 59\n");
}

TEST_F(BenefitsTest, Case10bPointsSpentBeforeAreADebtWhenTheOrderThatEarnedShrinks) {
    Story before{"a"};
    Story story{"b"};
    give_all(
        {before.placed(kTime, cases::with_points()),
         story.placed(kTime, cases::of_two_lines()),
         story.paid(kTime, 10'050)}
    );
    EXPECT_EQ(member(), "2 100 -80 20\n");
    give_all({story.cancelled(kTime, {{1, 1}})});
    EXPECT_EQ(member(), "2 59 -80 -21\n");
    give_all({before.cancelled(kTime, {{1, 1}})});
    EXPECT_EQ(points("a"), "spent -80\nunspent 80\n");
    EXPECT_EQ(member(), "2 59 0 59\n");
}

TEST_F(BenefitsTest, Case10cCancelledUnpaidThenPaidEarnsNothing) {
    Story story{"o"};
    give_all({story.placed(kTime, cases::with_coupon_of_ten())});
    EXPECT_EQ(coupon(), "C10 1000 used o.orders.1\n");
    give_all({story.cancelled(kTime, {{1, 1}})});
    EXPECT_EQ(coupon(), "C10 1000 back o.orders.2\n");
    give_all({story.paid(kTime, 10'050)});
    EXPECT_EQ(points("o"), "");
    EXPECT_EQ(member(), "1 0 0 0\n");
}

TEST_F(BenefitsTest, Case4cACouponComesBackOnlyWithTheLastUnit) {
    Story story{"o"};
    give_all(
        {story.placed(kTime, cases::with_coupon()),
         story.paid(kTime, 5'000),
         story.cancelled(kTime, {{1, 1}})}
    );
    EXPECT_EQ(coupon(), "C10 1000 used o.orders.1\n");
    give_all({story.cancelled(kTime, {{2, 1}})});
    EXPECT_EQ(coupon(), "C10 1000 back o.orders.4\n");
    EXPECT_EQ(member(), "1 0 0 0\n");
}

TEST_F(BenefitsTest, ReturnedUnitsLeaveTheCouponUsed) {
    PlacingInput input = order_of({unit({1, 1}, "s", 3'000)});
    input.coupon = "C10";
    input.platform_discount = 1'000;
    Story story{"o"};
    give_all({story.placed(kTime, input), story.paid(kTime, 2'000)});
    EXPECT_EQ(give(story.completed(kTime, "s", {{1, 1}})), "not subscribed");
    give_all({story.returned(kTime, {{1, 1}}, "wish", 300)});
    EXPECT_EQ(coupon(), "C10 1000 used o.orders.1\n");
    EXPECT_EQ(points("o"), "earned 20\nearned -17\n");
}

TEST_F(BenefitsTest, ImpossibleEventsAreDead) {
    Story story{"o"};
    const Event placed = story.placed(kTime, cases::of_two_lines());
    const Event paid = story.paid(kTime, 10'050);
    EXPECT_EQ(give(paid), "unknown_order");
    EXPECT_EQ(give(placed), "done");
    EXPECT_EQ(give(placed), "already_placed");
    EXPECT_EQ(give(paid), "done");
    EXPECT_EQ(give(story.paid(kTime, 10'050)), "already_paid");
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
            const std::string answer = give(event);
            ASSERT_TRUE(answer == "done" || answer == "not subscribed")
                << event.id << " " << answer;
        }
        EXPECT_EQ(
            query(
                "SELECT COALESCE(SUM(points), 0) FROM benefits_points WHERE kind = 'earned' AND "
                "order_id = '" +
                history.id() + "'"
            ),
            std::to_string(load_state(sql_, history.id()).value().points(100)) + "\n"
        );
    }
    EXPECT_EQ(
        query("SELECT member_id, earned, spent, balance FROM benefits_member WHERE earned <> 0 OR "
              "spent <> 0 ORDER BY 1"),
        query(
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
