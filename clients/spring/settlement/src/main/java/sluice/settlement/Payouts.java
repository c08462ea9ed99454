package sluice.settlement;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

import sluice.settlement.Payloads.DayClosed;

import java.time.LocalDate;
import java.util.List;

/**
 * Pays a day when it and all before it are closed and all that was published of it has been handled:
 * then nothing of it can still come, and a payout is final.
 *
 * <p>Whoever counts takes the turn first, to the end of its transaction: of two that complete a day
 * side by side neither would see what the other has counted, and nobody would pay it. Taken as late
 * as can be, since all deliveries pass here one after another.
 */
@Repository
class Payouts {
    static final String COMPLETED = "delivery.completed";
    static final String RETURNED = "order.returned";

    private record Due(String seller, long items) {}

    private record Day(String day, long completed, long returned) {}

    private final JdbcTemplate jdbc;

    Payouts(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void takeTurn() {
        jdbc.queryForObject("select one from _settlement_turn for update", Integer.class);
    }

    /** Counts an event towards its business day. */
    void count(LocalDate day, String type) {
        int completed = COMPLETED.equals(type) ? 1 : 0;
        jdbc.update(
                "insert into _settlement_handled (day, completed, returned) values (?, ?, ?)"
                        + " on conflict (day) do update"
                        + " set completed = _settlement_handled.completed + excluded.completed,"
                        + " returned = _settlement_handled.returned + excluded.returned",
                day.toString(), completed, 1 - completed);
    }

    /** False if the day is there already. */
    boolean close(DayClosed closed) {
        return jdbc.update(
                        "insert into _settlement_day (day, completed, returned, paid) values (?, ?, ?, false)"
                                + " on conflict (day) do nothing",
                        closed.day().toString(), closed.count(COMPLETED), closed.count(RETURNED))
                == 1;
    }

    void payReadyDays() {
        for (String day = readyDay(); day != null; day = readyDay()) {
            pay(day);
        }
    }

    /** The first day that is not paid, if it is complete. */
    private String readyDay() {
        List<Day> first =
                days("select day, completed, returned from _settlement_day where not paid order by day limit 1");
        if (first.isEmpty()) {
            return null;
        }
        String day = first.get(0).day();
        List<Day> handled = days("select day, completed, returned from _settlement_handled where day = ?", day);
        return (handled.isEmpty() ? new Day(day, 0, 0) : handled.get(0)).equals(first.get(0)) ? day : null;
    }

    private List<Day> days(String sql, Object... values) {
        return jdbc.query(sql, (row, number) -> new Day(row.getString(1), row.getLong(2), row.getLong(3)), values);
    }

    private void pay(String day) {
        jdbc.query(
                        "select seller_id, sum(amount)::bigint from settlement_item where available_on = ?"
                                + " group by seller_id",
                        (row, number) -> new Due(row.getString(1), row.getLong(2)),
                        day)
                .forEach(due -> pay(due, day));
        jdbc.update("update _settlement_day set paid = true where day = ?", day);
    }

    private void pay(Due due, String day) {
        List<Long> before = jdbc.queryForList(
                "select carried from _settlement_seller where seller_id = ?", Long.class, due.seller());
        long carriedIn = before.isEmpty() ? 0 : before.get(0);
        long paid = Math.max(0, carriedIn + due.items());
        long carriedOut = Math.min(0, carriedIn + due.items());
        jdbc.update(
                "insert into settlement_payout (seller_id, day, carried_in, items, paid, carried_out)"
                        + " values (?, ?, ?, ?, ?, ?)",
                due.seller(), day, carriedIn, due.items(), paid, carriedOut);
        jdbc.update(
                "insert into _settlement_seller (seller_id, carried) values (?, ?)"
                        + " on conflict (seller_id) do update set carried = excluded.carried",
                due.seller(), carriedOut);
    }
}
