package sluice.spring;

/**
 * Undo what this event wrote; no attempt will help. Its subject is parked with this reason, and all
 * others go on.
 */
public class DeadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DeadException(String reason) {
        super(reason);
    }
}
