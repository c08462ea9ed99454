package sluice.spring.inbox;

import com.dynatrace.hash4j.hashing.Hashing;

import java.nio.charset.StandardCharsets;

/** XXH3 of source and id, as Sluice's own inboxes store it: one table serves services in any language. */
final class EventHash {
    private static final long PARTS = 2;

    private EventHash() {}

    static long of(String source, String id) {
        return chain(id, chain(source, PARTS));
    }

    private static long chain(String part, long seed) {
        return Hashing.xxh3_64(seed).hashBytesToLong(part.getBytes(StandardCharsets.UTF_8));
    }
}
