package sluice.spring.docs;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import sluice.spring.DeadException;
import sluice.spring.SluiceEvent;
import sluice.spring.SluiceListener;

/** A point per whole euro ordered, taken back when the order is cancelled. */
@Component
class Loyalty {
    record Placed(long amount) {}

    private final JdbcTemplate jdbc;

    Loyalty(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @SluiceListener(domain = "shop", subscription = "loyalty", types = "order.placed")
    void placed(SluiceEvent event, Placed placed) { // the amount is in cents
        jdbc.update("insert into points (order_id, points) values (?, ?)", event.subject(), placed.amount() / 100);
    }

    @SluiceListener(domain = "shop", subscription = "loyalty", types = "order.cancelled")
    void cancelled(SluiceEvent event) {
        // The order is there: Sluice never hands us a cancellation before it.
        if (jdbc.update("delete from points where order_id = ?", event.subject()) != 1) {
            throw new DeadException("no such order");
        }
    }
}
