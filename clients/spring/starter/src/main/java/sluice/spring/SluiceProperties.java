package sluice.spring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;
import java.time.Duration;

/**
 * What a service says about its Sluice. A value out of its range is refused when the service starts.
 *
 * @param enabled false: nothing is pulled, for tests of the service's other parts
 * @param url of the daemon's API
 * @param token of a role {@code subscribe NAME} (and {@code publish}); empty: none is needed
 * @param domain of listeners that name none
 * @param max events of one request, 1 to 1000
 * @param poll how long a request waits for the first event, up to 1 m; a stop waits as long
 * @param lease how long Sluice waits for a client that has gone silent, 100 ms to 12 h
 * @param heldMax how long one lease is extended while its events are handled; then another gets them
 * @param concurrency subjects at once per subscription, 1 to 1000; the pool needs as many connections
 * @param stop how long a stop waits for what was begun
 * @param backoffMax the longest wait between two attempts while Sluice is away
 * @param publishTimeout how long a publication is tried before it fails
 * @param createInbox whether the table {@code sluice_inbox} is made if it is not there
 */
@ConfigurationProperties("sluice")
public record SluiceProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("http://127.0.0.1:8480") String url,
        @DefaultValue("") String token,
        @DefaultValue("") String domain,
        @DefaultValue("100") int max,
        @DefaultValue("2s") Duration poll,
        @DefaultValue("30s") Duration lease,
        @DefaultValue("10m") Duration heldMax,
        @DefaultValue("8") int concurrency,
        @DefaultValue("20s") Duration stop,
        @DefaultValue("10s") Duration backoffMax,
        @DefaultValue("30s") Duration publishTimeout,
        @DefaultValue("true") boolean createInbox) {

    private static final int EVENTS_MAX = 1000;
    private static final int CONCURRENCY_MAX = 1000;
    private static final Duration LEASE_MIN = Duration.ofMillis(100);
    private static final Duration BACKOFF_MIN = Duration.ofMillis(250);

    public SluiceProperties {
        url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        check(isAddress(url), "url", url, "an address such as http://127.0.0.1:8480");
        check(token.chars().allMatch(letter -> letter > ' ' && letter <= '~'), "token", "(hidden)",
                "letters without blanks");
        check(max >= 1 && max <= EVENTS_MAX, "max", max, "a number from 1 to " + EVENTS_MAX);
        check(concurrency >= 1 && concurrency <= CONCURRENCY_MAX, "concurrency", concurrency,
                "a number from 1 to " + CONCURRENCY_MAX);
        check(isWithin(poll, Duration.ZERO, Duration.ofMinutes(1)), "poll", poll, "a time from 0 to 1m");
        check(isWithin(lease, LEASE_MIN, Duration.ofHours(12)), "lease", lease, "a time from 100ms to 12h");
        check(isWithin(heldMax, lease, Duration.ofDays(1)), "held-max", heldMax, "a time from its lease to 1d");
        check(isWithin(stop, Duration.ZERO, Duration.ofHours(1)), "stop", stop, "a time from 0 to 1h");
        check(isWithin(backoffMax, BACKOFF_MIN, Duration.ofHours(1)), "backoff-max", backoffMax,
                "a time from 250ms to 1h");
        check(isWithin(publishTimeout, Duration.ofMillis(1), Duration.ofHours(1)), "publish-timeout", publishTimeout,
                "a time from 1ms to 1h");
    }

    /** The token stays out of logs. */
    @Override
    public String toString() {
        return "SluiceProperties[url=" + url + ", domain=" + domain + "]";
    }

    private static boolean isAddress(String text) {
        try {
            URI uri = URI.create(text);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null && uri.getUserInfo() == null && uri.getRawQuery() == null;
        } catch (IllegalArgumentException unreadable) {
            return false;
        }
    }

    private static boolean isWithin(Duration value, Duration least, Duration most) {
        return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
    }

    private static void check(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException("sluice." + name + ": " + value + " is not " + allowed);
        }
    }
}
