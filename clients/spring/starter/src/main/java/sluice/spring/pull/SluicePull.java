package sluice.spring.pull;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.support.TransactionOperations;

import sluice.spring.http.SluiceHttp;
import sluice.spring.inbox.Inbox;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * All subscriptions of the service: started when the context is up, and the first to stop, while
 * the DataSource is still there.
 *
 * <p>Failure: a listener that cannot work, or a database without an inbox, ends the start.
 */
public final class SluicePull implements SmartLifecycle {
    /** Null members: what only a service with listeners needs, and this one has not. */
    public record Needs(Inbox inbox, TransactionOperations transactions, boolean createInbox) {}

    private static final int KEEPER_THREADS = 2;

    private final Listeners listeners;
    private final SluiceHttp http;
    private final ObjectMapper mapper;
    private final Needs needs;
    private final PullMetrics metrics;
    private final PullOptions options;
    private final String domain;
    private final List<PullLoop> loops = new ArrayList<>();
    private ScheduledExecutorService keeper;
    private volatile boolean running;

    /** @param domain of listeners that name none; empty: they must */
    public SluicePull(
            Listeners listeners,
            SluiceHttp http,
            ObjectMapper mapper,
            Needs needs,
            PullMetrics metrics,
            PullOptions options,
            String domain) {
        this.listeners = listeners;
        this.http = http;
        this.mapper = mapper;
        this.needs = needs;
        this.metrics = metrics;
        this.options = options;
        this.domain = domain;
    }

    @Override
    public void start() {
        List<Subscription> subscriptions = subscriptions();
        if (!subscriptions.isEmpty()) {
            if (needs.inbox() == null || needs.transactions() == null) {
                throw new IllegalStateException("a @SluiceListener needs a DataSource and its transaction manager (one,"
                        + " or one that is @Primary): its inbox row is written in the transaction of its effects");
            }
            if (needs.createInbox()) {
                needs.inbox().create();
            }
            keeper = Executors.newScheduledThreadPool(KEEPER_THREADS, task -> new Thread(task, "sluice-leases"));
            subscriptions.forEach(subscription -> loops.add(loop(subscription)));
            loops.forEach(PullLoop::start);
        }
        running = true;
    }

    @Override
    public void stop() {
        long until = System.nanoTime() + options.stop().toNanos();
        List<Thread> stops = loops.stream().map(loop -> new Thread(() -> stop(loop, until), "sluice-stop")).toList();
        try {
            stops.forEach(Thread::start);
            for (Thread stop : stops) {
                stop.join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (keeper != null) {
            keeper.shutdownNow();
        }
        loops.clear();
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private static void stop(PullLoop loop, long until) {
        try {
            loop.stop(until);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private PullLoop loop(Subscription subscription) {
        PullClient client = new PullClient(http, mapper, subscription.domain(), subscription.name());
        EventHandling handling = new EventHandling(subscription, needs.inbox(), needs.transactions());
        PullLoop.Stop stop = new PullLoop.Stop();
        LeaseWork work = new LeaseWork(subscription, handling, client, metrics, stop::givesBack);
        LeaseKeeper leases = new LeaseKeeper(client, keeper, options.heldMax());
        return new PullLoop(subscription, client, leases, work, metrics, options, stop);
    }

    private List<Subscription> subscriptions() {
        Map<List<String>, Subscription> all = new LinkedHashMap<>();
        for (Listeners.Found one : listeners.found()) {
            ListenerMethod method = new ListenerMethod(one.bean(), one.method(), mapper);
            String name = one.subscription();
            String of = one.domain().isEmpty() ? domain : one.domain();
            if (of.isEmpty()) {
                throw new IllegalStateException(method + ": which domain has the subscription " + name
                        + "? Say domain = \"…\" there, or set sluice.domain");
            }
            all.computeIfAbsent(List.of(of, name), key -> new Subscription(of, name))
                    .add(method, one.types());
        }
        return List.copyOf(all.values());
    }
}
