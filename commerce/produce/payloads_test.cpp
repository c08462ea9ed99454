// One event by hand, act by act: what stands in its attributes and in its payload.
#include "commerce/produce/publications.hpp"
#include "commerce/seedrule/test_orders.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <optional>
#include <string>

namespace sluice::commerce {
namespace {

/// An order of two sellers, with an act of every type, an hour after one another.
class OneOrder : public testing::Test {
protected:
    OneOrder() {
        raw_.orders.push_back(test::raw_order({"s1", "s2"}));
        RawOrder& order = raw_.orders.front();
        order.payments = {{1, "voucher", 500}, {2, "credit_card", 1'700}};
        order.reviews = {{"r,1", 5, test::at("2018-01-20T03:00:00Z"), order.purchased}};
        OrderAdditions& added = additions_.orders.emplace_back();
        added.member = "m\"1\"";
        added.items = {{{1, 1}, "s1", "exempt", 0, 1'000}, {{2, 1}, "s2", "exempt", 0, 1'000}};
        auto& acts = added.acts;
        acts.push_back(act(ActType::kDispatched, 1, 4, {{1, 1}}));
        acts.back().parcel = 1;
        acts.back().depends_on = 2;
        acts.push_back(act(ActType::kCompleted, 2, 5, {{1, 1}}));
        acts.back().parcel = 1;
        acts.back().depends_on = 3;
        acts.back().happened = test::at("2018-01-10T12:30:00Z");
        acts.push_back(act(ActType::kPlaced, 1, 0));
        acts.push_back(act(ActType::kPaid, 2, 1));
        acts.push_back(act(ActType::kCancelled, 3, 2, {{2, 1}}));
        acts.back().reason = Reason::kSeller;
        acts.push_back(act(ActType::kReturned, 4, 6, {{1, 1}}));
        acts.back().depends_on = 2;
        acts.back().fault = Fault::kWish;
        acts.back().fee = 300;
        acts.push_back(act(ActType::kRefunded, 5, 7));
        acts.back().refund_of = 3;
        acts.push_back(act(ActType::kWritten, 1, 8));
    }

    static Act act(ActType type, std::int32_t seq, int hour, std::vector<UnitRef> units = {}) {
        Act act;
        act.type = type;
        act.seq = seq;
        act.at = test::at("2018-01-10T12:00:00Z") + hour * kHour;
        act.happened = act.at;
        act.units = std::move(units);
        return act;
    }

    /// The event of this id, wherever it is published.
    [[nodiscard]] Event event(const std::string& id) const {
        const Publications published{raw_, additions_};
        for (std::size_t i = 0; i < published.size(); ++i) {
            if (published.at(i).event.id == id) return published.at(i).event;
        }
        ADD_FAILURE() << "no event " << id;
        return {};
    }

    RawData raw_;
    Additions additions_;
};

TEST_F(OneOrder, EveryActHasItsPayload) {
    const std::map<std::string, std::string> payloads{
        {"o1.orders.1",
         R"({"member":"m\"1\"","currency":"BRL","coupon":"","points_used":0,)"
         R"("platform_discount":0,"seller_discount":0,)"
         R"("shipping":[{"seller":"s1","amount":100},{"seller":"s2","amount":100}],"units":[)"
         R"({"line":1,"unit":1,"seller":"s1","product":"p-s1","price":1000,"platform":0,)"
         R"("seller_share":0,"net":1000,"tax_code":"exempt","tax_bp":0,"vat":0,)"
         R"("commission_bp":1000,"commission":100,"payable":900},)"
         R"({"line":2,"unit":1,"seller":"s2","product":"p-s2","price":1000,"platform":0,)"
         R"("seller_share":0,"net":1000,"tax_code":"exempt","tax_bp":0,"vat":0,)"
         R"("commission_bp":1000,"commission":100,"payable":900}],"due":2200})"},
        {"o1.orders.2",
         R"({"tenders":[{"number":1,"type":"voucher","amount":500},)"
         R"({"number":2,"type":"credit_card","amount":1700}],)"
         R"("card":1700,"voucher":500,"captured":2200})"},
        {"o1.orders.3", R"({"units":[[2,1]],"reason":"seller"})"},
        {"o1.orders.4",
         R"({"units":[[1,1]],"fault":"wish","fee":300,"happened":"2018-01-10T18:00:00Z"})"},
        {"o1.orders.5", R"({"of":3,"card":1100,"voucher":0})"},
        {"o1.deliveries.1", R"({"parcel":"o1-1","seller":"s1","units":[[1,1]]})"},
        {"o1.deliveries.2",
         R"({"parcel":"o1-1","seller":"s1","units":[[1,1]],"happened":"2018-01-10T12:30:00Z"})"},
        {"o1.reviews.1", R"({"review":"r,1","score":5,"created":"2018-01-20T03:00:00Z"})"},
    };
    for (const auto& [id, payload] : payloads) EXPECT_EQ(event(id).data, payload) << id;
}

struct Attributes {
    const char* id;
    const char* type;
    const char* source;
    const char* time;
    const char* number;  ///< nullptr: none
    const char* stamp;
};

TEST_F(OneOrder, EveryEventHasItsAttributes) {
    const std::array<Attributes, 8> all{{
        {"o1.orders.1", "order.placed", "/orders", "2018-01-10T12:00:00Z", "1", nullptr},
        {"o1.orders.2", "order.paid", "/orders", "2018-01-10T13:00:00Z", "2", nullptr},
        {"o1.orders.3", "order.cancelled", "/orders", "2018-01-10T14:00:00Z", "3", nullptr},
        {"o1.orders.4", "order.returned", "/orders", "2018-01-10T18:00:00Z", "4", "/deliveries 2"},
        {"o1.orders.5", "order.refunded", "/orders", "2018-01-10T19:00:00Z", "5", nullptr},
        {"o1.deliveries.1",
         "delivery.dispatched",
         "/deliveries",
         "2018-01-10T16:00:00Z",
         "1",
         "/orders 2"},
        {"o1.deliveries.2",
         "delivery.completed",
         "/deliveries",
         "2018-01-10T17:00:00Z",
         "2",
         "/orders 3"},
        {"o1.reviews.1", "review.written", "/reviews", "2018-01-10T20:00:00Z", nullptr, nullptr},
    }};
    const auto text = [](std::optional<std::string_view> value) {
        return std::string{value.value_or("none")};
    };
    for (const Attributes& wanted : all) {
        const Event found = event(wanted.id);
        EXPECT_EQ(found.type, wanted.type);
        EXPECT_EQ(found.source, wanted.source);
        EXPECT_EQ(found.subject, "o1");
        EXPECT_EQ(found.time, wanted.time);
        EXPECT_EQ(found.datacontenttype, "application/json");
        EXPECT_EQ(text(found.extension("sourcesequence")), wanted.number ? wanted.number : "none");
        EXPECT_EQ(text(found.extension("dependson")), wanted.stamp ? wanted.stamp : "none");
    }
}

/// At one time an order's acts come first, then its deliveries, then reviews; the day is closed
/// when it is over.
TEST_F(OneOrder, AtOneTimeTheOrderComesBeforeItsParcelAndItsReview) {
    for (Act& act : additions_.orders.front().acts) act.at = test::at("2018-01-11T03:00:00Z");
    const Publications published{raw_, additions_};
    std::string ids;
    for (std::size_t i = 0; i < 8; ++i) ids += published.at(i).event.id + " ";
    EXPECT_EQ(
        ids,
        "o1.orders.1 o1.orders.2 o1.orders.3 o1.orders.4 o1.orders.5 o1.deliveries.1 "
        "o1.deliveries.2 o1.reviews.1 "
    );
    EXPECT_EQ(published.at(8).event.id, "calendar.2018-01-11");
    EXPECT_EQ(published.at(8).event.time, "2018-01-12T03:00:00Z");
}

TEST_F(OneOrder, AnotherPoliciesTimeZoneMovesTheDaysAndNothingElse) {
    Policy korea;
    korea.offset_minutes = 540;
    const Publications brazil{raw_, additions_};
    const Publications seoul{raw_, additions_, korea};
    ASSERT_EQ(brazil.size(), seoul.size() - 1);  // 24:00 in Seoul is 15:00 here: two days, not one
    const auto first_day = [](const Publications& published) {
        for (std::size_t i = 0;; ++i) {
            if (published.act(i) == nullptr) return published.at(i).event;
        }
    };
    EXPECT_EQ(first_day(brazil).time, "2018-01-11T03:00:00Z");
    EXPECT_EQ(first_day(seoul).time, "2018-01-10T15:00:00Z");
    EXPECT_EQ(
        first_day(seoul).data,
        R"({"day":"2018-01-10","published":{"order.placed":1,"order.paid":1,"order.cancelled":1}})"
    );
}

}  // namespace
}  // namespace sluice::commerce
