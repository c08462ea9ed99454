package sluice.spring.pull;

import com.fasterxml.jackson.annotation.JsonInclude;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What this client says of one event; as the API takes it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Answer(String lease, long position, String answer, String reason, String after) {
    private static final int REASON_BYTES_MAX = 500;
    private static final Duration AFTER_MAX = Duration.ofDays(7);

    static Answer of(Lease lease, long position, Outcome outcome) {
        return new Answer(
                lease.id(),
                position,
                outcome.kind().word,
                outcome.reason() == null ? null : cut(outcome.reason()),
                outcome.after() == null ? null : millis(within(outcome.after())));
    }

    static String millis(Duration duration) {
        return duration.toMillis() + "ms";
    }

    /** A longer wait would be refused. */
    private static Duration within(Duration after) {
        return after.compareTo(AFTER_MAX) < 0 ? after : AFTER_MAX;
    }

    /** One line; cut between letters. */
    private static String cut(String reason) {
        int[] first = reason.codePoints().limit(REASON_BYTES_MAX).toArray();
        String line = new String(first, 0, first.length).replaceAll("\\s+", " ").strip();
        while (line.getBytes(StandardCharsets.UTF_8).length > REASON_BYTES_MAX) {
            line = line.substring(0, line.offsetByCodePoints(line.length(), -1));
        }
        return line;
    }
}
