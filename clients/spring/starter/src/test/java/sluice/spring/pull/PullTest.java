package sluice.spring.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import sluice.spring.DeadException;
import sluice.spring.FakeSluice;
import sluice.spring.FakeSluice.Fault;
import sluice.spring.RetryException;
import sluice.spring.SluiceEvent;
import sluice.spring.SluiceListener;
import sluice.spring.http.SluiceHttp;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The pulling of a service against a Sluice that fails as networks and machines do. */
@Timeout(120)
class PullTest {
    /** A bean of the service. */
    static class Billing {
        private final MemoryDatabase database;
        volatile Consumer<SluiceEvent> before = event -> {};

        Billing(MemoryDatabase database) {
            this.database = database;
        }

        @SluiceListener(domain = "shop", subscription = "billing", types = "order.placed")
        void placed(SluiceEvent event) {
            before.accept(event);
            database.effect(event);
        }
    }

    private final MemoryDatabase database = new MemoryDatabase();
    private final Billing billing = new Billing(database);
    private final Map<String, AtomicInteger> counted = new ConcurrentHashMap<>();
    private FakeSluice sluice;
    private SluicePull pull;

    @BeforeEach
    void open() throws Exception {
        sluice = new FakeSluice();
    }

    @AfterEach
    void close() {
        if (pull != null) {
            pull.stop();
        }
        sluice.close();
    }

    private void start(Duration lease, Duration heldMax, Duration stop) {
        ObjectMapper mapper = new ObjectMapper();
        Listeners listeners = new Listeners();
        listeners.postProcessAfterInitialization(billing, "billing");
        PullMetrics metrics = new PullMetrics() {
            @Override
            public void event(String domain, String subscription, String outcome) {
                counted.computeIfAbsent(outcome, name -> new AtomicInteger()).incrementAndGet();
            }

            @Override
            public void pullFailed(String domain, String subscription) {
                event(domain, subscription, "failed");
            }
        };
        pull = new SluicePull(
                listeners, new SluiceHttp(sluice.url(), "", mapper.reader()), mapper,
                new SluicePull.Needs(database, database, true), metrics,
                new PullOptions(20, Duration.ofMillis(200), lease, heldMax, 4, stop, Duration.ofMillis(300)), "");
        pull.start();
    }

    private void start() {
        start(Duration.ofSeconds(20), Duration.ofMinutes(1), Duration.ofSeconds(20));
    }

    private void publish(int subjects, int events) {
        for (int number = 0; number < events; ++number) {
            for (int subject = 0; subject < subjects; ++subject) {
                sluice.add("order.placed", "s" + subject);
            }
        }
    }

    private void awaitDone() {
        await().atMost(Duration.ofSeconds(90)).until(sluice::isDone);
    }

    private int count(String outcome) {
        return counted.getOrDefault(outcome, new AtomicInteger()).get();
    }

    @Test
    void handlesEachSubjectInOrder() {
        publish(10, 9);
        start();
        awaitDone();
        for (int subject = 0; subject < 10; ++subject) {
            assertThat(database.positionsOf("s" + subject)).isEqualTo(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L));
        }
        assertThat(count("done")).isEqualTo(90);
    }

    @Test
    void goesOnAfterAnAnswerThatCannotBeRead() {
        sluice.nonsense.set(2);
        publish(1, 1);
        start();
        awaitDone();
        assertThat(count("failed")).isEqualTo(2);
    }

    @Test
    void aTypeThatNoMethodWantsIsDoneAndLeavesNoRow() {
        sluice.add("order.paid", "a");
        start();
        awaitDone();
        assertThat(database.effects()).isEmpty();
        assertThat(count("unwanted")).isEqualTo(1);
    }

    @Test
    void saysWhatTheListenerThrows() {
        AtomicInteger calls = new AtomicInteger();
        billing.before = event -> {
            switch (calls.incrementAndGet()) {
                case 1 -> throw new RetryException("stock is\n busy", Duration.ofMillis(30));
                case 2 -> throw new IllegalStateException("a bug " + "é".repeat(400));
                case 3 -> throw new DeadException("no such item");
                default -> throw new AssertionError("a dead event came again");
            }
        };
        publish(1, 2);
        start();
        await().atMost(Duration.ofSeconds(60)).until(() -> sluice.said.size() == 3);
        assertThat(sluice.said.get(0)).isEqualTo("retry 1 stock is busy");
        assertThat(sluice.said.get(1)).startsWith("retry 1 IllegalStateException: a bug é").hasSizeLessThan(300);
        assertThat(sluice.said.get(2)).isEqualTo("dead 1 no such item");
        assertThat(database.effects()).isEmpty();
    }

    @Test
    void aDeadlockIsNoAttempt() {
        database.troubles = 3;
        publish(1, 1);
        start();
        awaitDone();
        assertThat(sluice.said).containsExactly("done 1 ");
    }

    @Test
    void aLeaseIsExtendedWhileItsListenerWorks() {
        billing.before = event -> sleep(5000);
        publish(1, 1);
        start(Duration.ofMillis(2000), Duration.ofMinutes(1), Duration.ofSeconds(20));
        awaitDone();
        assertThat(sluice.said).containsExactly("done 1 ");
        assertThat(count("duplicate")).isZero();
    }

    @Test
    void aListenerThatHangsLosesItsLease() {
        CountDownLatch hang = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        billing.before = event -> {
            if (calls.incrementAndGet() == 1) {
                awaitLatch(hang);
            }
        };
        publish(1, 1);
        start(Duration.ofMillis(400), Duration.ofMillis(800), Duration.ofSeconds(20));
        awaitDone();
        hang.countDown();
        pull.stop();
        assertThat(database.positionsOf("s0")).as("the one that hung found itself too late").isEqualTo(List.of(1L));
    }

    @Test
    void aStopLetsEndWhatWasBegunAndGivesBackTheRest() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        billing.before = event -> {
            begun.countDown();
            awaitLatch(goOn);
        };
        publish(1, 2);
        start(Duration.ofSeconds(60), Duration.ofMinutes(1), Duration.ofMillis(100));
        awaitLatch(begun);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(pull::stop);
        sleep(1500); // the time of the stop is over, and a while is left for what was begun
        goOn.countDown();
        stopped.join();
        assertThat(sluice.said).containsExactly("done 1 ", "return 2 ");
        assertThat(database.positionsOf("s0")).isEqualTo(List.of(1L));
    }

    @Test
    void anAnswerThatIsLostIsSaidAgain() {
        AtomicInteger acks = new AtomicInteger();
        sluice.faults = path -> switch (path.equals("ack") ? acks.incrementAndGet() : 0) {
            case 1 -> Fault.LOST_REQUEST;
            case 2 -> Fault.BUSY;
            case 3 -> Fault.LOST_ANSWER;
            default -> Fault.NONE; // 409: it was heard
        };
        publish(1, 1);
        start();
        await().atMost(Duration.ofSeconds(60)).until(() -> acks.get() == 4);
        assertThat(sluice.said).containsExactly("done 1 ");
        assertThat(database.positionsOf("s0")).isEqualTo(List.of(1L));
    }

    @Test
    void anAnswerThatIsRefusedLetsTheLeaseGo() {
        AtomicInteger acks = new AtomicInteger();
        sluice.faults = path -> path.equals("ack") && acks.incrementAndGet() == 1 ? Fault.REFUSED : Fault.NONE;
        publish(1, 1);
        start(Duration.ofMillis(1000), Duration.ofMinutes(10), Duration.ofSeconds(20));
        awaitDone();
        assertThat(database.positionsOf("s0")).isEqualTo(List.of(1L));
        assertThat(count("duplicate")).as("it came again when the lease was over").isEqualTo(1);
    }

    @Test
    void eachEventTakesEffectOnceWhateverIsLost() {
        String given = System.getenv("SLUICE_SEED");
        long seed = given == null ? System.nanoTime() & 0xFFFFFF : Long.parseLong(given);
        System.out.println("rerun with SLUICE_SEED=" + seed);
        Random random = new Random(seed);
        AtomicLong outageUntil = new AtomicLong(System.nanoTime());
        sluice.faults = path -> {
            synchronized (random) {
                if (path.equals("ack") && random.nextInt(8) == 0) { // longer than a lease: what was done comes again
                    outageUntil.set(System.nanoTime() + Duration.ofMillis(500).toNanos());
                }
                return System.nanoTime() - outageUntil.get() < 0 ? Fault.LOST_REQUEST : switch (random.nextInt(20)) {
                    case 0, 1 -> Fault.LOST_ANSWER;
                    case 2 -> Fault.LOST_REQUEST;
                    case 3 -> Fault.BUSY;
                    default -> Fault.NONE;
                };
            }
        };
        billing.before = event -> {
            synchronized (random) {
                if (random.nextDouble() < 0.1) {
                    throw new RetryException("not yet", Duration.ofMillis(10));
                }
            }
        };
        publish(20, 10);
        start(Duration.ofMillis(300), Duration.ofMinutes(1), Duration.ofSeconds(20));
        awaitDone();
        pull.stop();
        for (int subject = 0; subject < 20; ++subject) {
            assertThat(database.positionsOf("s" + subject)).as("seed " + seed)
                    .isEqualTo(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L));
        }
        assertThat(count("duplicate")).as("seed " + seed + ": something came twice").isPositive();
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
