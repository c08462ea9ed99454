package sluice.settlement;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

import sluice.settlement.Payloads.OrderPlaced;
import sluice.settlement.Payloads.PlacedUnit;
import sluice.settlement.Payloads.UnitRef;
import sluice.settlement.SoldOrder.State;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Orders as settlement keeps them, in the tables with an underscore. */
@Repository
class Orders {
    private final JdbcTemplate jdbc;

    Orders(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** False if the order is there already. */
    boolean keep(String order, OrderPlaced placed) {
        int added = jdbc.update("insert into _settlement_order (order_id) values (?) on conflict do nothing", order);
        if (added == 0) {
            return false;
        }
        for (PlacedUnit unit : placed.units()) {
            jdbc.update(
                    "insert into _settlement_unit (order_id, line, unit, seller_id, payable, commission, state)"
                            + " values (?, ?, ?, ?, ?, ?, ?)",
                    order, unit.line(), unit.unit(), unit.seller(), unit.payable(), unit.commission(), State.SENT.text);
        }
        for (Payloads.Shipping shipping : placed.shipping()) {
            jdbc.update(
                    "insert into _settlement_shipping (order_id, seller_id, amount) values (?, ?, ?)",
                    order, shipping.seller(), shipping.amount());
        }
        return true;
    }

    Optional<SoldOrder> load(String order) {
        if (jdbc.queryForList("select 1 from _settlement_order where order_id = ?", order).isEmpty()) {
            return Optional.empty();
        }
        Map<UnitRef, SoldOrder.Unit> units = new HashMap<>();
        jdbc.query(
                "select line, unit, seller_id, payable, commission, state from _settlement_unit where order_id = ?",
                row -> {
                    units.put(
                            new UnitRef(row.getLong(1), row.getLong(2)),
                            new SoldOrder.Unit(
                                    row.getString(3), row.getLong(4), row.getLong(5), State.of(row.getString(6))));
                },
                order);
        Map<String, SoldOrder.Shipping> shipping = new HashMap<>();
        jdbc.query(
                "select seller_id, amount, coalesce(available_on, '') from _settlement_shipping where order_id = ?",
                row -> {
                    shipping.put(row.getString(1), new SoldOrder.Shipping(row.getLong(2), row.getString(3)));
                },
                order);
        return Optional.of(new SoldOrder(units, shipping));
    }

    void setState(String order, UnitRef unit, State state) {
        jdbc.update(
                "update _settlement_unit set state = ? where order_id = ? and line = ? and unit = ?",
                state.text, order, unit.line(), unit.unit());
    }

    void setAvailable(String order, String seller, String day) {
        jdbc.update(
                "update _settlement_shipping set available_on = ? where order_id = ? and seller_id = ?",
                day, order, seller);
    }
}
