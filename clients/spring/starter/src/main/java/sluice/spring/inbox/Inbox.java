package sluice.spring.inbox;

import sluice.spring.SluiceEvent;

/**
 * Per subject, how far a subscription has come: one row of {@code sluice_inbox}, written in the
 * listener's own transaction, first, and only upwards. So two owners of a subject cannot both
 * succeed: the second waits for the first one's lock and then changes no row.
 *
 * <p>Threads: any. Failure: what Spring makes of the database's errors.
 */
public interface Inbox {
    enum Answer {
        /** The row is written: handle it. */
        FIRST,
        /** Handled before: pass over it. */
        DUPLICATE,
        /** The position was another event's: somebody has tampered with the history. */
        REUSED
    }

    /** Makes the table if it is not there; two instances may do so at once. */
    void create();

    /** To be called inside the transaction of the event's effects. */
    Answer advance(String domain, String subscription, SluiceEvent event);
}
