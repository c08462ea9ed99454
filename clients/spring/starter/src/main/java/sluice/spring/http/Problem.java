package sluice.spring.http;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Duration;
import java.util.Optional;

/**
 * Sluice did not do what was asked: it refused, or it could not be reached. Says what, where, and
 * whether the same may succeed later.
 */
public final class Problem extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int CONFLICT = 409;
    private static final int BUSY = 429;
    private static final int SERVER_ERROR = 500;

    private final int status;
    private final transient Duration after;
    private final transient JsonNode body;

    Problem(int status, String message, Duration after, JsonNode body) {
        super(message);
        this.status = status;
        this.after = after;
        this.body = body;
    }

    static Problem noAnswer(String message) {
        return new Problem(0, message, null, null);
    }

    /** No answer came: whether it was done nobody knows. */
    public boolean isNoAnswer() {
        return status == 0;
    }

    /** About what is not so any more: a lease that is over. */
    public boolean isConflict() {
        return status == CONFLICT;
    }

    public boolean isPassing() {
        return isNoAnswer() || status == BUSY || status >= SERVER_ERROR;
    }

    public int status() {
        return status;
    }

    /** What came with it; null: nothing that is JSON. */
    public JsonNode body() {
        return body;
    }

    /** How long Sluice asks to be left alone. */
    public Optional<Duration> after() {
        return Optional.ofNullable(after);
    }
}
