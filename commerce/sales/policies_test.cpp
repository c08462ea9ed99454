// The policies side by side: what is counted under each, against the page's words written down over
// the whole list of events, for any switch date and any time zone.
#include "base/test_seed.hpp"
#include "commerce/events/test_service.hpp"
#include "commerce/orderstate/test_shuffle.hpp"
#include "commerce/orderstate/test_story.hpp"
#include "commerce/sales/sales.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace sluice::commerce {
namespace {

/// (policy, event id) to "order kind day units amount".
using Entries = std::map<std::pair<std::string, std::string>, std::string>;

/// docs/commerce/read-models.md, "sales", word for word: all entries of one order, from all its
/// events at once.
class Reference {
public:
    Reference(const Policy& policy, std::vector<Event> events)
        : policy_{policy},
          switch_on_{policy.switch_on},
          events_{std::move(events)} {
        for (const Event& event : events_) note(event);
    }

    [[nodiscard]] Entries entries() const {
        Entries all;
        const Act& placed = acts_.front();
        const bool by_order = placed.day >= switch_on_;
        std::vector<UnitRef> left_before;  // the switch
        for (const Act& act : acts_) {
            const bool delivered = act.kind == "delivered";
            add(all, delivered ? "delivery" : "order", act);
            if (act.kind == "returned") add(all, "delivery", act);
            if (by_order) {
                if (!delivered) add(all, "booked", act);
                continue;
            }
            const bool before = act.day < switch_on_;
            const bool counts = act.kind == "returned" || (delivered && before) ||
                                (act.kind == "cancelled" && !before);
            if (counts) add(all, "booked", act);
            if (before && (delivered || act.kind == "cancelled"))
                left_before.insert(left_before.end(), act.units.begin(), act.units.end());
        }
        if (!by_order) {
            Act transition{
                placed.order + ".transition", placed.order, "transition", switch_on_, {}};
            for (const UnitRef unit : placed.units) {
                if (std::find(left_before.begin(), left_before.end(), unit) == left_before.end())
                    transition.units.push_back(unit);
            }
            add(all, "booked", transition);
        }
        return all;
    }

private:
    struct Act {
        std::string id;
        std::string order;
        std::string kind;
        Day day;
        std::vector<UnitRef> units;
    };

    void note(const Event& event) {
        const UtcTime time = parse_time(*event.time).value();
        const auto act = [&](const char* kind, UtcTime happened, std::vector<UnitRef> units) {
            acts_.push_back(
                {event.id,
                 event.subject,
                 kind,
                 booked_on(policy_, time, happened),
                 std::move(units)}
            );
        };
        if (event.type == type::kOrderPlaced) {
            std::vector<UnitRef> all;
            const auto placed = decode<OrderPlaced>(*event.data).value();
            for (const PlacedUnit& unit : placed.units) {
                net_[unit.ref()] = unit.net;
                all.push_back(unit.ref());
            }
            act("placed", time, all);
        } else if (event.type == type::kOrderCancelled) {
            act("cancelled", time, decode<OrderCancelled>(*event.data)->units);
        } else if (event.type == type::kOrderReturned) {
            const auto returned = decode<OrderReturned>(*event.data).value();
            act("returned", returned.happened, returned.units);
        } else if (event.type == type::kDeliveryCompleted) {
            const auto completed = decode<DeliveryCompleted>(*event.data).value();
            act("delivered", completed.happened, completed.units);
        }
    }

    void add(Entries& all, const std::string& policy, const Act& act) const {
        if (act.units.empty()) return;
        std::int64_t amount = 0;
        for (const UnitRef unit : act.units) amount += net_.at(unit);
        if (act.kind == "cancelled" || act.kind == "returned") amount = -amount;
        all[{policy, act.id}] = fmt::format(
            "{} {} {} {} {}", act.order, act.kind, to_text(act.day), act.units.size(), amount
        );
    }

    const Policy& policy_;
    Day switch_on_;
    std::vector<Event> events_;
    std::map<UnitRef, std::int64_t> net_;
    std::vector<Act> acts_;
};

class SalesPolicies : public testing::Test {
protected:
    /// A policy whose switch lies somewhere within the hours of the histories.
    Policy random_policy() {
        Policy policy;
        policy.offset_minutes = static_cast<std::int64_t>(random_() % 1'560) - 720;
        policy.switch_on =
            civil(std::chrono::year{2018} / 1 / 10) + static_cast<std::int64_t>(random_() % 4);
        return policy;
    }

    static std::string text_of(const Entries& entries) {
        std::string text;
        for (const auto& [key, entry] : entries)
            text += key.first + " " + key.second + " " + entry + "\n";
        return text;
    }

    std::uint64_t seed_{sluice::test::seed()};
    std::mt19937_64 random_{seed_};
    testing::ScopedTrace trace_{__FILE__, __LINE__, sluice::test::rerun(seed_)};
};

TEST_F(SalesPolicies, EveryEntryIsTheOneThatThePageAsksFor) {
    for (int round = 0; round < 60; ++round) {
        const Policy policy = random_policy();
        const Service service = make_sales_service(policy);
        test::MemorySql sql{service.schema()};
        Entries expected;
        for (int order = 0; order < 8; ++order) {
            const test::RandomHistory history{random_, "o" + std::to_string(order)};
            for (const auto& [key, entry] : Reference{policy, history.events()}.entries())
                expected[key] = entry;
            for (const Event& event : test::another_order(history.events(), random_)) {
                const std::string answer = test::give(service, event, sql);
                ASSERT_TRUE(answer == "done" || answer == "not subscribed") << answer;
            }
        }
        ASSERT_EQ(
            test::rows(
                sql,
                "SELECT policy, event_id, order_id, kind, booked_on, units, amount "
                "FROM sales_entry ORDER BY 1, 2"
            ),
            text_of(expected)
        );
        ASSERT_EQ(
            test::rows(
                sql,
                "SELECT policy, booked_on, COUNT(*), SUM(amount) FROM sales_entry GROUP BY 1, 2 "
                "ORDER BY 1, 2"
            ),
            test::rows(
                sql, "SELECT policy, booked_on, entries, amount FROM sales_day ORDER BY 1, 2"
            )
        );
    }
}

/// Whenever the switch was made, what was booked ends at what was sold: nothing counts twice, and
/// nothing is lost between the two policies.
TEST_F(SalesPolicies, BookedEndsWhereOrderEndsWheneverTheSwitchWasMade) {
    for (int round = 0; round < 40; ++round) {
        const Service service = make_sales_service(random_policy());
        test::MemorySql sql{service.schema()};
        for (const Event& event : test::random_events(random_, 10))
            static_cast<void>(test::give(service, event, sql));
        const auto by_order = [&](const char* policy) {
            return test::rows(
                sql,
                fmt::format(
                    "SELECT order_id, SUM(amount) FROM sales_entry WHERE policy = '{}' "
                    "GROUP BY 1 HAVING SUM(amount) <> 0 ORDER BY 1",
                    policy
                )
            );
        };
        ASSERT_EQ(by_order("booked"), by_order("order"));
    }
}

/// No month that was closed moves: an entry is booked on the day it was recorded, or in the month
/// before it while that is open.
TEST_F(SalesPolicies, AClosedMonthNeverMoves) {
    const Policy policy;
    const Service service = make_sales_service(policy);
    test::MemorySql sql{service.schema()};
    std::string january;
    for (int day = 1; day <= 60; ++day) {
        test::Story story{"o" + std::to_string(day)};
        const Day recorded = civil(std::chrono::year{2018} / 2 / 1) + (day - 1);
        const std::string time = to_text(recorded) + "T12:00:00Z";
        const auto input = test::order_of({test::unit({1, 1}, "s", 100)});
        for (const Event& event :
             {story.placed("2018-01-05T12:00:00Z", input),
              story.dispatched("2018-01-06T12:00:00Z", "s", {{1, 1}}),
              story.completed(time, "s", {{1, 1}}, "2018-01-31T12:00:00Z")}) {
            const std::string answer = test::give(service, event, sql);
            ASSERT_TRUE(answer == "done" || answer == "not subscribed") << answer;
        }
        const std::string now = test::rows(
            sql,
            "SELECT SUM(amount) FROM sales_entry WHERE policy = 'delivery' AND booked_on < "
            "'2018-02-01'"
        );
        EXPECT_EQ(now, std::to_string(100 * std::min(day, 3)) + "\n") << time;
    }
}

}  // namespace
}  // namespace sluice::commerce
