package sluice.spring.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Random;

class BackoffTest {
    private final Backoff waits = new Backoff(Duration.ofMillis(100), Duration.ofMillis(350), new Random(1));

    @Test
    void doublesUpToItsLimitAndBeginsAgain() {
        for (int round = 0; round < 2; ++round) {
            for (long most : new long[] {100, 200, 350, 350}) {
                assertThat(waits.next().toMillis()).isBetween(most / 2, most);
            }
            waits.reset();
        }
    }
}
