package sluice.spring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Sluice's pull as a client sees it: leases, one of a subject at a time, answers in their order, and
 * faults where a test asks for them. Threads: any.
 */
public final class FakeSluice implements AutoCloseable {
    public enum Fault { NONE, LOST_REQUEST, LOST_ANSWER, BUSY, REFUSED }

    /** An answer to any other request. */
    public record Reply(int status, String body, Map<String, String> headers) {}

    public record Request(String path, String query, JsonNode body, Map<String, List<String>> headers) {}

    private static final class Subject {
        final List<String> events = new ArrayList<>();
        int done;
        int attempt = 1;
        long dueNanos = System.nanoTime();
        String lease;
        int leased;
        long untilNanos;
    }

    private static final int RUN = 4;
    private static final String NONSENSE = "{\"leases\":[{\"lease\":\"x\",\"events\":[{\"id\":\"1\"}]}]}";
    private static final Reply OVER = new Reply(409, "{\"detail\":\"the lease is over\"}", Map.of());

    /** By the last part of the path: pull, ack, extend, events. */
    public volatile Function<String, Fault> faults = path -> Fault.NONE;

    /** What comes in place of leases, that often. */
    public final AtomicInteger nonsense = new AtomicInteger();

    public volatile Function<Request, Reply> others = request -> new Reply(404, "{}", Map.of());
    public final List<String> said = new CopyOnWriteArrayList<>();
    public final List<Request> requests = new CopyOnWriteArrayList<>();

    private final ObjectMapper mapper = new ObjectMapper();
    private final Map<String, Subject> subjects = new LinkedHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private int leases;

    public FakeSluice() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public synchronized void add(String type, String subject) {
        List<String> events = subjects.computeIfAbsent(subject, name -> new Subject()).events;
        int position = events.size() + 1;
        events.add("""
                {"specversion":"1.0","id":"%1$s-%2$d","source":"/orders","type":"%3$s","subject":"%1$s",\
                "subjectposition":"%2$d","data":{"amount":%2$d}}""".formatted(subject, position, type));
        notifyAll();
    }

    public synchronized boolean isDone() {
        return subjects.values().stream().allMatch(subject -> subject.done == subject.events.size());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String last = path.substring(path.lastIndexOf('/') + 1);
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        JsonNode json = body.isEmpty() ? mapper.createObjectNode() : mapper.readTree(body);
        Request request = new Request(
                path, exchange.getRequestURI().getQuery(), json, Map.copyOf(exchange.getRequestHeaders()));
        requests.add(request);
        Fault fault = faults.apply(last);
        try {
            Reply reply = switch (fault) {
                case LOST_REQUEST -> null;
                case BUSY -> new Reply(503, "{\"detail\":\"not now\"}", Map.of("Retry-After", "0"));
                case REFUSED -> new Reply(403, "{\"detail\":\"not this token\"}", Map.of());
                case NONE, LOST_ANSWER -> reply(last, request);
            };
            if (reply != null && fault != Fault.LOST_ANSWER) {
                reply.headers().forEach(exchange.getResponseHeaders()::set);
                byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(reply.status(), bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    private Reply reply(String last, Request request) throws InterruptedException {
        return switch (last) {
            case "pull" -> {
                boolean sane = nonsense.getAndDecrement() <= 0;
                yield new Reply(200, sane ? pull(parameters(request.query())) : NONSENSE, Map.of());
            }
            case "ack" -> ack(request.body().get("answers"));
            case "extend" -> extend(request.body());
            default -> others.apply(request);
        };
    }

    private synchronized String pull(Map<String, String> asked) throws InterruptedException {
        long until = System.nanoTime() + millis(asked.get("wait")) * 1_000_000;
        List<String> given = new ArrayList<>();
        while (given.isEmpty()) {
            int room = Integer.parseInt(asked.get("max"));
            for (Map.Entry<String, Subject> one : subjects.entrySet()) {
                if (room > 0 && isFree(one.getValue())) {
                    given.add(lease(one.getKey(), one.getValue(), room, millis(asked.get("lease"))));
                    room -= one.getValue().leased;
                }
            }
            if (given.isEmpty()) {
                if (System.nanoTime() - until >= 0) {
                    break;
                }
                wait(5);
            }
        }
        return "{\"leases\":[" + String.join(",", given) + "]}";
    }

    private static boolean isFree(Subject subject) {
        long now = System.nanoTime();
        if (subject.lease != null && now - subject.untilNanos >= 0) {
            subject.lease = null;
            ++subject.attempt;
        }
        return subject.lease == null && now - subject.dueNanos >= 0 && subject.done < subject.events.size();
    }

    private String lease(String name, Subject subject, int room, long millis) {
        subject.lease = "fake-" + ++leases;
        subject.untilNanos = System.nanoTime() + millis * 1_000_000;
        subject.leased = Math.min(Math.min(room, RUN), subject.events.size() - subject.done);
        String events = String.join(",", subject.events.subList(subject.done, subject.done + subject.leased));
        return "{\"lease\":\"%s\",\"subject\":\"%s\",\"attempt\":%d,\"lease_ms\":%d,\"events\":[%s]}"
                .formatted(subject.lease, name, subject.attempt, millis, events);
    }

    private synchronized Reply ack(JsonNode answers) {
        boolean refused = false;
        for (JsonNode answer : answers) {
            Subject subject = holderOf(answer.path("lease").asText());
            if (subject == null || answer.path("position").asInt() != subject.done + 1) {
                refused = true;
                continue;
            }
            String word = answer.path("answer").asText("done");
            said.add(word + " " + answer.path("position").asText() + " " + answer.path("reason").asText(""));
            if (word.equals("done")) {
                ++subject.done;
                subject.attempt = 1;
                subject.lease = --subject.leased == 0 ? null : subject.lease;
            } else if (word.equals("return")) {
                subject.lease = null;
            } else {
                subject.lease = null;
                ++subject.attempt;
                subject.dueNanos = System.nanoTime() + (word.equals("dead") ? Long.MAX_VALUE / 4
                        : answer.has("after") ? millis(answer.get("after").asText()) * 1_000_000 : 10_000_000);
            }
        }
        return refused ? OVER : new Reply(200, "{}", Map.of());
    }

    private synchronized Reply extend(JsonNode wish) {
        Subject subject = holderOf(wish.path("lease").asText());
        if (subject == null) {
            return OVER;
        }
        subject.untilNanos = System.nanoTime() + millis(wish.path("for").asText()) * 1_000_000;
        return new Reply(200, "{}", Map.of());
    }

    private Subject holderOf(String lease) {
        return subjects.values().stream()
                .filter(one -> lease.equals(one.lease) && System.nanoTime() - one.untilNanos < 0)
                .findFirst().orElse(null);
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> all = new HashMap<>();
        for (String one : query.split("&")) {
            String[] parts = one.split("=", 2);
            all.put(parts[0], parts[1]);
        }
        return all;
    }

    private static long millis(String text) {
        return Long.parseLong(text.substring(0, text.length() - 2));
    }
}
