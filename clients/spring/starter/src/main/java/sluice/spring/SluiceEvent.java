package sluice.spring;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;

/**
 * A CloudEvent as its subscription brings it.
 *
 * @param position its place in its subject's history: 1, 2, 3 …; with types or filters there are holes
 * @param attempt 1, 2, 3 …
 * @param time as it was written, RFC 3339; null: it does not say
 * @param dataContentType of the data; null: JSON
 * @param extensions all other attributes, {@code sourcesequence} and {@code traceparent} among them
 * @param data what it says, numbers as they were written; a text, or bytes, where it is no
 *     JSON; null: nothing
 */
public record SluiceEvent(
        String id,
        String source,
        String type,
        String subject,
        long position,
        int attempt,
        String time,
        String dataContentType,
        Map<String, String> extensions,
        JsonNode data) {

    public SluiceEvent {
        extensions = Map.copyOf(extensions);
    }

    /** {@link DeadException} when it does not say, or no RFC 3339 time. */
    public OffsetDateTime happenedAt() {
        try {
            return OffsetDateTime.parse(String.valueOf(time));
        } catch (DateTimeException unreadable) {
            throw new DeadException("time: " + time + " is no RFC 3339 time");
        }
    }

    /** The data as a class. {@link DeadException} when it does not fit. */
    public <T> T dataAs(Class<T> wanted, ObjectMapper mapper) {
        if (data == null || data.isNull()) {
            throw new DeadException(type + " has no data, and a " + wanted.getSimpleName() + " is wanted");
        }
        try {
            return data.isBinary()
                    ? mapper.readValue(data.binaryValue(), wanted)
                    : mapper.treeToValue(data, wanted);
        } catch (IOException unfit) {
            throw new DeadException("the data is no " + wanted.getSimpleName() + ": " + firstLine(unfit));
        }
    }

    private static String firstLine(Exception error) {
        return String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    }
}
