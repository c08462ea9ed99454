package sluice.spring.publish;

/**
 * An event was refused, or nobody could be reached in time: then it may have been published, and
 * may be again, under the same id.
 */
public class PublishException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean refused;

    PublishException(boolean refused, String message, Throwable cause) {
        super(message, cause);
        this.refused = refused;
    }

    /** The same event will be refused again. */
    public boolean isRefused() {
        return refused;
    }
}
