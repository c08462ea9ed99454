package sluice.spring.pull;

import java.time.Duration;

/** What became of an event. */
record Outcome(Kind kind, String reason, Duration after) {
    enum Kind {
        DONE("done"),
        /** Handled before. */
        DUPLICATE("done"),
        /** No method wants its type. */
        UNWANTED("done"),
        RETRY("retry"),
        DEAD("dead"),
        /** Not begun: no attempt, and the next client's. */
        RETURNED("return"),
        /** Its position was another event's. */
        REUSED("dead");

        final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    static Outcome of(Kind kind) {
        return new Outcome(kind, null, null);
    }

    static Outcome retry(String reason, Duration after) {
        return new Outcome(Kind.RETRY, reason, after);
    }

    static Outcome dead(String reason) {
        return new Outcome(Kind.DEAD, reason, null);
    }

    boolean goesOn() {
        return "done".equals(kind.word);
    }
}
