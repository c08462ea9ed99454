package sluice.settlement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import sluice.settlement.Payloads.DayClosed;
import sluice.settlement.Payloads.DeliveryCompleted;
import sluice.settlement.Payloads.OrderPlaced;
import sluice.settlement.Payloads.OrderReturned;
import sluice.settlement.Payloads.PlacedUnit;
import sluice.settlement.Payloads.Shipping;
import sluice.settlement.Payloads.UnitRef;
import sluice.spring.DeadException;
import sluice.spring.SluiceEvent;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The cases of commerce/settlement, with the same figures, on PostgreSQL. */
@EnabledIfEnvironmentVariable(named = "SLUICE_POSTGRES", matches = ".+",
        disabledReason = "no JDBC URL of a PostgreSQL is given")
@SpringBootTest(properties = {"sluice.enabled=false", "spring.datasource.url=${SLUICE_POSTGRES}"})
class SettlementTest {
    private static final UnitRef ONE = new UnitRef(1, 1);
    private static final UnitRef TWO = new UnitRef(2, 1);

    @Autowired
    private Settlement settlement;

    @Autowired
    private JdbcTemplate jdbc;

    @Autowired
    private TransactionTemplate transactions;

    @Autowired
    private ObjectMapper mapper;

    private int number;

    @BeforeEach
    void empty() {
        jdbc.execute("truncate settlement_item, settlement_payout, _settlement_order, _settlement_shipping,"
                + " _settlement_unit, _settlement_seller, _settlement_handled, _settlement_day");
    }

    private SluiceEvent event(String type, String order, String time) {
        ++number;
        return new SluiceEvent(
                order + "." + number, "/orders", type, order, number, 1, time, null, Map.of(), null);
    }

    private void placed(String order, List<PlacedUnit> units, Shipping... shipping) {
        transactions.executeWithoutResult(status -> settlement.placed(
                event("order.placed", order, "2018-03-01T12:00:00Z"), new OrderPlaced(units, List.of(shipping))));
    }

    private void completed(String order, int day, UnitRef... units) {
        transactions.executeWithoutResult(status -> settlement.completed(
                event(Payouts.COMPLETED, order, time(day)), new DeliveryCompleted("S", List.of(units))));
    }

    private void returned(String order, int day, String fault, UnitRef... units) {
        transactions.executeWithoutResult(status -> settlement.returned(
                event(Payouts.RETURNED, order, time(day)), new OrderReturned(List.of(units), fault)));
    }

    private void closeDays(int last, Map<Integer, Map<String, Long>> published) {
        for (int day = 1; day <= last; ++day) {
            DayClosed closed = new DayClosed(LocalDate.of(2018, 3, day), published.getOrDefault(day, Map.of()));
            transactions.executeWithoutResult(status -> settlement.closed(closed));
        }
    }

    private static String time(int day) {
        return "2018-03-%02dT12:00:00Z".formatted(day);
    }

    private static List<PlacedUnit> units(long... payables) {
        return Stream.iterate(0, at -> at < payables.length, at -> at + 1)
                .map(at -> new PlacedUnit(at + 1, 1, "S", payables[at], 384))
                .toList();
    }

    private List<String> rows(String sql) {
        return jdbc.query(sql, (row, at) -> {
            StringBuilder text = new StringBuilder(row.getString(1));
            for (int column = 2; column <= row.getMetaData().getColumnCount(); ++column) {
                text.append(' ').append(row.getString(column));
            }
            return text.toString();
        });
    }

    private List<String> payouts() {
        return rows("select day, carried_in, items, paid, carried_out from settlement_payout order by 1");
    }

    @Test
    void paidThenReturnedThenCarriedThenPaidAgain() {
        placed("A", units(2815, 2816, 2816));
        placed("B", units(5000));
        placed("C", units(6000));
        completed("A", 2, ONE, TWO, new UnitRef(3, 1));
        returned("A", 12, "seller", ONE);
        returned("A", 13, "seller", TWO, new UnitRef(3, 1));
        completed("B", 14, ONE);
        completed("C", 15, ONE);
        Map<String, Long> completed = Map.of(Payouts.COMPLETED, 1L);
        Map<String, Long> returned = Map.of(Payouts.RETURNED, 1L);
        closeDays(25, Map.of(2, completed, 12, returned, 13, returned, 14, completed, 15, completed));
        assertThat(payouts()).containsExactly(
                "2018-03-09 0 8447 8447 0",
                "2018-03-12 0 -2815 0 -2815",
                "2018-03-13 -2815 -5632 0 -8447",
                "2018-03-21 -8447 5000 0 -3447",
                "2018-03-22 -3447 6000 2553 0");
    }

    @Test
    void aPayoutWaitsForWhatThePlatformSaysWasPublished() {
        placed("A", units(100));
        placed("B", units(200));
        completed("A", 2, ONE);
        closeDays(20, Map.of(2, Map.of(Payouts.COMPLETED, 2L)));
        assertThat(payouts()).isEmpty();
        completed("B", 2, ONE);
        assertThat(payouts()).containsExactly("2018-03-09 0 300 300 0");
    }

    @Test
    void whoCountsWaitsForWhoCloses() throws Exception {
        placed("A", units(100));
        CompletableFuture<Void> delivered = transactions.execute(status -> {
            closeDays(12, Map.of(2, Map.of(Payouts.COMPLETED, 1L)));
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> completed("A", 2, ONE));
            assertThatThrownBy(() -> other.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            return other;
        });
        delivered.get(60, TimeUnit.SECONDS);
        assertThat(payouts()).as("neither leaves the day to the other").containsExactly("2018-03-09 0 100 100 0");
    }

    @Test
    void shippingIsTakenBackOnlyWithTheSellersLastUnitAndHisFault() {
        placed("A", units(10, 20, 40), new Shipping("S", 5));
        completed("A", 2, ONE, TWO); // unit 3 was cancelled before
        returned("A", 4, "seller", ONE);
        returned("A", 5, "seller", TWO);
        placed("B", units(10), new Shipping("S", 5));
        completed("B", 2, ONE);
        returned("B", 4, "wish", ONE);
        assertThat(rows("select order_id, available_on, payable, shipping, amount from settlement_item order by 1, 3"))
                .containsExactly(
                        "A 2018-03-09 -20 -5 -25", "A 2018-03-09 -10 0 -10", "A 2018-03-09 30 5 35",
                        "B 2018-03-09 -10 0 -10", "B 2018-03-09 10 5 15");
    }

    @Test
    void aDayIsTheBusinessTimeZones() {
        placed("A", units(10));
        transactions.executeWithoutResult(status -> settlement.completed(
                event(Payouts.COMPLETED, "A", "2018-03-02T02:59:59Z"), new DeliveryCompleted("S", List.of(ONE))));
        assertThat(rows("select available_on from settlement_item")).containsExactly("2018-03-08");
    }

    @Test
    void impossibleEventsAreDead() {
        placed("A", units(10));
        dead("already_placed", () -> placed("A", units(10)));
        dead("unknown_order", () -> completed("B", 2, ONE));
        dead("unknown_unit", () -> completed("A", 2, TWO));
        dead("not_delivered", () -> returned("A", 2, "wish", ONE));
        completed("A", 2, ONE);
        dead("unit_not_open", () -> completed("A", 2, ONE));
        returned("A", 3, "wish", ONE);
        dead("unit_not_open", () -> returned("A", 3, "wish", ONE));
        closeDays(1, Map.of());
        dead("already_closed", () -> closeDays(1, Map.of()));
        assertThat(rows("select count(*) from settlement_item")).containsExactly("2");
    }

    @Test
    void readsWhatThePlatformPublishes() throws Exception {
        assertThat(mapper.readValue("{\"units\":[[1,2]],\"fault\":\"wish\",\"fee\":3}", OrderReturned.class))
                .isEqualTo(new OrderReturned(List.of(new UnitRef(1, 2)), "wish"));
        assertThat(mapper.readValue("{\"day\":\"2018-03-01\",\"published\":{\"order.paid\":7}}", DayClosed.class))
                .isEqualTo(new DayClosed(LocalDate.of(2018, 3, 1), Map.of("order.paid", 7L)));
        assertThatThrownBy(() -> mapper.readValue("{\"units\":[[1]],\"fault\":\"wish\"}", OrderReturned.class))
                .hasMessageContaining("a unit is [line, unit]");
    }

    private static void dead(String reason, Runnable given) {
        assertThatThrownBy(given::run).isInstanceOf(DeadException.class).hasMessage(reason);
    }
}
