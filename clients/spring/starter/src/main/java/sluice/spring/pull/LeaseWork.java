package sluice.spring.pull;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import sluice.spring.SluiceEvent;
import sluice.spring.http.Backoff;
import sluice.spring.http.Problem;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * A lease to its end: its events one after another, then one request with their answers. An answer
 * that is lost is sent again; one that comes too late changes nothing, since the inbox knows what
 * was done. Threads: any; a lease is one thread's.
 */
final class LeaseWork {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseWork.class);
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofSeconds(2);

    private final Subscription subscription;
    private final EventHandling handling;
    private final PullClient client;
    private final PullMetrics metrics;
    private final BooleanSupplier stopping;

    /** @param stopping nothing new is begun: what was not begun is given back */
    LeaseWork(
            Subscription subscription,
            EventHandling handling,
            PullClient client,
            PullMetrics metrics,
            BooleanSupplier stopping) {
        this.subscription = subscription;
        this.handling = handling;
        this.client = client;
        this.metrics = metrics;
        this.stopping = stopping;
    }

    void run(HeldLease held) throws InterruptedException {
        List<Answer> answers = new ArrayList<>();
        for (SluiceEvent event : held.lease().events()) {
            if (!held.isOurs()) {
                break;
            }
            Outcome outcome = stopping.getAsBoolean()
                    ? Outcome.of(Outcome.Kind.RETURNED)
                    : handling.handle(event, () -> held.isOurs() && !stopping.getAsBoolean());
            tell(event, outcome);
            answers.add(Answer.of(held.lease(), event.position(), outcome));
            if (!outcome.goesOn()) {
                break;
            }
        }
        if (!answers.isEmpty()) {
            answer(held, answers);
        }
    }

    private void tell(SluiceEvent event, Outcome outcome) {
        metrics.event(subscription.domain(), subscription.name(), outcome.kind().name().toLowerCase(Locale.ROOT));
        if (!outcome.goesOn() && outcome.kind() != Outcome.Kind.RETURNED) {
            LOG.warn(
                    "{}: {} {} (subject {}, position {}, attempt {}): {}: {}",
                    subscription.name(), event.type(), event.id(), event.subject(), event.position(), event.attempt(),
                    outcome.kind(), outcome.reason());
        }
    }

    private void answer(HeldLease held, List<Answer> answers) throws InterruptedException {
        Backoff waits = new Backoff(FIRST, MAX, ThreadLocalRandom.current());
        held.answering();
        while (true) {
            try {
                client.answer(answers);
                return;
            } catch (Problem problem) {
                if (problem.isConflict() || !held.isOurs()) {
                    LOG.info("subject {}: answered too late, and nothing is lost: {}",
                            held.lease().subject(), problem.getMessage());
                    return;
                }
                if (!problem.isPassing()) {
                    LOG.error("subject {}: comes again, since its answer is refused: {}",
                            held.lease().subject(), problem.getMessage());
                    return;
                }
                LOG.warn("subject {}: not answered yet: {}", held.lease().subject(), problem.getMessage());
                Thread.sleep(waits.next().toMillis());
            }
        }
    }
}
