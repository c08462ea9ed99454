package sluice.spring.inbox;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = "SLUICE_POSTGRES", matches = ".+",
        disabledReason = "no JDBC URL of a PostgreSQL is given")
class PostgresInboxTest extends InboxContract {
    @Override
    String url() {
        return System.getenv("SLUICE_POSTGRES");
    }
}
