package sluice.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When the first, the middle and the last of so many records were done: starting a JVM and joining a group is not timed.
 *
 * <p>Threads: any.
 */
public final class Measured {
    private record Moment(long nanos, long cpuNanos) {
        static Moment now() {
            var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            return new Moment(System.nanoTime(), system.getProcessCpuTime());
        }

        double secondsSince(Moment earlier) {
            return (nanos - earlier.nanos) / 1e9;
        }
    }

    private final long records;
    private final AtomicLong done = new AtomicLong();
    private final CountDownLatch allDone = new CountDownLatch(1);
    private volatile Moment first;
    private volatile Moment middle;
    private volatile Moment last;

    public Measured(long records) {
        this.records = records;
    }

    /** Another record is done. */
    public void one() {
        long number = done.incrementAndGet();
        if (number == 1) first = Moment.now();
        if (number == (records + 1) / 2) middle = Moment.now();
        if (number == records) {
            last = Moment.now();
            allDone.countDown();
        }
    }

    /** Until all are done; false: no more came within so many seconds. */
    public boolean await(int patienceSeconds) throws InterruptedException {
        long before;
        do {
            before = done.get();
            if (allDone.await(patienceSeconds, TimeUnit.SECONDS)) return true;
        } while (done.get() != before);
        return false;
    }

    /** They were not done before now: what was written is certain only now. */
    public void onlyNow() {
        last = Moment.now();
    }

    /** For the program that started this one: what it reads is this line. */
    public void tell() {
        System.out.printf(
                Locale.ROOT,
                "measured %d %.6f %.6f %.6f%n",
                done.get(),
                last.secondsSince(first),
                (last.cpuNanos - first.cpuNanos) / 1e9,
                last.secondsSince(middle));
    }
}
