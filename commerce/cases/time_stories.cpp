#include "commerce/cases/story.hpp"
#include "commerce/orderstate/test_cases.hpp"
#include "commerce/orderstate/test_story.hpp"

#include <fmt/format.h>

#include <map>

namespace sluice::commerce::test {

namespace {

std::string march(int day) {
    return fmt::format("2018-03-{:02}T12:00:00Z", day);
}

/// March 2018, day by day, with what was published of what payouts wait for.
void close_days(std::vector<Event>& events, const std::map<int, TypeCount>& published) {
    for (int day = 1; day <= 25; ++day) {
        std::vector<TypeCount> counts;
        if (published.contains(day)) counts.push_back(published.at(day));
        events.push_back(day_closed(day, fmt::format("2018-03-{:02}", day), counts));
    }
}

/// Sold for 99.99, paid out, returned in two steps; then two later sales of 50.00 and 60.00.
CaseStory case_8() {
    Story a{"a"};
    Story b{"b"};
    Story c{"c"};
    const std::vector<UnitRef> all{{1, 1}, {1, 2}, {1, 3}};
    std::vector<Event> events{
        a.placed(march(1), cases::with_commission()),
        b.placed(march(1), order_of({unit({1, 1}, "S", 5'000)})),
        c.placed(march(1), order_of({unit({1, 1}, "S", 6'000)})),
        a.paid(march(1), 8'999),
        a.dispatched(march(1), "S", all),
        a.completed(march(2), "S", all),
        a.returned(march(12), {{1, 1}}, "seller"),
        a.returned(march(13), {{1, 2}, {1, 3}}, "seller"),
        b.dispatched(march(13), "S", {{1, 1}}),
        b.completed(march(14), "S", {{1, 1}}),
        c.dispatched(march(14), "S", {{1, 1}}),
        c.completed(march(15), "S", {{1, 1}})};
    const TypeCount completed{"delivery.completed", 1};
    const TypeCount returned{"order.returned", 1};
    close_days(
        events, {{2, completed}, {12, returned}, {13, returned}, {14, completed}, {15, completed}}
    );
    return {
        "Case8",
        {},
        std::move(events),
        {{"apportionment",
          "SELECT seller_share, commission, payable, net FROM apportionment_unit "
          "WHERE order_id = 'a' ORDER BY unit",
          "134 384 2815 2999; 133 384 2816 3000; 133 384 2816 3000"},
         {"order", "SELECT due, refund_card FROM order_head WHERE order_id = 'a'", "8999 8999"},
         {"accounting",
          "SELECT account, amount FROM ledger_entry WHERE event_id = 'a.orders.3' ORDER BY 1",
          "commission_revenue 384; promotion -200; refunds_due -2999; seller_payable 2815"},
         {"settlement",
          "SELECT day, carried_in, items, paid, carried_out FROM settlement_payout ORDER BY day",
          "2018-03-09 0 8447 8447 0; 2018-03-12 0 -2815 0 -2815; "
          "2018-03-13 -2815 -5632 0 -8447; 2018-03-21 -8447 5000 0 -3447; "
          "2018-03-22 -3447 6000 2553 0"}}};
}

Policy korea() {
    Policy policy;
    policy.currency = "KRW";
    policy.offset_minutes = 540;
    policy.switch_on = civil(std::chrono::year{2024} / 2 / 1);
    return policy;
}

std::string by_month(const std::string& policy) {
    return "SELECT substr(booked_on, 1, 7), SUM(amount) FROM sales_day WHERE policy = '" + policy +
           "' GROUP BY 1 ORDER BY 1";
}

std::string of_r(const std::string& policy) {
    return "SELECT booked_on, amount FROM sales_entry WHERE order_id = 'R' AND policy = '" +
           policy + "' ORDER BY 1";
}

CaseStory case_9() {
    Story r{"R"};
    Story p{"P"};
    Story q{"Q"};
    return {
        "Case9",
        korea(),
        {q.placed("2024-01-28T03:00:00Z", order_of({unit({1, 1}, "S", 5'000)})),
         q.dispatched("2024-01-29T03:00:00Z", "S", {{1, 1}}),
         p.placed("2024-01-30T03:00:00Z", order_of({unit({1, 1}, "S", 8'000)})),
         q.completed("2024-01-31T03:00:00Z", "S", {{1, 1}}),
         r.placed(
             "2024-01-31T15:10:00Z", order_of({unit({1, 1}, "S", 6'000), unit({2, 1}, "S", 4'000)})
         ),
         p.dispatched("2024-02-01T03:00:00Z", "S", {{1, 1}}),
         p.completed("2024-02-03T03:00:00Z", "S", {{1, 1}}),
         q.returned("2024-02-05T03:00:00Z", {{1, 1}}, "seller"),
         r.cancelled("2024-02-10T03:00:00Z", {{2, 1}}),
         r.dispatched("2024-02-11T03:00:00Z", "S", {{1, 1}}),
         r.completed("2024-02-12T03:00:00Z", "S", {{1, 1}}),
         r.returned("2024-03-03T03:00:00Z", {{1, 1}}, "seller")},
        {{"sales", of_r("order"), "2024-02-01 10000; 2024-02-10 -4000; 2024-03-03 -6000"},
         {"sales", of_r("delivery"), "2024-02-12 6000; 2024-03-03 -6000"},
         {"sales",
          "SELECT event_id, booked_on, units, amount FROM sales_entry WHERE kind = 'transition'",
          "P.transition 2024-02-01 1 8000"},
         {"sales", by_month("booked"), "2024-01 5000; 2024-02 9000; 2024-03 -6000"},
         {"sales", by_month("order"), "2024-01 13000; 2024-02 1000; 2024-03 -6000"},
         {"sales",
          "SELECT policy, SUM(amount) FROM sales_day WHERE policy <> 'delivery' GROUP BY 1 "
          "ORDER BY 1",
          "booked 8000; order 8000"}}};
}

const char* const kMember = "SELECT orders, earned, spent, balance FROM benefits_member";

CaseStory case_10a() {
    Story o{"o"};
    return {
        "Case10a",
        {},
        {o.placed(kDay1, cases::of_two_lines()),
         o.paid(kDay1, 10'050),
         o.cancelled(kDay2, {{1, 1}})},
        {{"benefits", "SELECT points FROM benefits_points ORDER BY event_id", "100; -41"},
         {"benefits", kMember, "1 59 0 59"},
         {"order", "SELECT card, refund_card FROM order_head", "10050 4060"}}};
}

/// 80 points were spent on another order, which is not paid yet.
CaseStory case_10b() {
    Story before{"a"};
    Story o{"o"};
    return {
        "Case10b",
        {},
        {before.placed(kDay1, cases::with_points()),
         o.placed(kDay1, cases::of_two_lines()),
         o.paid(kDay1, 10'050),
         o.cancelled(kDay2, {{1, 1}})},
        {{"benefits", kMember, "2 59 -80 -21"}}};
}

CaseStory case_10c() {
    Story o{"o"};
    return {
        "Case10c",
        {},
        {o.placed(kDay1, cases::with_coupon_of_ten()),
         o.cancelled(kDay1, {{1, 1}}),
         o.paid(kDay2, 10'050)},
        {{"benefits", "SELECT COUNT(*) FROM benefits_points", "0"},
         {"benefits", kMember, "1 0 0 0"},
         {"benefits", "SELECT state, state_event_id FROM benefits_coupon", "back o.orders.2"},
         {"order", "SELECT card, refund_card, status FROM order_head", "10050 10050 cancelled"},
         {"accounting",
          "SELECT account, amount FROM ledger_entry WHERE event_id = 'o.orders.3' ORDER BY 1",
          "cash 10050; refunds_due -10050"}}};
}

}  // namespace

std::vector<CaseStory> time_stories() {
    return {case_8(), case_9(), case_10a(), case_10b(), case_10c()};
}

std::vector<CaseStory> all_stories() {
    std::vector<CaseStory> all = money_stories();
    for (const CaseStory& story : time_stories()) all.push_back(story);
    return all;
}

}  // namespace sluice::commerce::test
