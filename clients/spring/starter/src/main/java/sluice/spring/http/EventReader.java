package sluice.spring.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.TextNode;

import sluice.spring.SluiceEvent;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A structured CloudEvent, as Sluice writes it, to a {@link SluiceEvent}. Pure. */
public final class EventReader {
    private static final String POSITION = "subjectposition";
    private static final Set<String> OWN = Set.of(
            "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data", "data_base64",
            POSITION);

    private EventReader() {}

    /** IllegalArgumentException names what is missing: it is no event of Sluice's. */
    public static SluiceEvent read(JsonNode json, int attempt) {
        Map<String, String> extensions = new HashMap<>();
        json.properties().forEach(member -> {
            if (!OWN.contains(member.getKey())) {
                extensions.put(member.getKey(), member.getValue().asText());
            }
        });
        return new SluiceEvent(
                required(json, "id"),
                required(json, "source"),
                required(json, "type"),
                required(json, "subject"),
                Long.parseLong(required(json, POSITION)),
                attempt,
                optional(json, "time"),
                optional(json, "datacontenttype"),
                extensions,
                data(json));
    }

    private static String required(JsonNode json, String name) {
        String value = json.path(name).asText("");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("an event without " + name);
        }
        return value;
    }

    private static String optional(JsonNode json, String name) {
        return json.hasNonNull(name) ? json.get(name).asText() : null;
    }

    private static JsonNode data(JsonNode json) {
        if (!json.hasNonNull("data_base64")) {
            return json.get("data");
        }
        try {
            return BinaryNode.valueOf(TextNode.valueOf(json.get("data_base64").asText()).binaryValue());
        } catch (IOException broken) {
            throw new IllegalArgumentException("data_base64 is no base64", broken);
        }
    }
}
