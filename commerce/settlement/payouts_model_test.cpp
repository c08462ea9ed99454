// Payouts against the page's formula in one go, in whatever order subjects and the calendar come.
#include "base/test_seed.hpp"
#include "commerce/events/test_sql.hpp"
#include "commerce/orderstate/test_story.hpp"
#include "commerce/settlement/settlement.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

constexpr int kDays = 40;

std::string date(int day) {
    return to_text(civil(std::chrono::year{2018} / 3 / 1) + (day - 1));
}

std::string noon(int day) {
    return date(day) + "T12:00:00Z";
}

/// Random deliveries and returns of a few sellers, the calendar that counts them, and what is owed.
class RandomMonth {
public:
    explicit RandomMonth(std::mt19937_64& random) : random_{random} {
        for (int order = 0; order < 25; ++order)
            subjects_.push_back(invent("o" + std::to_string(order)));
        std::vector<Event>& calendar = subjects_.emplace_back();
        for (int day = 1; day <= kDays; ++day) {
            std::vector<TypeCount> counts;
            for (const auto& [type, count] : published_[day]) counts.push_back({type, count});
            calendar.push_back(test::day_closed(day, date(day), counts));
        }
    }

    /// The events of each order, and last the calendar's.
    [[nodiscard]] const std::vector<std::vector<Event>>& subjects() const { return subjects_; }

    /// docs/commerce/read-models.md, "settlement": S = running sum of items by day; paid so far =
    /// max(0, max of S up to the day).
    [[nodiscard]] std::string payouts() const {
        std::string text;
        for (const auto& [seller, by_day] : items_) {
            std::int64_t sum = 0;
            std::int64_t paid_so_far = 0;
            for (const auto& [day, items] : by_day) {
                const std::int64_t carried_in = sum - paid_so_far;
                sum += items;
                const std::int64_t paid = std::max<std::int64_t>(paid_so_far, sum) - paid_so_far;
                paid_so_far += paid;
                text += fmt::format(
                    "{} {} {} {} {} {}\n", seller, day, carried_in, items, paid, sum - paid_so_far
                );
            }
        }
        return text;
    }

private:
    int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }

    /// One to three sellers with two units each; some come back, by wish or by the seller's fault.
    std::vector<Event> invent(const std::string& id) {
        test::Story story{id};
        std::vector<PlacingUnit> units;
        std::vector<Shipping> shipping;
        const int sellers = 1 + below(3);
        for (int line = 1; line <= sellers; ++line) {
            const std::string seller = "s" + std::to_string(line);
            const std::int64_t price = 100 + below(5'000);
            for (const int unit : {1, 2})
                units.push_back(test::unit({line, unit}, seller, price, 0, 1'000));
            shipping.push_back({seller, below(300)});
        }
        const auto input = test::order_of(units, shipping);
        const OrderPlaced placed = place(input).value();
        std::vector<Event> events{story.placed(noon(1), input)};
        const int delivered = 2 + below(8);
        for (int line = 1; line <= sellers; ++line)
            deliver(events, story, placed, line, delivered + line);
        const int returned = delivered + sellers + 1 + below(12);
        for (int line = 1; line <= sellers; ++line) {
            if (below(3) != 0) continue;
            give_back(events, story, placed, line, {returned + line, delivered + line});
        }
        return events;
    }

    static std::int64_t payable(const OrderPlaced& placed, int line) {
        return placed.units.at(static_cast<std::size_t>(line - 1) * 2).payable;
    }

    void deliver(
        std::vector<Event>& events, test::Story& story, const OrderPlaced& placed, int line, int day
    ) {
        const Shipping& shipping = placed.shipping.at(static_cast<std::size_t>(line - 1));
        events.push_back(story.completed(noon(day), shipping.seller, {{line, 1}, {line, 2}}));
        ++published_[day]["delivery.completed"];
        items_[shipping.seller][date(day + 7)] += 2 * payable(placed, line) + shipping.amount;
    }

    struct Days {
        int returned;
        int delivered;
    };

    /// One unit or both; shipping goes back only with both and the seller's fault.
    void give_back(
        std::vector<Event>& events,
        test::Story& story,
        const OrderPlaced& placed,
        int line,
        Days days
    ) {
        const Shipping& shipping = placed.shipping.at(static_cast<std::size_t>(line - 1));
        const bool both = below(2) == 0;
        const bool fault = below(2) == 0;
        std::vector<UnitRef> units{{line, 1}};
        if (both) units.push_back({line, 2});
        events.push_back(story.returned(noon(days.returned), units, fault ? "seller" : "wish"));
        ++published_[days.returned]["order.returned"];
        const std::int64_t back =
            (both ? 2 : 1) * payable(placed, line) + (both && fault ? shipping.amount : 0);
        items_[shipping.seller][date(std::max(days.returned, days.delivered + 7))] -= back;
    }

    std::mt19937_64& random_;
    std::vector<std::vector<Event>> subjects_;
    std::map<int, std::map<std::string, std::int64_t>> published_;
    std::map<std::string, std::map<std::string, std::int64_t>> items_;  // seller, day available
};

/// Both parts of settlement on an empty database.
class Settlement {
public:
    std::string give(const Event& event) {
        return test::give(event.type == "day.closed" ? calendar_ : orders_, event, sql_);
    }

    /// Gives the events of the subjects, each in its order, mixed; `after` each of them.
    void give_mixed(
        std::vector<std::vector<Event>> left,
        std::mt19937_64& random,
        const std::function<void()>& after = [] {}
    ) {
        while (!left.empty()) {
            auto& subject = left[random() % left.size()];
            ASSERT_EQ(give(subject.front()), "done") << subject.front().id;
            subject.erase(subject.begin());
            std::erase_if(left, [](const auto& events) { return events.empty(); });
            after();
        }
    }

    std::string payouts() {
        return query(
            "SELECT seller_id, day, carried_in, items, paid, carried_out FROM settlement_payout "
            "ORDER BY 1, 2"
        );
    }

    std::string last_day_paid() {
        return query("SELECT COALESCE(MAX(day), 'none') FROM _settlement_day WHERE paid = 1");
    }

    std::string query(std::string_view text) { return test::rows(sql_, text); }

private:
    Service orders_{make_settlement_service(Policy{})};
    Service calendar_{make_settlement_calendar_service()};
    test::MemorySql sql_{orders_.schema()};
};

class PayoutsModel : public testing::Test {
protected:
    std::uint64_t seed_{sluice::test::seed()};
    std::mt19937_64 random_{seed_};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
};

TEST_F(PayoutsModel, AreTheRunningMaximumInWhateverOrderSubjectsCome) {
    for (int round = 0; round < 15; ++round) {
        const RandomMonth month{random_};
        Settlement settlement;
        settlement.give_mixed(month.subjects(), random_);
        ASSERT_EQ(settlement.payouts(), month.payouts());
    }
}

/// A payout is final: once a day is paid, nothing that may still come changes a row of it.
TEST_F(PayoutsModel, WhatIsPaidIsNeverTouchedAgain) {
    const RandomMonth month{random_};
    Settlement settlement;
    std::string before;
    settlement.give_mixed(month.subjects(), random_, [&] {
        const std::string now = settlement.query(
            "SELECT day, seller_id, items, paid FROM settlement_payout ORDER BY 1, 2"
        );
        EXPECT_EQ(now.substr(0, before.size()), before);
        before = now;
    });
    EXPECT_EQ(settlement.last_day_paid(), date(kDays) + "\n");
}

/// One sale, delivered on the first day.
std::vector<Event> one_sale(std::int64_t price) {
    test::Story story{"o"};
    return {
        story.placed(noon(1), test::order_of({test::unit({1, 1}, "s", price)})),
        story.completed(noon(1), "s", {{1, 1}})};
}

TEST(Payouts, ADayWaitsForTheDaysBeforeIt) {
    Settlement settlement;
    EXPECT_EQ(settlement.give(test::day_closed(1, date(1), {{"delivery.completed", 1}})), "done");
    EXPECT_EQ(settlement.give(test::day_closed(2, date(2), {})), "done");
    EXPECT_EQ(settlement.last_day_paid(), "none\n");
    for (const Event& event : one_sale(100)) EXPECT_EQ(settlement.give(event), "done");
    EXPECT_EQ(settlement.last_day_paid(), date(2) + "\n");
}

TEST(Payouts, MoreThanWasPublishedIsNoReasonToPay) {
    Settlement settlement;
    for (const Event& event : one_sale(100)) EXPECT_EQ(settlement.give(event), "done");
    EXPECT_EQ(settlement.give(test::day_closed(1, date(1), {})), "done");
    EXPECT_EQ(settlement.last_day_paid(), "none\n");
}

TEST(Payouts, ASaleOfNothingIsPaidWithNothing) {
    Settlement settlement;
    for (const Event& event : one_sale(0)) EXPECT_EQ(settlement.give(event), "done");
    for (int day = 1; day <= 8; ++day) {
        std::vector<TypeCount> counts;
        if (day == 1) counts.push_back({"delivery.completed", 1});
        ASSERT_EQ(settlement.give(test::day_closed(day, date(day), counts)), "done");
    }
    EXPECT_EQ(settlement.payouts(), "s 2018-03-08 0 0 0 0\n");
}

}  // namespace
}  // namespace sluice::commerce
