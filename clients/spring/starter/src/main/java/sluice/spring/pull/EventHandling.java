package sluice.spring.pull;

import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.support.TransactionOperations;

import sluice.spring.DeadException;
import sluice.spring.RetryException;
import sluice.spring.SluiceEvent;
import sluice.spring.http.Backoff;
import sluice.spring.inbox.Inbox;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * One event to its end: a transaction with its inbox row and its method's effects. A database that
 * is away, a deadlock or a serialization failure is no attempt: it is tried again here, as long as
 * the lease is ours. Threads: any.
 */
final class EventHandling {
    private static final Duration FIRST = Duration.ofMillis(20);
    private static final Duration MAX = Duration.ofSeconds(2);

    private final Subscription subscription;
    private final Inbox inbox;
    private final TransactionOperations transactions;

    EventHandling(Subscription subscription, Inbox inbox, TransactionOperations transactions) {
        this.subscription = subscription;
        this.inbox = inbox;
        this.transactions = transactions;
    }

    Outcome handle(SluiceEvent event, BooleanSupplier mayGoOn) throws InterruptedException {
        ListenerMethod method = subscription.methodFor(event.type());
        if (method == null) {
            return Outcome.of(Outcome.Kind.UNWANTED);
        }
        Backoff waits = new Backoff(FIRST, MAX, ThreadLocalRandom.current());
        while (true) {
            try {
                return Objects.requireNonNull(transactions.execute(status -> inTransaction(method, event)));
            } catch (RuntimeException failed) {
                Throwable cause = failed instanceof Thrown thrown ? thrown.getCause() : failed;
                if (!isOfTheDatabase(cause) || !mayGoOn.getAsBoolean()) {
                    return outcomeOf(cause);
                }
                Thread.sleep(waits.next().toMillis());
            }
        }
    }

    private Outcome inTransaction(ListenerMethod method, SluiceEvent event) {
        switch (inbox.advance(subscription.domain(), subscription.name(), event)) {
            case FIRST -> call(method, event);
            case DUPLICATE -> {
                return Outcome.of(Outcome.Kind.DUPLICATE);
            }
            case REUSED -> {
                String reason = "position " + event.position() + " was another event's, not " + event.id() + "'s";
                return new Outcome(Outcome.Kind.REUSED, reason, null);
            }
        }
        return Outcome.of(Outcome.Kind.DONE);
    }

    /** Whatever it throws rolls back, checked or not. */
    private static void call(ListenerMethod method, SluiceEvent event) {
        try {
            method.call(event);
        } catch (Throwable thrown) {
            throw new Thrown(thrown);
        }
    }

    private static boolean isOfTheDatabase(Throwable cause) {
        return cause instanceof TransientDataAccessException
                || cause instanceof RecoverableDataAccessException
                || cause instanceof DataAccessResourceFailureException
                || cause instanceof CannotCreateTransactionException;
    }

    private static Outcome outcomeOf(Throwable cause) {
        if (cause instanceof DeadException dead) {
            return Outcome.dead(dead.getMessage());
        }
        if (cause instanceof RetryException retry) {
            return Outcome.retry(retry.getMessage(), retry.after().orElse(null));
        }
        return Outcome.retry(cause.getClass().getSimpleName() + ": " + cause.getMessage(), null);
    }

    private static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Thrown(Throwable cause) {
            super(cause);
        }
    }
}
