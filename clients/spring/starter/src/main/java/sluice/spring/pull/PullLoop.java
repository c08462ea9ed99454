package sluice.spring.pull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import sluice.spring.http.Backoff;
import sluice.spring.http.Problem;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A subscription's pulling: one thread asks, {@code concurrency} threads work, a lease each.
 *
 * <p>Lifetime: started once, stopped once. A request that waits when it is stopped is waited for: the
 * leases that it might bring would otherwise be nobody's until their time has passed.
 *
 * <p>Limits: nothing is asked for while as many leases are in hand as there are threads.
 */
final class PullLoop {
    private static final Logger LOG = LoggerFactory.getLogger(PullLoop.class);
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration GIVE_BACK = Duration.ofSeconds(5);

    private final Subscription subscription;
    private final PullClient client;
    private final LeaseKeeper keeper;
    private final LeaseWork work;
    private final PullMetrics metrics;
    private final PullOptions options;
    private final Stop stop;
    private final Room room;
    private final ThreadPoolExecutor workers;
    private final Thread thread;
    private boolean away;

    /** @param stop shared with {@code work} */
    PullLoop(
            Subscription subscription,
            PullClient client,
            LeaseKeeper keeper,
            LeaseWork work,
            PullMetrics metrics,
            PullOptions options,
            Stop stop) {
        this.subscription = subscription;
        this.client = client;
        this.keeper = keeper;
        this.work = work;
        this.metrics = metrics;
        this.options = options;
        this.stop = stop;
        room = new Room(options.concurrency());
        String name = "sluice-" + subscription.name();
        workers = new ThreadPoolExecutor(
                options.concurrency(), options.concurrency(), 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                task -> new Thread(task, name + "-work"));
        thread = new Thread(this::run, name);
    }

    void start() {
        thread.start();
    }

    /** Until all that is in hand has ended, or {@code untilNanos}; then what was not begun is given back. */
    void stop(long untilNanos) throws InterruptedException {
        stop.ask();
        thread.join(Math.max(1, left(untilNanos).toMillis()));
        thread.interrupt();
        workers.shutdown();
        if (!workers.awaitTermination(left(untilNanos).toMillis(), TimeUnit.MILLISECONDS)) {
            stop.giveBack();
            workers.awaitTermination(GIVE_BACK.toMillis(), TimeUnit.MILLISECONDS);
            workers.shutdownNow();
        }
    }

    private static Duration left(long untilNanos) {
        return Duration.ofNanos(Math.max(0, untilNanos - System.nanoTime()));
    }

    private void run() {
        Backoff waits = new Backoff(FIRST, options.backoffMax(), ThreadLocalRandom.current());
        try {
            while (!stop.isAsked()) {
                if (room.await()) {
                    turn(waits);
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn(Backoff waits) throws InterruptedException {
        try {
            List<Lease> leases = client.pull(options.max(), options.poll(), options.lease());
            leases.forEach(lease -> begin(keeper.hold(lease)));
            if (away) {
                LOG.info("{}: Sluice is there again", subscription.name());
            }
            away = false;
            waits.reset();
        } catch (Problem problem) {
            failed(problem, problem.after().orElseGet(waits::next));
        } catch (IllegalArgumentException unreadable) { // no events of Sluice's: their leases end by themselves
            failed(unreadable, waits.next());
        }
    }

    private void failed(Exception why, Duration pause) throws InterruptedException {
        metrics.pullFailed(subscription.domain(), subscription.name());
        if (!away) {
            LOG.warn("{}: cannot pull, and goes on trying: {}", subscription.name(), why.getMessage());
        }
        away = true;
        stop.await(pause);
    }

    private void begin(HeldLease held) {
        room.take();
        try {
            workers.execute(() -> run(held));
        } catch (RejectedExecutionException tooLate) { // the time of a stop was over
            keeper.letGo(held);
        }
    }

    private void run(HeldLease held) {
        try {
            work.run(held);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException bug) {
            LOG.error("subject {}: its lease is left to end", held.lease().subject(), bug);
        } finally {
            keeper.letGo(held);
            room.giveBack();
        }
    }

    /** Asked first, then, when the time is over, what was not begun is given back. */
    static final class Stop {
        private final CountDownLatch asked = new CountDownLatch(1);
        private volatile boolean givesBack;

        void ask() {
            asked.countDown();
        }

        void giveBack() {
            givesBack = true;
        }

        boolean isAsked() {
            return asked.getCount() == 0;
        }

        boolean givesBack() {
            return givesBack;
        }

        void await(Duration longest) throws InterruptedException {
            asked.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Counts leases in hand. */
    private static final class Room {
        private static final long LOOK_MILLIS = 100;

        private final int max;
        private int taken;

        Room(int max) {
            this.max = max;
        }

        synchronized void take() {
            ++taken;
        }

        synchronized void giveBack() {
            --taken;
            notifyAll();
        }

        /** Whether there is room; waits a moment for it, so that a stop is seen. */
        synchronized boolean await() throws InterruptedException {
            if (taken >= max) {
                wait(LOOK_MILLIS);
            }
            return taken < max;
        }
    }
}
