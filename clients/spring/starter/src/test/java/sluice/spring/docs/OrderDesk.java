package sluice.spring.docs;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** An event in the transaction of the act: docs/guide/outbox.md. */
@Service
class OrderDesk {
    private final JdbcTemplate jdbc;

    OrderDesk(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    @Transactional
    void place(String order, String json) {
        jdbc.update("update orders set state = 'placed' where id = ?", order);
        jdbc.queryForObject("select sluice_publish('order', ?, 'order.placed', ?)", Long.class, order, json);
    }
}
