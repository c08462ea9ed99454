package sluice.spring.inbox;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import sluice.spring.SluiceEvent;

import java.sql.DatabaseMetaData;
import java.time.Clock;
import java.util.Objects;

import javax.sql.DataSource;

/** The inbox on PostgreSQL, MySQL or MariaDB. The database is asked for its name on first use. */
public final class JdbcInbox implements Inbox {
    private final DataSource dataSource;
    private final JdbcTemplate jdbc;
    private final Clock clock;
    private volatile Dialect dialect;

    public JdbcInbox(DataSource dataSource, Clock clock) {
        this.dataSource = dataSource;
        this.jdbc = new JdbcTemplate(dataSource);
        this.clock = clock;
    }

    @Override
    public void create() {
        try {
            jdbc.execute(dialect().create);
        } catch (DataAccessException failed) {
            if (!isThere()) {
                throw failed;
            }
        }
    }

    @Override
    public Answer advance(String domain, String subscription, SluiceEvent event) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException("the inbox row belongs into the transaction of the effects; there is none");
        }
        Dialect sql = dialect();
        long hash = EventHash.of(event.source(), event.id());
        Object[] key = {sql.key(domain), sql.key(subscription), sql.key(event.subject())};
        if (sql.rise(jdbc, key, event.position(), hash, clock.millis())) {
            return Answer.FIRST;
        }
        boolean other = Objects.requireNonNull(jdbc.queryForObject(
                Dialect.READ,
                (row, number) -> row.getLong(1) == event.position() && row.getLong(2) != hash,
                key));
        return other ? Answer.REUSED : Answer.DUPLICATE;
    }

    private boolean isThere() {
        try {
            jdbc.queryForList("select 1 from sluice_inbox where 1 = 0");
            return true;
        } catch (DataAccessException missing) {
            return false;
        }
    }

    private Dialect dialect() {
        if (dialect == null) {
            try {
                dialect = Dialect.of(
                        JdbcUtils.extractDatabaseMetaData(dataSource, DatabaseMetaData::getDatabaseProductName));
            } catch (MetaDataAccessException away) {
                throw new DataAccessResourceFailureException(
                        "the inbox's database does not say what it is", away);
            }
        }
        return dialect;
    }
}
