#include "commerce/cases/story.hpp"
#include "commerce/orderstate/test_cases.hpp"
#include "commerce/orderstate/test_story.hpp"

namespace sluice::commerce::test {

namespace {

constexpr std::string_view kDay3 = "2018-05-04T12:00:00Z";
constexpr std::string_view kDay4 = "2018-05-05T12:00:00Z";

const char* const kRefundsDue =
    "SELECT amount FROM ledger_entry WHERE account = 'refunds_due' ORDER BY event_id";
const char* const kSold =
    "SELECT kind, units, amount FROM sales_entry WHERE policy = 'order' ORDER BY event_id";
const char* const kShares = "SELECT platform FROM apportionment_unit ORDER BY line, unit";
const char* const kHead =
    "SELECT due, card, voucher, refund_card, refund_voucher, status FROM order_head";
const char* const kPoints = "SELECT points FROM benefits_points ORDER BY event_id";
const char* const kCoupon = "SELECT amount, state, state_event_id FROM benefits_coupon";
const char* const kInquiry =
    "SELECT claim, refund_due FROM inquiry_act WHERE source = '/orders' ORDER BY sequence";

CaseStory case_1() {
    Story o{"o"};
    return {
        "Case1",
        {},
        {o.placed(kDay1, cases::five_lines()),
         o.paid(kDay1, 11'052),
         o.cancelled(kDay2, {{3, 1}}),
         o.cancelled(kDay3, {{1, 1}, {5, 1}}),
         o.cancelled(kDay4, {{2, 1}, {4, 1}})},
        {{"order", kHead, "11052 11052 0 11052 0 cancelled"},
         {"apportionment", kShares, "238; 424; 93; 597; 148"},
         {"apportionment",
          "SELECT seller_id, net, captured FROM apportionment_seller ORDER BY 1",
          "S1 2436 2436; S2 4213 4213; S3 4403 4403"},
         {"inquiry", kInquiry, "11052 0; 11052 0; 10368 684; 7529 3523; 0 11052"},
         {"sales", kSold, "placed 5 11052; cancelled 1 -684; cancelled 2 -2839; cancelled 2 -7529"},
         {"accounting", kRefundsDue, "-684; -2839; -7529"},
         {"benefits", kPoints, "110; -7; -28; -75"},
         {"benefits", kCoupon, "1500 back o.orders.5"}}};
}

CaseStory case_2() {
    Story o{"o"};
    return {
        "Case2",
        {},
        {o.placed(kDay1, cases::three_pieces()),
         o.paid(kDay1, 2'897),
         o.cancelled(kDay2, {{1, 1}}),
         o.cancelled(kDay3, {{1, 2}, {1, 3}})},
        {{"order", kHead, "2897 2897 0 2897 0 cancelled"},
         {"apportionment",
          "SELECT platform, net FROM apportionment_unit ORDER BY unit",
          "34 965; 33 966; 33 966"},
         {"inquiry", kInquiry, "2897 0; 2897 0; 1932 965; 0 2897"},
         {"sales", kSold, "placed 3 2897; cancelled 1 -965; cancelled 2 -1932"},
         {"accounting", kRefundsDue, "-965; -1932"}}};
}

CaseStory case_3() {
    Story o{"o"};
    return {
        "Case3",
        {},
        {o.placed(kDay1, cases::two_bearers()), o.paid(kDay1, 1'389)},
        {{"order",
          "SELECT gross, platform_discount, seller_discount, due FROM order_head",
          "1400 10 1 1389"},
         {"apportionment",
          "SELECT platform, seller_share, net FROM apportionment_unit ORDER BY line",
          "4 1 595; 4 0 596; 2 0 198"},
         {"accounting",
          "SELECT account, amount FROM ledger_entry WHERE event_id = 'o.orders.1' ORDER BY 1",
          "buyer_receivable 1389; promotion 10; seller_payable -1399"}}};
}

/// A gift, a coupon for all of it, no payment; what is left of it is delivered as usual.
CaseStory case_4a() {
    Story o{"o"};
    return {
        "Case4a",
        {},
        {o.placed(kDay1, cases::with_gift()),
         o.cancelled(kDay2, {{1, 1}}),
         o.dispatched(kDay3, "S1", {{3, 1}}),
         o.dispatched(kDay3, "S2", {{2, 1}}),
         o.completed(kDay4, "S1", {{3, 1}}),
         o.completed(kDay4, "S2", {{2, 1}})},
        {{"order", kHead, "0 0 0 0 0 paid"},
         {"apportionment", kShares, "3000; 2000; 0"},
         {"delivery",
          "SELECT seller_id, goods, completed_at IS NULL FROM delivery_parcel ORDER BY 1",
          "S1 0 0; S2 2000 0"},
         {"settlement",
          "SELECT seller_id, amount FROM settlement_item ORDER BY 1",
          "S1 0; S2 2000"},
         {"sales", kSold, "placed 3 0; cancelled 1 0"},
         {"accounting", kRefundsDue, ""},
         {"benefits", kCoupon, "5000 used o.orders.1"}}};
}

CaseStory case_4c() {
    Story o{"o"};
    return {
        "Case4c",
        {},
        {o.placed(kDay1, cases::with_coupon()),
         o.paid(kDay1, 5'000),
         o.cancelled(kDay2, {{1, 1}}),
         o.cancelled(kDay3, {{2, 1}})},
        {{"order", kHead, "5000 5000 0 5000 0 cancelled"},
         {"accounting", kRefundsDue, "-2500; -2500"},
         {"benefits", kCoupon, "1000 back o.orders.4"},
         {"benefits", kPoints, "50; -25; -25"}}};
}

/// `fee` of a return by wish; nothing: it is the seller's fault.
CaseStory case_5(bool wish) {
    Story o{"o"};
    const std::string kept = wish ? "600" : "0";
    return {
        wish ? "Case5Wish" : "Case5Fault",
        {},
        {o.placed(kDay1, cases::with_shipping()),
         o.paid(kDay1, 8'020),
         o.cancelled(kDay2, {{2, 1}}),
         o.cancelled(kDay2, {{3, 1}}),
         o.dispatched(kDay3, "S1", {{1, 1}}),
         o.completed(kDay3, "S1", {{1, 1}}),
         o.returned(kDay4, {{1, 1}}, wish ? "wish" : "seller", wish ? 300 : 0)},
        {{"order",
          "SELECT due, card - refund_card, status FROM order_head",
          "8020 " + kept + " closed"},
         {"apportionment", kShares, "400; 250; 180"},
         {"apportionment",
          "SELECT seller_id, captured, open_shipping FROM apportionment_seller ORDER BY 1",
          wish ? "S1 6150 300; S2 1870 0" : "S1 6150 0; S2 1870 0"},
         {"delivery", "SELECT goods, shipping, orders_seen FROM delivery_parcel", "4000 300 4"},
         {"accounting", kRefundsDue, wish ? "-2250; -1870; -3300" : "-2250; -1870; -3900"},
         {"accounting",
          "SELECT amount FROM ledger_entry WHERE account = 'return_fees'",
          wish ? "-300" : ""},
         {"settlement",
          "SELECT kind, payable, shipping FROM settlement_item ORDER BY kind",
          wish ? "delivered 4000 300; returned -4000 0"
               : "delivered 4000 300; returned -4000 -300"},
         {"benefits", "SELECT SUM(points) FROM benefits_points", wish ? "6" : "0"},
         {"inquiry",
          "SELECT units_open, units_cancelled, units_returned, units_delivered, refund_due "
          "FROM inquiry_act WHERE type = 'order.returned'",
          wish ? "0 2 1 1 7420" : "0 2 1 1 8020"}}};
}

CaseStory case_6a() {
    Story o{"o"};
    return {
        "Case6a",
        {},
        {o.placed(kDay1, cases::for_two_tenders()),
         o.paid(kDay1, 7'000, 5'000),
         o.cancelled(kDay2, {{1, 1}}),
         o.cancelled(kDay3, {{2, 1}}),
         o.cancelled(kDay4, {{3, 1}}),
         o.refunded(kDay4, 4, 4'000, 2'000)},
        {{"order", kHead, "12000 7000 5000 7000 5000 cancelled"},
         {"order", "SELECT refunded FROM order_head", "6000"},
         {"sales",
          kSold,
          "placed 3 12000; cancelled 1 -3000; cancelled 1 -6000; cancelled 1 -3000"},
         {"accounting", kRefundsDue, "-3000; -6000; -3000; 6000"},
         {"accounting",
          "SELECT account, SUM(amount) FROM ledger_entry WHERE account IN ('cash', "
          "'voucher_liability') GROUP BY 1 ORDER BY 1",
          "cash 3000; voucher_liability 3000"},
         {"inquiry",
          "SELECT refund_due, refund_done FROM inquiry_act ORDER BY sequence",
          "0 0; 0 0; 3000 0; 9000 0; 12000 0; 6000 6000"}}};
}

CaseStory case_6b() {
    Story o{"o"};
    return {
        "Case6b",
        {},
        {o.placed(kDay1, cases::of_a_hundred()),
         o.paid(kDay1, 10'235),
         o.cancelled(kDay2, {{1, 1}})},
        {{"order", kHead, "10000 10235 0 10235 0 cancelled"},
         {"sales", kSold, "placed 1 10000; cancelled 1 -10000"},
         {"accounting",
          "SELECT amount FROM ledger_entry WHERE account = 'payment_difference' ORDER BY event_id",
          "-235; 235"},
         {"accounting", kRefundsDue, "-10235"}}};
}

Policy won() {
    Policy policy;
    policy.currency = "KRW";
    policy.minor_per_point = 1;
    return policy;
}

const char* const kDocuments =
    "SELECT kind, base, vat FROM tax_document ORDER BY event_id, tax_code DESC";
const char* const kVatDue = "SELECT SUM(amount) FROM ledger_entry WHERE account = 'vat_due'";

CaseStory case_7a() {
    Story o{"o"};
    return {
        "Case7a",
        won(),
        {o.placed(kDay1, cases::three_taxed_lines()),
         o.paid(kDay1, 3'015),
         o.cancelled(kDay2, {{2, 1}})},
        {{"apportionment", "SELECT vat FROM apportionment_unit ORDER BY line", "92; 91; 91"},
         {"accounting", kDocuments, "invoice 3015 274; credit -1005 -91"},
         {"accounting", kVatDue, "-183"},
         {"benefits", kPoints, "3015; -1005"}}};
}

CaseStory case_7b() {
    Story o{"o"};
    return {
        "Case7b",
        won(),
        {o.placed(kDay1, cases::taxed_and_exempt()),
         o.paid(kDay1, 14'850),
         o.cancelled(kDay2, {{2, 1}})},
        {{"apportionment",
          "SELECT platform, net, vat FROM apportionment_unit ORDER BY line",
          "1100 9900 900; 550 4950 0"},
         {"order", kHead, "14850 14850 0 4950 0 paid"},
         {"accounting", kDocuments, "invoice 9900 900; invoice 4950 0; credit -4950 0"},
         {"accounting", kVatDue, "-900"}}};
}

}  // namespace

std::vector<CaseStory> money_stories() {
    return {
        case_1(),
        case_2(),
        case_3(),
        case_4a(),
        case_4c(),
        case_5(true),
        case_5(false),
        case_6a(),
        case_6b(),
        case_7a(),
        case_7b()};
}

}  // namespace sluice::commerce::test
