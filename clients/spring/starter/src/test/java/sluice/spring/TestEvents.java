package sluice.spring;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import java.util.Map;

/** Events of a shop, for tests. */
public final class TestEvents {
    private TestEvents() {}

    public static SluiceEvent placed(String subject, long position) {
        return event("order.placed", subject, position);
    }

    public static SluiceEvent event(String type, String subject, long position) {
        return new SluiceEvent(
                subject + "-" + position, "/orders", type, subject, position, 1, "2026-11-23T10:00:00Z",
                "application/json", Map.of(), JsonNodeFactory.instance.objectNode().put("amount", position));
    }
}
