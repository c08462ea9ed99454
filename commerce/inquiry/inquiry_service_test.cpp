#include "commerce/inquiry/inquiry_service.hpp"

#include "commerce/events/test_service.hpp"
#include "commerce/orderstate/test_shuffle.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace sluice::commerce {
namespace {

using test::TestOrder;
using test::unit;

class InquiryService : public test::ServiceTest {
protected:
    InquiryService() : ServiceTest{make_inquiry_service(Policy{})} {}

    std::string rows(const std::string& columns, const std::string& where = "1 = 1") {
        return query(
            "SELECT " + columns + " FROM inquiry_act WHERE " + where +
            " ORDER BY order_id, source DESC, sequence"
        );
    }

    static PlacingInput two_units() {
        PlacingInput input;
        input.units = {unit({1, 1}, "S", 3000), unit({2, 1}, "S", 2000)};
        return input;
    }

    TestOrder order_{two_units()};
};

TEST_F(InquiryService, ARowPerAct) {
    done(order_.placed());
    done(order_.paid(5000));
    done(order_.cancelled({{2, 1}}));
    done(order_.dispatched(1, "S", {{1, 1}}));
    done(order_.completed(1, "S", {{1, 1}}));
    done(order_.returned({{1, 1}}, "wish", 300));
    done(order_.refunded(3, 2000));
    EXPECT_EQ(
        rows("event_id, order_id, source, sequence, type, act_at", "sequence = 2"),
        "o-1.orders.2 o-1 /orders 2 order.paid 2018-01-10T13:00:00Z\n"
        "o-1.deliveries.2 o-1 /deliveries 2 delivery.completed 2018-01-10T16:00:00Z\n"
    );
    EXPECT_EQ(
        rows("orders_seen, deliveries_seen, units_open, units_cancelled, units_returned, "
             "units_dispatched, units_delivered, claim, captured, refund_due, refund_done"),
        "1 0 2 0 0 0 0 5000 0 0 0\n"
        "2 0 2 0 0 0 0 5000 5000 0 0\n"
        "3 0 1 1 0 0 0 3000 5000 2000 0\n"
        "4 2 0 1 1 1 1 300 5000 4700 0\n"
        "5 2 0 1 1 1 1 300 5000 2700 2000\n"
        "3 1 1 1 0 1 0 3000 5000 2000 0\n"
        "3 2 1 1 0 1 1 3000 5000 2000 0\n"
    );
}

TEST_F(InquiryService, ADispatchShowsWhatWhoSentItHadSeen) {
    done(order_.placed());
    done(order_.paid(5000));
    const Event dispatched = order_.dispatched(1, "S", {{1, 1}, {2, 1}}, 2);
    done(order_.cancelled({{2, 1}}));  // released before, but not seen by the delivery service
    done(dispatched);
    EXPECT_EQ(
        rows("orders_seen, units_open, units_cancelled, claim", "source = '/deliveries'"),
        "2 2 0 5000\n"
    );
}

TEST_F(InquiryService, AnOrderEventShowsTheParcelsThatItsStampsName) {
    done(order_.placed());
    done(order_.dispatched(1, "S", {{1, 1}, {2, 1}}));
    done(order_.completed(1, "S", {{1, 1}, {2, 1}}));
    done(order_.paid(5000));
    EXPECT_EQ(rows("deliveries_seen, units_delivered", "type = 'order.paid'"), "0 0\n");
    done(order_.returned({{1, 1}}, "seller"));
    EXPECT_EQ(rows("deliveries_seen, units_delivered", "type = 'order.returned'"), "2 2\n");
    done(order_.refunded(3, 3000));
    EXPECT_EQ(rows("deliveries_seen, units_delivered", "type = 'order.refunded'"), "2 2\n");
}

/// A parcel's two events may have seen different moments: each shows its own.
TEST_F(InquiryService, EachActOfAParcelShowsTheMomentThatItHadSeen) {
    done(order_.placed());
    const Event dispatched = order_.dispatched(1, "S", {{1, 1}}, 1);
    done(order_.paid(5000));
    done(order_.cancelled({{2, 1}}));
    const Event completed = order_.completed(1, "S", {{1, 1}}, 3);
    done(dispatched);
    done(completed);
    EXPECT_EQ(
        rows(
            "orders_seen, units_open, captured, refund_due, units_delivered",
            "source = '/deliveries'"
        ),
        "1 2 0 0 0\n3 1 5000 2000 1\n"
    );
}

TEST_F(InquiryService, AnOrderWithoutItemsOwesWhatWasPaid) {
    TestOrder order{PlacingInput{}, "o-2"};
    done(order.placed());
    done(order.paid(5000));
    EXPECT_EQ(rows("units_open, claim, captured, refund_due"), "0 0 0 0\n0 0 5000 5000\n");
}

TEST_F(InquiryService, ImpossibleEventsAreDead) {
    const Event placed = order_.placed();
    const Event paid = order_.paid(5000);
    EXPECT_EQ(give(paid), "unknown_order");
    EXPECT_EQ(give(order_.dispatched(1, "S", {{1, 1}})), "unknown_order");
    done(placed);
    EXPECT_EQ(give(placed), "already_placed");
    done(paid);
    EXPECT_EQ(give(paid), "already_paid");
    EXPECT_EQ(give(order_.cancelled({{7, 1}})), "unknown_unit");
    sql_.execute("UPDATE _order SET state = '?'");
    EXPECT_EQ(give(order_.cancelled({{1, 1}})), "not an order's state: '?'");
    EXPECT_EQ(rows("sequence"), "1\n2\n");
}

TEST_F(InquiryService, TheRowsDoNotDependOnTheOrderOfRelease) {
    const std::uint64_t seed = test::seed();
    SCOPED_TRACE(test::rerun(seed));
    std::mt19937_64 random{seed};
    Service other = make_inquiry_service(Policy{});
    test::MemorySql other_sql{other.schema()};
    for (int i = 0; i < 300; ++i) {
        const test::RandomHistory history{random, "o-" + std::to_string(i)};
        for (const Event& event : history.events()) {
            if (event.source != "/reviews") done(event);
        }
        for (const Event& event : test::another_order(history.events(), random)) {
            if (event.source == "/reviews") continue;
            ASSERT_EQ(test::give(other, event, other_sql), "done") << event.id;
        }
    }
    const char* all = "SELECT * FROM inquiry_act ORDER BY event_id";
    EXPECT_EQ(query(all), test::rows(other_sql, all));
    EXPECT_EQ(
        query("SELECT event_id FROM inquiry_act WHERE units_delivered > units_dispatched "
              "OR refund_due < 0 OR refund_due + refund_done > captured"),
        ""
    );
}

}  // namespace
}  // namespace sluice::commerce
