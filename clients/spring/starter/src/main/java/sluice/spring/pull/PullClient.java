package sluice.spring.pull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import sluice.spring.SluiceEvent;
import sluice.spring.http.EventReader;
import sluice.spring.http.Problem;
import sluice.spring.http.SluiceHttp;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One subscription's pull, ack and extend. Threads: any. */
final class PullClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final SluiceHttp http;
    private final ObjectMapper mapper;
    private final String path;
    private final String domain;

    PullClient(SluiceHttp http, ObjectMapper mapper, String domain, String subscription) {
        this.http = http;
        this.mapper = mapper;
        this.path = "/v1/subscriptions/" + encoded(subscription) + "/";
        this.domain = "domain=" + encoded(domain);
    }

    List<Lease> pull(int max, Duration wait, Duration lease) throws Problem, InterruptedException {
        String query = "pull?" + domain + "&max=" + max + "&wait=" + Answer.millis(wait)
                + "&lease=" + Answer.millis(lease);
        List<Lease> leases = new ArrayList<>();
        for (JsonNode one : post(query, "", wait.plus(TIMEOUT)).path("leases")) {
            leases.add(read(one));
        }
        return leases;
    }

    void answer(List<Answer> answers) throws Problem, InterruptedException {
        post("ack?" + domain, text(Map.of("answers", answers)), TIMEOUT);
    }

    void extend(String lease, Duration length) throws Problem, InterruptedException {
        post("extend?" + domain, text(Map.of("lease", lease, "for", Answer.millis(length))), TIMEOUT);
    }

    private JsonNode post(String query, String body, Duration timeout) throws Problem, InterruptedException {
        return http.post(path + query, "application/json", body, Map.of(), timeout);
    }

    private String text(Object body) {
        try {
            return mapper.writeValueAsString(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Lease read(JsonNode json) {
        List<SluiceEvent> events = new ArrayList<>();
        for (JsonNode event : json.path("events")) {
            // The attempt is the first event's; those behind it are tried for the first time.
            events.add(EventReader.read(event, events.isEmpty() ? json.path("attempt").asInt(1) : 1));
        }
        return new Lease(
                json.path("lease").asText(),
                json.path("subject").asText(),
                Duration.ofMillis(json.path("lease_ms").asLong()),
                List.copyOf(events));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
