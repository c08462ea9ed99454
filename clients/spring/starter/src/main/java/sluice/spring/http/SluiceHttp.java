package sluice.spring.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/**
 * One POST to Sluice's API. Whatever is not 2xx is a {@link Problem}.
 *
 * <p>Threads: any. Limits: the time that each request is given.
 */
public final class SluiceHttp {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration AFTER_MAX = Duration.ofMinutes(5);
    private static final int SUCCESS = 2;
    private static final int HUNDRED = 100;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final String url;
    private final String token;
    private final ObjectReader json;

    /** @param token empty: none */
    public SluiceHttp(String url, String token, ObjectReader json) {
        this.url = url;
        this.token = token;
        this.json = json;
    }

    /** The answer as JSON. */
    public JsonNode post(String path, String contentType, String body, Map<String, String> headers, Duration timeout)
            throws Problem, InterruptedException {
        HttpResponse<String> answer = send(path, contentType, body, headers, timeout);
        JsonNode read = read(answer);
        if (answer.statusCode() / HUNDRED != SUCCESS) {
            String detail = url + path + ": " + detail(answer.statusCode(), read);
            throw new Problem(answer.statusCode(), detail, after(answer), read);
        }
        if (read == null) {
            throw Problem.noAnswer(url + path + ": what came is no JSON; is this Sluice?");
        }
        return read;
    }

    private HttpResponse<String> send(
            String path, String contentType, String body, Map<String, String> headers, Duration timeout)
            throws Problem, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(timeout)
                .header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException away) {
            throw Problem.noAnswer(url + path + ": no answer (" + reason(away) + ")");
        }
    }

    private JsonNode read(HttpResponse<String> answer) {
        try {
            return json.readTree(answer.body());
        } catch (JsonProcessingException none) {
            return null;
        }
    }

    private static String detail(int status, JsonNode problem) {
        String detail = problem == null ? "" : problem.path("detail").asText("");
        return status + (detail.isEmpty() ? "" : " " + detail);
    }

    private static Duration after(HttpResponse<String> answer) {
        try {
            Duration said = answer.headers().firstValue("Retry-After").map(Long::parseLong).map(Duration::ofSeconds)
                    .orElse(null);
            return said == null || said.compareTo(AFTER_MAX) < 0 ? said : AFTER_MAX;
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }

    private static String reason(IOException error) {
        return error.getClass().getSimpleName() + (error.getMessage() == null ? "" : ": " + error.getMessage());
    }
}
