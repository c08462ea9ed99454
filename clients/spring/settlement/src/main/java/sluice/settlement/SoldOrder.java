package sluice.settlement;

import sluice.settlement.Payloads.UnitRef;

import java.util.Map;

/** What settlement keeps of an order. It needs no cancellations: what is never delivered is never paid. */
record SoldOrder(Map<UnitRef, Unit> units, Map<String, Shipping> shipping) {
    enum State {
        SENT("s"),
        DELIVERED("d"),
        RETURNED("r");

        final String text;

        State(String text) {
            this.text = text;
        }

        static State of(String text) {
            for (State state : values()) {
                if (state.text.equals(text)) {
                    return state;
                }
            }
            throw new IllegalStateException("a unit's state is s, d or r, not " + text);
        }
    }

    record Unit(String seller, long payable, long commission, State state) {}

    /** @param availableOn of the seller's delivered item; empty before it */
    record Shipping(long amount, String availableOn) {}

    static final Shipping NO_SHIPPING = new Shipping(0, "");

    Shipping shippingOf(String seller) {
        return shipping.getOrDefault(seller, NO_SHIPPING);
    }

    boolean hasDelivered(String seller) {
        return units.values().stream()
                .anyMatch(unit -> unit.seller().equals(seller) && unit.state() == State.DELIVERED);
    }
}
