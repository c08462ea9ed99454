package sluice.settlement;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;

import sluice.settlement.Payloads.DayClosed;
import sluice.settlement.Payloads.DeliveryCompleted;
import sluice.settlement.Payloads.OrderPlaced;
import sluice.settlement.Payloads.OrderReturned;
import sluice.settlement.Payloads.UnitRef;
import sluice.settlement.SoldOrder.State;
import sluice.settlement.SoldOrder.Unit;
import sluice.spring.DeadException;
import sluice.spring.SluiceEvent;
import sluice.spring.SluiceListener;

import java.time.LocalDate;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two subscriptions on one database: the orders' events make items, the calendar's closed days pay
 * them. Either may complete a day, so both try to pay.
 */
@Service
class Settlement {
    private static final String SUBSCRIPTION = "${settlement.subscription}";

    private final Policy policy;
    private final Orders orders;
    private final Payouts payouts;
    private final JdbcTemplate jdbc;

    Settlement(Policy policy, Orders orders, Payouts payouts, JdbcTemplate jdbc) {
        this.policy = policy;
        this.orders = orders;
        this.payouts = payouts;
        this.jdbc = jdbc;
    }

    @SluiceListener(domain = "order", subscription = SUBSCRIPTION, types = "order.placed")
    void placed(SluiceEvent event, OrderPlaced placed) {
        if (!orders.keep(event.subject(), placed)) {
            throw new DeadException("already_placed");
        }
    }

    @SluiceListener(domain = "order", subscription = SUBSCRIPTION, types = Payouts.COMPLETED)
    void completed(SluiceEvent event, DeliveryCompleted completed) {
        SoldOrder order = known(event);
        LocalDate day = policy.businessDay(event.happenedAt());
        String availableOn = day.plusDays(policy.payoutDays()).toString();
        long payable = 0;
        long commission = 0;
        for (UnitRef ref : completed.units()) {
            Unit unit = unit(order, ref);
            if (unit.state() != State.SENT) {
                throw new DeadException("unit_not_open");
            }
            payable += unit.payable();
            commission += unit.commission();
            orders.setState(event.subject(), ref, State.DELIVERED);
        }
        long shipping = order.shippingOf(completed.seller()).amount();
        post(event, completed.seller(), "delivered", availableOn, payable, shipping, commission);
        orders.setAvailable(event.subject(), completed.seller(), availableOn);
        countAndPay(day, event.type());
    }

    @SluiceListener(domain = "order", subscription = SUBSCRIPTION, types = Payouts.RETURNED)
    void returned(SluiceEvent event, OrderReturned returned) {
        SoldOrder order = known(event);
        LocalDate day = policy.businessDay(event.happenedAt());
        Map<String, long[]> bySeller = new TreeMap<>(); // payable, commission
        for (UnitRef ref : returned.units()) {
            Unit unit = unit(order, ref);
            if (unit.state() != State.DELIVERED) {
                throw new DeadException(unit.state() == State.RETURNED ? "unit_not_open" : "not_delivered");
            }
            order.units().put(ref, new Unit(unit.seller(), unit.payable(), unit.commission(), State.RETURNED));
            orders.setState(event.subject(), ref, State.RETURNED);
            long[] sums = bySeller.computeIfAbsent(unit.seller(), seller -> new long[2]);
            sums[0] -= unit.payable();
            sums[1] -= unit.commission();
        }
        bySeller.forEach((seller, sums) -> {
            SoldOrder.Shipping shipping = order.shippingOf(seller);
            String first = day.toString();
            String availableOn = first.compareTo(shipping.availableOn()) > 0 ? first : shipping.availableOn();
            boolean refunded = "seller".equals(returned.fault()) && !order.hasDelivered(seller);
            post(event, seller, "returned", availableOn, sums[0], refunded ? -shipping.amount() : 0, sums[1]);
        });
        countAndPay(day, event.type());
    }

    @SluiceListener(domain = "calendar", subscription = "${settlement.calendar-subscription}")
    void closed(DayClosed closed) {
        payouts.takeTurn();
        if (!payouts.close(closed)) {
            throw new DeadException("already_closed");
        }
        payouts.payReadyDays();
    }

    private void countAndPay(LocalDate day, String type) {
        payouts.takeTurn();
        payouts.count(day, type);
        payouts.payReadyDays();
    }

    private SoldOrder known(SluiceEvent event) {
        return orders.load(event.subject()).orElseThrow(() -> new DeadException("unknown_order"));
    }

    private static Unit unit(SoldOrder order, UnitRef ref) {
        Unit unit = order.units().get(ref);
        if (unit == null) {
            throw new DeadException("unknown_unit");
        }
        return unit;
    }

    private void post(
            SluiceEvent event, String seller, String kind, String availableOn, long payable, long shipping,
            long commission) {
        jdbc.update(
                "insert into settlement_item (event_id, seller_id, order_id, kind, available_on, payable, shipping,"
                        + " commission, amount) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                event.id(), seller, event.subject(), kind, availableOn, payable, shipping, commission,
                payable + shipping);
    }
}
