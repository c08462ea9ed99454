package sluice.spring.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import sluice.spring.http.Backoff;
import sluice.spring.http.Problem;
import sluice.spring.http.SluiceHttp;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Publishes events: when it returns, all of them are on Sluice's disk. While Sluice is busy or away
 * it is tried again, for {@code sluice.publish-timeout}, under one Idempotency-Key. It takes no part
 * in a database's transaction: what is published before a rollback stays published.
 *
 * <p>Threads: any. Failure: {@link PublishException}.
 */
public class SluiceTemplate {
    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofSeconds(5);
    private static final int CONFLICT = 409;
    private static final int BUSY = 429;
    private static final int SERVER_ERROR = 500;

    private final SluiceHttp http;
    private final ObjectMapper mapper;
    private final Duration timeout;

    public SluiceTemplate(SluiceHttp http, ObjectMapper mapper, Duration timeout) {
        this.http = http;
        this.mapper = mapper;
        this.timeout = timeout;
    }

    public void publish(NewEvent... events) {
        publish(List.of(events));
    }

    /** Each is taken or refused for itself: after a refusal those that were taken stay. */
    public void publish(List<NewEvent> events) {
        ArrayNode left = mapper.createArrayNode();
        events.forEach(event -> left.add(json(event)));
        long until = System.nanoTime() + timeout.toNanos();
        Backoff waits = new Backoff(FIRST, MAX, ThreadLocalRandom.current());
        try {
            String key = UUID.randomUUID().toString();
            while (!left.isEmpty()) {
                Problem problem = post(left, key, until);
                if (problem == null) {
                    return;
                }
                if (narrow(left, problem)) {
                    key = UUID.randomUUID().toString();
                }
                pause(problem, waits, until);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new PublishException(false, "interrupted: " + left.size() + " events may not be published", stopped);
        }
    }

    private Problem post(ArrayNode events, String key, long until) throws InterruptedException {
        try {
            Duration left = Duration.ofNanos(Math.max(1, until - System.nanoTime()));
            http.post("/v1/events", "application/cloudevents-batch+json", events.toString(),
                    Map.of("Idempotency-Key", key), left);
            return null;
        } catch (Problem problem) {
            return problem;
        }
    }

    /** Leaves those that may be taken later; true: it is another list now. */
    private static boolean narrow(ArrayNode left, Problem problem) {
        JsonNode answers = problem.body() == null ? null : problem.body().get("events");
        if (answers == null || answers.size() != left.size()) {
            if (problem.isPassing() || problem.status() == CONFLICT) {
                return false;
            }
            throw new PublishException(true, problem.getMessage(), problem);
        }
        int before = left.size();
        for (int at = before - 1; at >= 0; --at) {
            JsonNode answer = answers.get(at);
            int status = answer.path("status").asInt();
            if (answer.path("accepted").asBoolean()) {
                left.remove(at);
            } else if (status != BUSY && status < SERVER_ERROR) {
                String id = left.get(at).path("id").asText();
                throw new PublishException(true, id + ": " + answer.path("detail").asText(), problem);
            }
        }
        return left.size() != before;
    }

    private static void pause(Problem problem, Backoff waits, long until) throws InterruptedException {
        Duration wait = problem.after().orElseGet(waits::next);
        if (System.nanoTime() + wait.toNanos() - until >= 0) {
            throw new PublishException(false, problem.getMessage(), problem);
        }
        Thread.sleep(wait.toMillis());
    }

    private ObjectNode json(NewEvent event) {
        ObjectNode json = mapper.createObjectNode();
        event.attributes().forEach(json::put);
        if (event.data() != null) {
            json.set("data", mapper.valueToTree(event.data()));
        }
        return json;
    }
}
