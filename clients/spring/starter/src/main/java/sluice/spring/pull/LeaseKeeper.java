package sluice.spring.pull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import sluice.spring.http.Problem;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Extends leases while their events are worked on, three times in the length of one, until they are
 * let go, are lost, or have been held for {@code heldMax}: a handler that hangs must not keep its
 * subject for ever. Threads: any.
 */
final class LeaseKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final int TIMES = 3;

    private final PullClient client;
    private final ScheduledExecutorService clock;
    private final Duration heldMax;

    LeaseKeeper(PullClient client, ScheduledExecutorService clock, Duration heldMax) {
        this.client = client;
        this.clock = clock;
        this.heldMax = heldMax;
    }

    HeldLease hold(Lease lease) {
        HeldLease held = new HeldLease(lease, System.nanoTime());
        long every = Math.max(1, lease.length().toMillis() / TIMES);
        held.extendBy(clock.scheduleWithFixedDelay(() -> extend(held), every, every, TimeUnit.MILLISECONDS));
        return held;
    }

    void letGo(HeldLease held) {
        held.extendBy(null);
    }

    private void extend(HeldLease held) {
        Lease lease = held.lease();
        if (held.isOlderThan(heldMax)) {
            LOG.error("subject {}: its lease is not extended beyond sluice.held-max, {}", lease.subject(), heldMax);
            held.extendBy(null);
            return;
        }
        long asked = System.nanoTime();
        try {
            client.extend(lease.id(), lease.length());
            held.extended(asked);
        } catch (Problem problem) {
            if (problem.isConflict() && held.isAnswered()) {
                held.extendBy(null);
            } else if (problem.isConflict()) {
                LOG.warn("subject {}: its lease is over: {}", lease.subject(), problem.getMessage());
                held.lost();
            } else {
                LOG.warn("subject {}: its lease is not extended yet: {}", lease.subject(), problem.getMessage());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
