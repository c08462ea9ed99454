package sluice.settlement;

import com.fasterxml.jackson.annotation.JsonCreator;

import sluice.spring.DeadException;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** The data of the events, as far as settlement reads it: docs/commerce/events.md. */
final class Payloads {
    private Payloads() {}

    /** One piece of an order; in JSON {@code [line, unit]}. */
    record UnitRef(long line, long unit) {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        static UnitRef of(long[] pair) {
            if (pair.length != 2) {
                throw new DeadException("a unit is [line, unit]");
            }
            return new UnitRef(pair[0], pair[1]);
        }
    }

    record PlacedUnit(long line, long unit, String seller, long payable, long commission) {}

    record Shipping(String seller, long amount) {}

    record OrderPlaced(List<PlacedUnit> units, List<Shipping> shipping) {}

    record DeliveryCompleted(String seller, List<UnitRef> units) {}

    record OrderReturned(List<UnitRef> units, String fault) {}

    /** @param published how many events of each type the day has; those with none are left out */
    record DayClosed(LocalDate day, Map<String, Long> published) {
        long count(String type) {
            return published.getOrDefault(type, 0L);
        }
    }
}
