#include "commerce/sales/sales.hpp"

#include "base/test_seed.hpp"
#include "commerce/events/test_service.hpp"
#include "commerce/orderstate/test_cases.hpp"
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

class SalesTest : public test::ServiceTest {
protected:
    SalesTest() : ServiceTest{make_sales_service(korea())} {}

    std::string by_day(const std::string& policy) {
        return query(
            "SELECT booked_on, amount FROM sales_day WHERE policy = '" + policy +
            "' ORDER BY booked_on"
        );
    }

    std::string by_month(const std::string& policy) {
        return query(
            "SELECT substr(booked_on, 1, 7), SUM(amount) FROM sales_entry WHERE policy = '" +
            policy + "' GROUP BY 1 ORDER BY 1"
        );
    }

    static Policy korea() {
        Policy policy;
        policy.currency = "KRW";
        policy.offset_minutes = 540;
        policy.switch_on = civil(std::chrono::year{2024} / 2 / 1);
        return policy;
    }
};

TEST_F(SalesTest, Case9TwoPoliciesATimeZoneAndACutOver) {
    Story r{"R"};
    Story p{"P"};
    Story q{"Q"};
    give_all({
        q.placed("2024-01-28T03:00:00Z", order_of({unit({1, 1}, "s", 5'000)})),
        p.placed("2024-01-30T03:00:00Z", order_of({unit({1, 1}, "s", 8'000)})),
        q.completed("2024-01-31T03:00:00Z", "s", {{1, 1}}),
        r.placed(
            "2024-01-31T15:10:00Z", order_of({unit({1, 1}, "s", 6'000), unit({2, 1}, "s", 4'000)})
        ),
        p.completed("2024-02-03T03:00:00Z", "s", {{1, 1}}),
        q.returned("2024-02-05T03:00:00Z", {{1, 1}}),
        r.cancelled("2024-02-10T03:00:00Z", {{2, 1}}),
        r.completed("2024-02-12T03:00:00Z", "s", {{1, 1}}),
        r.returned("2024-03-03T03:00:00Z", {{1, 1}}),
    });
    EXPECT_EQ(
        query("SELECT booked_on, amount FROM sales_entry WHERE policy = 'order' AND order_id = 'R' "
              "ORDER BY 1"),
        "2024-02-01 10000\n2024-02-10 -4000\n2024-03-03 -6000\n"
    );
    EXPECT_EQ(
        query("SELECT booked_on, amount FROM sales_entry WHERE policy = 'delivery' AND order_id = "
              "'R' ORDER BY 1"),
        "2024-02-12 6000\n2024-03-03 -6000\n"
    );
    EXPECT_EQ(
        query("SELECT event_id, booked_on, units, amount FROM sales_entry WHERE kind = 'transition'"
        ),
        "P.transition 2024-02-01 1 8000\n"
    );
    EXPECT_EQ(by_month("booked"), "2024-01 5000\n2024-02 9000\n2024-03 -6000\n");
    EXPECT_EQ(by_month("order"), "2024-01 13000\n2024-02 1000\n2024-03 -6000\n");
    EXPECT_EQ(
        query(
            "SELECT policy, SUM(amount) FROM sales_day WHERE policy <> 'delivery' GROUP BY 1 ORDER "
            "BY 1"
        ),
        "booked 8000\norder 8000\n"
    );
}

TEST_F(SalesTest, Case6aCountsGoodsAndNotTenders) {
    Story story{"o"};
    give_all(
        {story.placed("2024-05-01T00:00:00Z", cases::for_two_tenders()),
         story.paid("2024-05-01T00:00:00Z", 7'000, 5'000)}
    );
    EXPECT_EQ(by_day("order"), "2024-05-01 12000\n");
    EXPECT_EQ(by_day("delivery"), "");
}

TEST_F(SalesTest, Case6bWhatIsPaidTooMuchIsNotSold) {
    Story story{"o"};
    give_all(
        {story.placed("2024-05-01T00:00:00Z", cases::of_a_hundred()),
         story.paid("2024-05-01T00:00:00Z", 10'235)}
    );
    EXPECT_EQ(by_day("order"), "2024-05-01 10000\n");
    give_all({story.cancelled("2024-05-02T00:00:00Z", {{1, 1}})});
    EXPECT_EQ(by_day("order"), "2024-05-01 10000\n2024-05-02 -10000\n");
}

TEST_F(SalesTest, AnOrderWithoutItemsHasNoEntry) {
    Story story{"o"};
    give_all({story.placed("2024-05-01T00:00:00Z", order_of({}))});
    EXPECT_EQ(query("SELECT COUNT(*) FROM sales_entry"), "0\n");
}

TEST_F(SalesTest, ATransitionThatEmptiesIsGone) {
    Story story{"o"};
    give_all({
        story.placed(
            "2024-01-05T00:00:00Z", order_of({unit({1, 1}, "s", 3'000), unit({2, 1}, "s", 500)})
        ),
        story.cancelled("2024-01-06T00:00:00Z", {{2, 1}}),
        story.completed("2024-01-07T00:00:00Z", "s", {{1, 1}}),
    });
    EXPECT_EQ(
        query("SELECT kind, amount FROM sales_entry WHERE policy = 'booked'"), "delivered 3000\n"
    );
    EXPECT_EQ(by_day("booked"), "2024-01-07 3000\n");
}

TEST_F(SalesTest, ALateCourierPostsToTheOpenMonth) {
    Story early{"a"};
    Story late{"b"};
    give_all({
        early.placed("2024-01-10T00:00:00Z", order_of({unit({1, 1}, "s", 100)})),
        late.placed("2024-01-10T00:00:00Z", order_of({unit({1, 1}, "s", 200)})),
        early.completed("2024-02-03T14:59:59Z", "s", {{1, 1}}, "2024-01-30T00:00:00Z"),
        late.completed("2024-02-03T15:00:00Z", "s", {{1, 1}}, "2024-01-30T00:00:00Z"),
    });
    EXPECT_EQ(by_day("delivery"), "2024-01-30 100\n2024-02-04 200\n");
}

TEST_F(SalesTest, ImpossibleEventsAreDead) {
    Story story{"o"};
    const Event placed = story.placed("2024-05-01T00:00:00Z", order_of({unit({1, 1}, "s", 3'000)}));
    const Event cancelled = story.cancelled("2024-05-02T00:00:00Z", {{1, 1}});
    const Event again = story.cancelled("2024-05-02T00:00:00Z", {{1, 1}});
    const Event unknown = story.completed("2024-05-02T00:00:00Z", "s", {{7, 1}});
    EXPECT_EQ(give(cancelled), "unknown_order");
    EXPECT_EQ(give(placed), "done");
    EXPECT_EQ(give(placed), "already_placed");
    EXPECT_EQ(give(cancelled), "done");
    EXPECT_EQ(give(again), "unit_not_open");
    EXPECT_EQ(give(unknown), "unknown_unit");
    EXPECT_EQ(by_day("order"), "2024-05-01 3000\n2024-05-02 -3000\n");
}

/// Whatever the order of the cancellations, the end is the same; days are the sums of their
/// entries.
TEST_F(SalesTest, TheOrderOfCancellationsDoesNotMatter) {
    const std::uint64_t seed = sluice::test::seed();
    SCOPED_TRACE(sluice::test::rerun(seed));
    std::mt19937_64 random{seed};
    for (int round = 0; round < 200; ++round) {
        const std::string id = "o" + std::to_string(round);
        const auto units = static_cast<std::int64_t>(random() % 5 + 1);
        std::vector<PlacingUnit> placed;
        std::vector<std::int64_t> lines;
        std::int64_t total = 0;
        for (std::int64_t line = 1; line <= units; ++line) {
            placed.push_back(unit({line, 1}, "s", static_cast<std::int64_t>(random() % 10'000)));
            total += placed.back().price;
            lines.push_back(line);
        }
        Story story{id};
        give_all({story.placed("2024-05-01T00:00:00Z", order_of(placed))});
        std::shuffle(lines.begin(), lines.end(), random);
        for (const std::int64_t line : lines)
            give_all({story.cancelled("2024-05-02T00:00:00Z", {{line, 1}})});
        const std::string amount = query(
            "SELECT SUM(amount) FROM sales_entry WHERE policy = 'order' AND order_id = '" + id + "'"
        );
        EXPECT_EQ(amount, "0\n") << total;
    }
    EXPECT_EQ(
        query(
            "SELECT policy, booked_on, COUNT(*), SUM(amount) FROM sales_entry GROUP BY 1, 2 ORDER "
            "BY 1, 2"
        ),
        query("SELECT policy, booked_on, entries, amount FROM sales_day ORDER BY 1, 2")
    );
}

}  // namespace
}  // namespace sluice::commerce
