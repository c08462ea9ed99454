package sluice.spring.pull;

import com.fasterxml.jackson.annotation.JsonInclude;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What this client says of one event; as the API takes it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Answer(String lease, long position, String answer, String reason, String after) {
    private static final int REASON_BYTES_MAX = 500;

    static Answer of(Lease lease, long position, Outcome outcome) {
        return new Answer(
                lease.id(),
                position,
                outcome.kind().word,
                outcome.reason() == null ? null : cut(outcome.reason()),
                outcome.after() == null ? null : millis(outcome.after()));
    }

    static String millis(Duration duration) {
        return duration.toMillis() + "ms";
    }

    /** One line; cut between letters. */
    private static String cut(String reason) {
        String line = reason.substring(0, Math.min(reason.length(), REASON_BYTES_MAX)).replaceAll("\\s+", " ").strip();
        while (line.getBytes(StandardCharsets.UTF_8).length > REASON_BYTES_MAX) {
            line = line.substring(0, line.offsetByCodePoints(line.length(), -1));
        }
        return line;
    }
}
