#include "commerce/delivery/delivery_service.hpp"

#include "commerce/events/test_service.hpp"
#include "commerce/orderstate/test_cases.hpp"
#include "commerce/orderstate/test_shuffle.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace sluice::commerce {
namespace {

using test::TestOrder;
using test::unit;

class DeliveryService : public test::ServiceTest {
protected:
    DeliveryService() : ServiceTest{make_delivery_service(Policy{})} {}

    std::string rows(const std::string& columns) {
        return query("SELECT " + columns + " FROM delivery_parcel ORDER BY parcel");
    }

    static PlacingInput two_sellers() {
        PlacingInput input;
        input.shipping = {{"S1", 300}};
        input.units = {unit({1, 1}, "S1", 3000), unit({2, 1}, "S2", 2000), unit({3, 1}, "S1", 500)};
        return input;
    }

    TestOrder order_{two_sellers()};
};

TEST_F(DeliveryService, ARowPerParcel) {
    done(order_.placed());
    static_cast<void>(order_.paid(5800));  // not subscribed, but seen by the delivery service
    done(order_.dispatched(1, "S1", {{1, 1}, {3, 1}}));
    done(order_.dispatched(2, "S2", {{2, 1}}));
    EXPECT_EQ(
        rows("*"),
        "o-1-1 o-1 S1 2 3500 300 2 2018-01-10T14:00:00Z NULL 0\n"
        "o-1-2 o-1 S2 1 2000 0 2 2018-01-10T15:00:00Z NULL 0\n"
    );
    done(order_.completed(2, "S2", {{2, 1}}));
    EXPECT_EQ(rows("completed_at"), "NULL\n2018-01-10T16:00:00Z\n");
}

TEST_F(DeliveryService, Case4aAZeroOrderIsDeliveredAsUsual) {
    TestOrder free{test::cases::with_gift()};
    done(free.placed());
    done(free.dispatched(1, "S1", {{1, 1}, {3, 1}}));
    done(free.completed(1, "S1", {{1, 1}, {3, 1}}));
    EXPECT_EQ(rows("goods, shipping, orders_seen, late_recorded"), "3000 0 1 0\n");
}

TEST_F(DeliveryService, ALateCourierIsMarkedOnceHisMonthIsClosed) {
    for (const char* recorded : {"2018-02-03T12:00:00Z", "2018-02-04T12:00:00Z"}) {
        TestOrder order{two_sellers(), recorded};
        done(order.placed());
        done(order.dispatched(1, "S1", {{1, 1}}));
        order.set_time(recorded);
        done(order.completed(1, "S1", {{1, 1}}, parse_time("2018-01-30T12:00:00Z").value(), 1));
    }
    EXPECT_EQ(
        rows("completed_at, late_recorded"), "2018-02-03T12:00:00Z 0\n2018-02-04T12:00:00Z 1\n"
    );
}

TEST_F(DeliveryService, ImpossibleEventsAreDead) {
    const Event placed = order_.placed();
    EXPECT_EQ(give(order_.dispatched(1, "S1", {{1, 1}})), "unknown_order");
    done(placed);
    EXPECT_EQ(give(placed), "already_placed");
    EXPECT_EQ(give(order_.dispatched(1, "S1", {{4, 1}})), "unknown_unit");
    EXPECT_EQ(give(order_.dispatched(1, "S1", {{2, 1}})), "unknown_unit");
    EXPECT_EQ(give(order_.completed(1, "S1", {{1, 1}})), "unknown_parcel");
    done(order_.dispatched(1, "S1", {{1, 1}}));
    EXPECT_EQ(give(order_.dispatched(1, "S1", {{1, 1}})), "already_dispatched");
    done(order_.completed(1, "S1", {{1, 1}}));
    const std::string before = rows("*");
    EXPECT_EQ(give(order_.completed(1, "S1", {{1, 1}})), "unknown_parcel");
    EXPECT_EQ(rows("*"), before);
}

TEST_F(DeliveryService, SumsOverRandomHistories) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    std::map<std::string, OrderPlaced> placed;
    std::int64_t parcels = 0;
    std::int64_t completed = 0;
    std::int64_t goods = 0;
    for (const Event& event : test::random_events(random, 300)) {
        if (!service_.handlers().contains(event.type)) continue;
        done(event);
        if (event.type == type::kOrderPlaced) {
            placed[event.subject] = decode<OrderPlaced>(*event.data).value();
        } else if (event.type == type::kDeliveryDispatched) {
            ++parcels;
            const auto sent = decode<DeliveryDispatched>(*event.data).value();
            for (const PlacedUnit& unit : placed[event.subject].units) {
                const bool in =
                    std::find(sent.units.begin(), sent.units.end(), unit.ref()) != sent.units.end();
                goods += in ? unit.price : 0;
            }
        } else {
            ++completed;
        }
    }
    EXPECT_EQ(
        query("SELECT COUNT(*), COUNT(completed_at), SUM(goods) FROM delivery_parcel"),
        std::to_string(parcels) + " " + std::to_string(completed) + " " + std::to_string(goods) +
            "\n"
    );
}

}  // namespace
}  // namespace sluice::commerce
