package sluice.spring.pull;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;

/**
 * A lease in this client's hands, and how long it should be ours. Sluice's clock decides, and the
 * answer's way took a moment; whoever is wrong is fenced there, and by the inbox. Threads: any.
 */
final class HeldLease {
    private final Lease lease;
    private final long begunNanos;
    private volatile long untilNanos;
    private volatile ScheduledFuture<?> extension;
    private volatile boolean answered;

    HeldLease(Lease lease, long givenNanos) {
        this.lease = lease;
        this.begunNanos = givenNanos;
        this.untilNanos = givenNanos + lease.length().toNanos();
    }

    Lease lease() {
        return lease;
    }

    boolean isOurs() {
        return System.nanoTime() - untilNanos < 0;
    }

    boolean isOlderThan(Duration age) {
        return System.nanoTime() - begunNanos > age.toNanos();
    }

    /** Its answers are under way: that it is over is no news any more. */
    void answering() {
        answered = true;
    }

    boolean isAnswered() {
        return answered;
    }

    void extended(long askedNanos) {
        untilNanos = askedNanos + lease.length().toNanos();
    }

    void lost() {
        untilNanos = System.nanoTime();
        extendBy(null);
    }

    /** What goes on extending it; null: nothing any more. */
    void extendBy(ScheduledFuture<?> next) {
        ScheduledFuture<?> before = extension;
        extension = next;
        if (before != null) {
            before.cancel(false);
        }
    }
}
