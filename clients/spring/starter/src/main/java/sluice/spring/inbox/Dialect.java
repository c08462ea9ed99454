package sluice.spring.inbox;

import org.springframework.jdbc.core.JdbcTemplate;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The inbox's statements: "upsert, only upwards, and say whether it rose" has a form in each database. */
enum Dialect {
    POSTGRESQL("text") {
        private static final String RISE =
                "insert into sluice_inbox (domain, subscription, subject, last_position, last_id_hash, updated_at)"
                        + " values (?, ?, ?, ?, ?, ?) on conflict (domain, subscription, subject) do update"
                        + " set last_position = excluded.last_position, last_id_hash = excluded.last_id_hash,"
                        + " updated_at = excluded.updated_at"
                        + " where excluded.last_position > sluice_inbox.last_position";

        @Override
        Object key(String text) {
            return text;
        }

        @Override
        boolean rise(JdbcTemplate jdbc, Object[] key, long position, long hash, long now) {
            return jdbc.update(RISE, key[0], key[1], key[2], position, hash, now) == 1;
        }
    },

    /**
     * MySQL and MariaDB. Keys are bytes: collations call "a" and "A", or "a" and "a ", the same. Their
     * drivers count rows that an upsert leaves as they are; so the row is made first, and an
     * update's count tells whether it rose. (An update first would lock the gap where the row is
     * missing, and two new subjects would deadlock there.)
     */
    MYSQL("varbinary(%d)") {
        private static final String MAKE =
                "insert into sluice_inbox (domain, subscription, subject, last_position, last_id_hash, updated_at)"
                        + " values (?, ?, ?, 0, 0, 0) on duplicate key update last_position = last_position";
        private static final String RISE =
                "update sluice_inbox set last_position = ?, last_id_hash = ?, updated_at = ?"
                        + " where domain = ? and subscription = ? and subject = ? and last_position < ?";

        @Override
        Object key(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        boolean rise(JdbcTemplate jdbc, Object[] key, long position, long hash, long now) {
            jdbc.update(MAKE, key);
            return jdbc.update(RISE, position, hash, now, key[0], key[1], key[2], position) == 1;
        }
    };

    /** With a lock, so that it sees what another transaction has just committed. */
    static final String READ =
            "select last_position, last_id_hash from sluice_inbox"
                    + " where domain = ? and subscription = ? and subject = ? for update";

    private static final int NAME_BYTES_MAX = 64;
    private static final int SUBJECT_BYTES_MAX = 1024;

    final String create;

    Dialect(String text) {
        String name = text.formatted(NAME_BYTES_MAX);
        create = "create table if not exists sluice_inbox (domain " + name + " not null, subscription " + name
                + " not null, subject " + text.formatted(SUBJECT_BYTES_MAX) + " not null,"
                + " last_position bigint not null, last_id_hash bigint not null, updated_at bigint not null,"
                + " primary key (domain, subscription, subject))";
    }

    abstract Object key(String text);

    abstract boolean rise(JdbcTemplate jdbc, Object[] key, long position, long hash, long now);

    static Dialect of(String product) {
        return switch (product.toLowerCase(Locale.ROOT)) {
            case "postgresql" -> POSTGRESQL;
            case "mysql", "mariadb" -> MYSQL;
            default ->
                throw new IllegalStateException(
                        "no inbox for the database " + product + ": it takes PostgreSQL, MySQL or MariaDB");
        };
    }
}
