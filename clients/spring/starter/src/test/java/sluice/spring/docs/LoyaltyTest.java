package sluice.spring.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import sluice.spring.FakeSluice;
import sluice.spring.autoconfigure.SluiceAutoConfiguration;

import java.time.Duration;
import java.util.Map;

/** The guide's service as Spring Boot puts it together, on a real database. */
@Timeout(120)
@EnabledIfEnvironmentVariable(named = "SLUICE_POSTGRES", matches = ".+",
        disabledReason = "no JDBC URL of a PostgreSQL is given")
class LoyaltyTest {
    private static final String URL = System.getenv("SLUICE_POSTGRES");

    private final JdbcTemplate jdbc = new JdbcTemplate(new DriverManagerDataSource(URL));

    private ApplicationContextRunner service(FakeSluice sluice) {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class, DataSourceAutoConfiguration.class,
                        DataSourceTransactionManagerAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
                        SluiceAutoConfiguration.class))
                .withBean(MeterRegistry.class, SimpleMeterRegistry::new)
                .withBean(Loyalty.class)
                .withPropertyValues(
                        "spring.datasource.url=" + URL, "sluice.url=" + sluice.url(), "sluice.poll=200ms");
    }

    @Test
    void effectsAndInboxRowsAreThereTogether() throws Exception {
        jdbc.execute("drop table if exists points, sluice_inbox");
        jdbc.execute("create table points (order_id text primary key, points bigint)");
        try (FakeSluice sluice = new FakeSluice()) {
            sluice.add("order.placed", "17");
            sluice.add("order.cancelled", "17");
            sluice.add("order.placed", "18");
            sluice.add("order.cancelled", "19"); // a bug of its producer
            service(sluice).run(context -> {
                await().atMost(Duration.ofSeconds(60)).until(() -> sluice.said.size() == 4);
                assertThat(sluice.said)
                        .containsExactlyInAnyOrder("done 1 ", "done 2 ", "done 1 ", "dead 1 no such order");
                MeterRegistry registry = context.getBean(MeterRegistry.class);
                assertThat(registry.get("sluice.events").tag("outcome", "done").counter().count()).isEqualTo(3);
            });
        }
        assertThat(jdbc.queryForMap("select * from points")).isEqualTo(Map.of("order_id", "18", "points", 0L));
        assertThat(jdbc.queryForList(
                        "select subject || ' ' || last_position from sluice_inbox order by subject", String.class))
                .containsExactly("17 2", "18 1");
    }

    @Test
    void whatTheDatabaseRefusesIsUndoneAndTriedAgain() throws Exception {
        jdbc.execute("drop table if exists points, sluice_inbox");
        jdbc.execute("create table points (order_id text primary key, points bigint)");
        jdbc.update("insert into points (order_id, points) values ('17', 1)"); // an order that is there already
        try (FakeSluice sluice = new FakeSluice()) {
            sluice.add("order.placed", "17");
            service(sluice).run(context -> {
                await().atMost(Duration.ofSeconds(60)).until(() -> !sluice.said.isEmpty());
                assertThat(sluice.said.get(0)).startsWith("retry 1 DuplicateKeyException: ");
                assertThat(jdbc.queryForList("select * from sluice_inbox")).isEmpty();
                jdbc.update("delete from points");
                await().atMost(Duration.ofSeconds(60)).until(sluice::isDone);
            });
        }
        assertThat(jdbc.queryForList("select order_id from points", String.class)).containsExactly("17");
    }
}
