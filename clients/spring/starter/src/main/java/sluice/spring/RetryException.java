package sluice.spring;

import java.time.Duration;
import java.util.Optional;

/** Undo what this event wrote, and try it again: after this wait, or by the subscription's retry. */
public class RetryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Duration after;

    public RetryException(String reason) {
        this(reason, null);
    }

    public RetryException(String reason, Duration after) {
        super(reason);
        if (after != null && after.isNegative()) {
            throw new IllegalArgumentException("after: " + after + " lies in the past");
        }
        this.after = after;
    }

    public Optional<Duration> after() {
        return Optional.ofNullable(after);
    }
}
