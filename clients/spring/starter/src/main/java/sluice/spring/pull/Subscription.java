package sluice.spring.pull;

import java.util.HashMap;
import java.util.Map;

/** Which method handles which type. Filled before it starts, and read only from then on. */
final class Subscription {
    static final String GAP = "sluice.gap";

    private final String domain;
    private final String name;
    private final Map<String, ListenerMethod> byType = new HashMap<>();
    private ListenerMethod others;

    Subscription(String domain, String name) {
        this.domain = domain;
        this.name = name;
    }

    String domain() {
        return domain;
    }

    String name() {
        return name;
    }

    /** No types: all others. IllegalStateException: a type would have two methods. */
    void add(ListenerMethod method, String[] types) {
        if (types.length == 0) {
            refuseSecond(others, method, "all other types");
            others = method;
        }
        for (String type : types) {
            refuseSecond(byType.put(type, method), method, type);
        }
    }

    /** Null: nobody wants this type. */
    ListenerMethod methodFor(String type) {
        ListenerMethod named = byType.get(type);
        return named != null || GAP.equals(type) ? named : others;
    }

    private void refuseSecond(ListenerMethod first, ListenerMethod second, String type) {
        if (first != null) {
            throw new IllegalStateException(
                    first + " and " + second + " both handle " + type + " of subscription " + name);
        }
    }
}
