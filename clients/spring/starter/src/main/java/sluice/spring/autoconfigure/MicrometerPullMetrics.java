package sluice.spring.autoconfigure;

import io.micrometer.core.instrument.MeterRegistry;

import sluice.spring.pull.PullMetrics;

/** {@code sluice.events} by subscription and outcome, and {@code sluice.pull.failures}. */
final class MicrometerPullMetrics implements PullMetrics {
    private final MeterRegistry registry;

    MicrometerPullMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void event(String domain, String subscription, String outcome) {
        registry.counter("sluice.events", "domain", domain, "subscription", subscription, "outcome", outcome)
                .increment();
    }

    @Override
    public void pullFailed(String domain, String subscription) {
        registry.counter("sluice.pull.failures", "domain", domain, "subscription", subscription).increment();
    }
}
