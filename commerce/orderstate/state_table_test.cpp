#include "commerce/orderstate/state_table.hpp"

#include "commerce/events/test_sql.hpp"
#include "commerce/orderstate/test_order.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice::commerce {
namespace {

class StateTable : public testing::Test {
protected:
    StateTable() {
        service_.schema(std::string{kStateTable});
        service_.on(
            std::string{type::kOrderPlaced},
            placed_handler([&](const Envelope&, const OrderPlaced&, const OrderState& state, Sql&) {
                seen_ += "due " + std::to_string(state.due()) + "; ";
            })
        );
        service_.on(
            std::string{type::kOrderCancelled},
            state_handler<OrderCancelled>(
                [&](const Envelope& envelope, const OrderCancelled&, const Applied& applied, Sql&) {
                    seen_ += envelope.id + " claim " + std::to_string(applied.before.claim()) +
                             " to " + std::to_string(applied.after.claim()) + " units " +
                             std::to_string(applied.change.units.size()) + "; ";
                }
            )
        );
    }

    static PlacingInput two_units() {
        PlacingInput input;
        input.units = {test::unit({1, 1}, "S", 100), test::unit({1, 2}, "S", 100)};
        return input;
    }

    Service service_{"test"};
    std::string seen_;
    test::MemorySql sql_{std::string{kStateTable}};
    test::TestOrder order_{two_units()};
};

TEST_F(StateTable, KeepsTheStateBetweenEvents) {
    EXPECT_EQ(give(service_, order_.placed(), sql_), "done");
    EXPECT_EQ(give(service_, order_.cancelled({{1, 2}}), sql_), "done");
    EXPECT_EQ(give(service_, order_.cancelled({{1, 1}}), sql_), "done");
    EXPECT_EQ(
        seen_,
        "due 200; o-1.orders.2 claim 200 to 100 units 1; o-1.orders.3 claim 100 to 0 units 1; "
    );
    EXPECT_EQ(load_state(sql_, "o-1")->sequence(), 3);
}

TEST_F(StateTable, AnImpossibleEventIsDeadAndWritesNothing) {
    EXPECT_EQ(give(service_, order_.cancelled({{1, 1}}), sql_), "unknown_order");
    EXPECT_EQ(give(service_, order_.placed(), sql_), "done");
    const std::string state = test::rows(sql_, "SELECT state FROM _state");
    EXPECT_EQ(give(service_, order_.placed(), sql_), "already_placed");
    EXPECT_EQ(give(service_, order_.cancelled({{1, 3}}), sql_), "unknown_unit");
    EXPECT_EQ(test::rows(sql_, "SELECT state FROM _state"), state);
    EXPECT_EQ(seen_, "due 200; ");
}

TEST_F(StateTable, DamageIsToldAndNotWorkedOn) {
    EXPECT_EQ(give(service_, order_.placed(), sql_), "done");
    sql_.execute("UPDATE _state SET state = '1 2'");
    EXPECT_EQ(give(service_, order_.cancelled({{1, 1}}), sql_), "not an order's state: '1 2'");
}

}  // namespace
}  // namespace sluice::commerce
