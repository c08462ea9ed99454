#include "commerce/review/review_service.hpp"

#include "commerce/events/test_service.hpp"
#include "commerce/orderstate/test_shuffle.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>

namespace sluice::commerce {
namespace {

using test::TestOrder;
using test::unit;

class ReviewService : public test::ServiceTest {
protected:
    ReviewService() : ServiceTest{make_review_service(Policy{})} {}

    static PlacingInput two_sellers() {
        PlacingInput input;
        input.member = "m-1";
        input.units = {unit({1, 1}, "S1", 100), unit({2, 1}, "S2", 100), unit({3, 1}, "S1", 100)};
        return input;
    }
};

TEST_F(ReviewService, EachSellerOfTheOrderOnce) {
    TestOrder order{two_sellers()};
    done(order.placed());
    order.set_time("2018-01-13T02:59:00Z");  // still the 12th in Brazil
    done(order.review(type::kReviewWritten, 5));
    done(order.review(type::kReviewComplained, 2));
    EXPECT_EQ(
        query("SELECT * FROM review_entry ORDER BY event_id"),
        "o-1.reviews.1 o-1 m-1 written r 5 2018-01-13T02:59:00Z 2018-01-13T02:59:00Z 2\n"
        "o-1.reviews.2 o-1 m-1 complained r 2 2018-01-13T03:59:00Z 2018-01-13T03:59:00Z 3\n"
    );
    EXPECT_EQ(query("SELECT * FROM review_seller ORDER BY seller_id"), "S1 2 7\nS2 2 7\n");
}

TEST_F(ReviewService, AnOrderWithoutItemsIsReviewedForNobody) {
    TestOrder order{PlacingInput{}};
    done(order.placed());
    done(order.review(type::kReviewComplained, 1));
    EXPECT_EQ(query("SELECT score FROM review_entry"), "1\n");
    EXPECT_EQ(query("SELECT * FROM review_seller"), "");
}

TEST_F(ReviewService, ImpossibleEventsAreDead) {
    TestOrder order{two_sellers()};
    const Event placed = order.placed();
    EXPECT_EQ(give(order.review(type::kReviewWritten, 5)), "unknown_order");
    done(placed);
    EXPECT_EQ(give(placed), "already_placed");
    EXPECT_EQ(query("SELECT * FROM review_entry"), "");
}

TEST_F(ReviewService, ASellersScoresAreThoseOfHisOrders) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::string, std::set<std::string>> sellers;
    std::map<std::string, std::pair<int, std::int64_t>> expected;
    for (const Event& event : test::random_events(random, 400)) {
        if (!service_.handlers().contains(event.type)) continue;
        done(event);
        if (event.type == type::kOrderPlaced) {
            const auto placed = decode<OrderPlaced>(*event.data).value();
            for (const PlacedUnit& each : placed.units) sellers[event.subject].insert(each.seller);
            continue;
        }
        for (const std::string& seller : sellers[event.subject]) {
            expected[seller].first += 1;
            expected[seller].second += decode<ReviewGiven>(*event.data)->score;
        }
    }
    std::string text;
    for (const auto& [seller, sums] : expected) {
        text +=
            seller + " " + std::to_string(sums.first) + " " + std::to_string(sums.second) + "\n";
    }
    EXPECT_EQ(query("SELECT * FROM review_seller ORDER BY seller_id"), text);
}

}  // namespace
}  // namespace sluice::commerce
