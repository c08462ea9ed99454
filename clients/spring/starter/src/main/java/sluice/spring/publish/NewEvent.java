package sluice.spring.publish;

import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * An event to be published. Source and id name it for ever: who publishes after a crash again takes
 * the same id, and Sluice knows the duplicate. Immutable.
 */
public record NewEvent(Map<String, String> attributes, Object data) {
    public NewEvent {
        attributes = Map.copyOf(attributes);
    }

    /** With an id that nobody had before. */
    public static NewEvent of(String type, String source, String subject) {
        return new NewEvent(
                Map.of(
                        "specversion", "1.0", "id", UUID.randomUUID().toString(), "type", type, "source", source,
                        "subject", subject, "datacontenttype", "application/json"),
                null);
    }

    public NewEvent id(String id) {
        return with("id", id);
    }

    /** Its place among the source's events of this subject: 1, 2, 3 … without holes. */
    public NewEvent sequence(long number) {
        return with("sourcesequence", Long.toString(number));
    }

    public NewEvent time(OffsetDateTime time) {
        return with("time", time.toString());
    }

    /** Any attribute of CloudEvents, extensions among them. */
    public NewEvent with(String attribute, String value) {
        Map<String, String> more = new LinkedHashMap<>(attributes);
        more.put(attribute, value);
        return new NewEvent(more, data);
    }

    /** What Jackson makes JSON of. */
    public NewEvent data(Object value) {
        return new NewEvent(attributes, value);
    }
}
