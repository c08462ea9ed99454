package sluice.spring.http;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** Waits that double up to a limit, each between half and all of itself. Threads: one at a time. */
public final class Backoff {
    private final Duration first;
    private final Duration max;
    private final RandomGenerator random;
    private Duration next;

    public Backoff(Duration first, Duration max, RandomGenerator random) {
        this.first = first;
        this.max = max;
        this.random = random;
        this.next = first;
    }

    public Duration next() {
        long whole = next.toMillis();
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(max) < 0 ? doubled : max;
        return Duration.ofMillis(whole - (long) (random.nextDouble() * (whole / 2)));
    }

    public void reset() {
        next = first;
    }
}
