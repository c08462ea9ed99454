// The ten cases of docs/commerce/cases.md through all nine services, in whatever order their events
// arrive at Sluice.
#include "base/test_seed.hpp"
#include "commerce/cases/platform.hpp"
#include "commerce/cases/resequencer.hpp"
#include "commerce/cases/story.hpp"
#include "commerce/orderstate/test_cases.hpp"
#include "commerce/orderstate/test_story.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace sluice::commerce::test {
namespace {

class TenCases : public testing::TestWithParam<CaseStory> {};

INSTANTIATE_TEST_SUITE_P(
    Commerce,
    TenCases,
    testing::ValuesIn(all_stories()),
    [](const auto& parameter) { return parameter.param.name; }
);

void expect_figures(Platform& platform, const CaseStory& story) {
    for (const Expected& expected : story.expected) {
        EXPECT_EQ(platform.query(expected.service, expected.query), expected.rows)
            << expected.service << ": " << expected.query;
    }
}

TEST_P(TenCases, EveryServiceHasTheFiguresToTheCent) {
    Platform platform{GetParam().policy};
    for (const Event& event : GetParam().events) ASSERT_EQ(platform.give(event), "") << event.id;
    expect_figures(platform, GetParam());
}

/// Places in the events, in the order in which they arrive: each once, and each a second time
/// somewhere behind the first.
std::vector<std::size_t> doubled(std::vector<std::size_t> order, std::mt19937_64& random) {
    const std::size_t events = order.size();
    for (std::size_t event = 0; event < events; ++event) {
        const auto first = std::find(order.begin(), order.end(), event) - order.begin();
        const auto behind = static_cast<std::uint64_t>(std::ssize(order) - first);
        order.insert(
            order.begin() + first + 1 + static_cast<std::ptrdiff_t>(random() % behind), event
        );
    }
    return order;
}

/// All orders of arrival if there are at most 5,040, otherwise 400 drawn ones.
std::vector<std::vector<std::size_t>> orders_of_arrival(
    std::size_t events, std::mt19937_64& random
) {
    constexpr std::size_t kAllUpTo = 7;
    constexpr std::size_t kDrawn = 400;
    std::vector<std::size_t> order(events);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<std::vector<std::size_t>> orders;
    if (events <= kAllUpTo) {
        do orders.push_back(order);
        while (std::next_permutation(order.begin(), order.end()));
    } else {
        while (orders.size() < kDrawn) {
            std::shuffle(order.begin(), order.end(), random);
            orders.push_back(order);
        }
    }
    return orders;
}

/// In which order Sluice hands on the events that arrive in this one; nothing may be left behind.
std::vector<std::string> released(
    const std::vector<Prepared>& events, const std::vector<std::size_t>& arrival
) {
    Resequencer sluice;
    std::vector<std::string> ids;
    for (const std::size_t place : arrival) {
        for (std::string& id : sluice.arrive(events[place])) ids.push_back(std::move(id));
    }
    EXPECT_EQ(sluice.waiting(), 0U);
    EXPECT_EQ(sluice.duplicates(), arrival.size() - events.size());
    EXPECT_EQ(ids.size(), events.size());
    return ids;
}

TEST_P(TenCases, TheTablesAreTheSameInEveryOrderOfArrivalWithDuplicates) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(rerun(seed));
    std::mt19937_64 random{seed};
    const CaseStory& story = GetParam();
    Platform published{story.policy};
    std::vector<Prepared> prepared;
    std::map<std::string, const Event*> by_id;
    for (const Event& event : story.events) {
        ASSERT_EQ(published.give(event), "") << event.id;
        prepared.push_back(prepare(event));
        by_id[event.id] = &event;
    }
    const std::string expected = published.everything();

    constexpr std::size_t kPlatformsMax = 60;
    std::set<std::vector<std::string>> handed_on;
    for (const auto& order : orders_of_arrival(story.events.size(), random)) {
        const std::vector<std::string> ids = released(prepared, doubled(order, random));
        ASSERT_FALSE(testing::Test::HasFailure());
        if (handed_on.size() >= kPlatformsMax || !handed_on.insert(ids).second) continue;
        Platform platform{story.policy};
        for (const std::string& id : ids) ASSERT_EQ(platform.give(*by_id.at(id)), "") << id;
        ASSERT_EQ(platform.everything(), expected);
    }
    RecordProperty("orders_of_release", static_cast<int>(handed_on.size()));
}

/// Cancelling in another order is another story; its end is the same.
TEST(Case1, WhateverTheOrderOfTheCancellationsTheEndIsTheSame) {
    const std::vector<std::vector<UnitRef>> steps{{{3, 1}}, {{1, 1}, {5, 1}}, {{2, 1}, {4, 1}}};
    const std::vector<std::vector<UnitRef>> at_once{{{1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}}};
    const auto end_of = [](const std::vector<std::vector<UnitRef>>& cancelled) {
        Platform platform{Policy{}};
        TestOrder order{cases::five_lines(), "o"};
        EXPECT_EQ(platform.give(order.placed()), "");
        EXPECT_EQ(platform.give(order.paid(11'052)), "");
        for (const auto& units : cancelled) EXPECT_EQ(platform.give(order.cancelled(units)), "");
        return platform.query("order", "SELECT due, card, refund_card, status FROM order_head") +
               "; " +
               platform.query(
                   "accounting",
                   "SELECT account, party, SUM(amount) FROM ledger_entry GROUP BY 1, 2 "
                   "HAVING SUM(amount) <> 0 ORDER BY 1, 2"
               ) +
               "; " + platform.query("sales", "SELECT SUM(amount) FROM sales_day") + "; " +
               platform.query("benefits", "SELECT earned, balance FROM benefits_member");
    };
    const std::string expected = end_of(at_once);
    EXPECT_EQ(expected, "11052 11052 11052 cancelled; cash  11052; refunds_due  -11052; 0; 0 0");
    std::vector<std::vector<UnitRef>> order = steps;
    std::sort(order.begin(), order.end());
    do EXPECT_EQ(end_of(order), expected);
    while (std::next_permutation(order.begin(), order.end()));
}

/// An order frozen at placing knows nothing of today's prices: another order of the same product
/// at another price, in between, changes nothing of it.
TEST(Case1, ANewListPriceChangesNothing) {
    Platform platform{Policy{}};
    TestOrder order{cases::five_lines(), "o"};
    PlacingInput dearer = cases::five_lines();
    dearer.units[2].price = 99'999;  // L3
    TestOrder later{dearer, "later"};
    EXPECT_EQ(platform.give(order.placed()), "");
    EXPECT_EQ(platform.give(order.paid(11'052)), "");
    EXPECT_EQ(platform.give(later.placed()), "");
    EXPECT_EQ(platform.give(order.cancelled({{3, 1}})), "");
    EXPECT_EQ(
        platform.query("order", "SELECT refund_card FROM order_head WHERE order_id = 'o'"), "684"
    );
}

TEST(Case4b, ACouponBeyondTheGoodsIsRefusedAtPlacing) {
    const auto refused = place(cases::with_gift(6'000));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(refused.error().message, "discount 6000 exceeds the goods 5000");
}

/// "Another event that cancels the same line: dead", in every service that keeps units, and no
/// service keeps anything of it.
TEST(Case10a, AnotherEventThatCancelsTheSameLineIsDeadAndChangesNothing) {
    Platform platform{Policy{}};
    TestOrder order{cases::of_two_lines(), "o"};
    EXPECT_EQ(platform.give(order.placed()), "");
    EXPECT_EQ(platform.give(order.paid(10'050)), "");
    EXPECT_EQ(platform.give(order.cancelled({{1, 1}})), "");
    const std::string before = platform.everything();
    EXPECT_EQ(
        platform.give(order.cancelled({{1, 1}})),
        "order: unit_not_open; apportionment: unit_not_open; inquiry: unit_not_open; "
        "sales: unit_not_open; accounting: unit_not_open; benefits: unit_not_open; "
    );
    EXPECT_EQ(platform.everything(), before);
}

}  // namespace
}  // namespace sluice::commerce::test
