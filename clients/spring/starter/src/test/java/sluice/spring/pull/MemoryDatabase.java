package sluice.spring.pull;

import org.springframework.dao.CannotAcquireLockException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.SimpleTransactionStatus;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;

import sluice.spring.SluiceEvent;
import sluice.spring.inbox.Inbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows and effects that become visible together, or not at all. */
final class MemoryDatabase implements Inbox, TransactionOperations {
    /** How many transactions fail before they begin. */
    volatile int troubles;

    private final Map<String, Long> rows = new HashMap<>();
    private final List<SluiceEvent> effects = new ArrayList<>();
    private final ThreadLocal<List<SluiceEvent>> open = new ThreadLocal<>();
    private final ThreadLocal<SluiceEvent> risen = new ThreadLocal<>();

    /** In the transaction of the calling thread. */
    void effect(SluiceEvent event) {
        open.get().add(event);
    }

    synchronized List<SluiceEvent> effects() {
        return List.copyOf(effects);
    }

    synchronized List<Long> positionsOf(String subject) {
        return effects.stream().filter(one -> one.subject().equals(subject)).map(SluiceEvent::position).toList();
    }

    @Override
    public void create() {}

    @Override
    public synchronized Answer advance(String domain, String subscription, SluiceEvent event) {
        if (rows.getOrDefault(event.subject(), 0L) >= event.position()) {
            return Answer.DUPLICATE;
        }
        risen.set(event);
        return Answer.FIRST;
    }

    @Override
    public <T> T execute(TransactionCallback<T> action) {
        if (troubles > 0) {
            --troubles;
            throw new CannotAcquireLockException("deadlock");
        }
        TransactionStatus status = new SimpleTransactionStatus();
        open.set(new ArrayList<>());
        risen.remove();
        T result = action.doInTransaction(status);
        commit();
        return result;
    }

    private synchronized void commit() {
        SluiceEvent event = risen.get();
        if (event == null) {
            return;
        }
        if (rows.getOrDefault(event.subject(), 0L) >= event.position()) {
            throw new CannotAcquireLockException("another owner was faster");
        }
        rows.put(event.subject(), event.position());
        effects.addAll(open.get());
    }
}
