package sluice.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.nio.file.Files;
import java.nio.file.Path;

/** The order and its event are there together, or neither. */
@Timeout(60)
@EnabledIfEnvironmentVariable(named = "SLUICE_POSTGRES", matches = ".+",
        disabledReason = "no JDBC URL of a PostgreSQL is given")
class OutboxTest {
    private static final Path MIGRATION = Path.of("../../../src/outbox/relay/postgres.sql");

    private final DriverManagerDataSource dataSource =
            new DriverManagerDataSource(System.getenv("SLUICE_POSTGRES") + "&currentSchema=outbox");
    private final TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    private final JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    private final OrderDesk desk = new OrderDesk(jdbc);

    @BeforeEach
    void makeAnew() throws Exception {
        jdbc.execute("drop schema if exists outbox cascade; create schema outbox");
        jdbc.execute(Files.readString(MIGRATION));
        jdbc.execute("insert into sluice_outbox_source values (1, '/orders'); update sluice_outbox_state set epoch = 1");
        jdbc.execute("create table orders (id text primary key, state text); insert into orders values ('4711', 'new')");
    }

    @Test
    void goesWithTheTransaction() {
        transactions.executeWithoutResult(status -> {
            desk.place("4711", "{\"amount\": 90}");
            status.setRollbackOnly();
        });
        assertThat(events()).isZero();
        transactions.executeWithoutResult(status -> desk.place("4711", "{\"amount\": 100}"));
        assertThat(events()).isEqualTo(1);
        assertThat(jdbc.queryForObject("select number from sluice_outbox_event", Long.class)).isEqualTo(1);
        assertThat(jdbc.queryForObject("select state from orders", String.class)).isEqualTo("placed");
    }

    @Test
    void whatIsNoEventFailsTheTransaction() {
        assertThatThrownBy(() -> transactions.executeWithoutResult(status -> desk.place("4711", "{")))
                .hasMessageContaining("json");
        assertThat(events()).isZero();
        assertThat(jdbc.queryForObject("select state from orders", String.class)).isEqualTo("new");
    }

    private long events() {
        return jdbc.queryForObject("select count(*) from sluice_outbox_event", Long.class);
    }
}
