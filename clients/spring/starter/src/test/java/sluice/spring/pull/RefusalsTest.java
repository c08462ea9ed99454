package sluice.spring.pull;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import sluice.spring.SluiceEvent;
import sluice.spring.SluiceListener;
import sluice.spring.autoconfigure.SluiceAutoConfiguration;
import sluice.spring.publish.SluiceTemplate;

/** What a service's start refuses, and what it says about it. */
class RefusalsTest {
    private final ApplicationContextRunner service = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, SluiceAutoConfiguration.class));

    static class NoParameters {
        @SluiceListener(domain = "shop", subscription = "billing")
        void on() {}
    }

    static class TwoData {
        @SluiceListener(domain = "shop", subscription = "billing")
        void on(String one, String two) {}
    }

    static class Answering {
        @SluiceListener(domain = "shop", subscription = "billing")
        boolean on(SluiceEvent event) {
            return true;
        }
    }

    static class Twice {
        @SluiceListener(domain = "shop", subscription = "billing", types = "order.placed")
        void one(SluiceEvent event) {}

        @SluiceListener(domain = "shop", subscription = "billing", types = {"order.paid", "order.placed"})
        void two(SluiceEvent event) {}
    }

    static class NoDomain {
        @SluiceListener(subscription = "billing")
        void on(SluiceEvent event) {}
    }

    private void refused(Class<?> bean, String message) {
        service.withBean(bean).run(context ->
                assertThat(context.getStartupFailure()).rootCause().hasMessageContaining(message));
    }

    @Test
    void listenersThatCannotWork() {
        refused(NoParameters.class, "NoParameters.on: a @SluiceListener takes a SluiceEvent, or its data as a class");
        refused(TwoData.class, "TwoData.on: a @SluiceListener takes");
        refused(Answering.class, "Answering.on: a @SluiceListener returns nothing");
        refused(Twice.class, "both handle order.placed of subscription billing");
        refused(NoDomain.class, "which domain has the subscription billing?");
    }

    @Test
    void aListenerWithoutADatabase() {
        service.withBean(NoDomain.class).withPropertyValues("sluice.domain=shop").run(context ->
                assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("needs a DataSource"));
    }

    @Test
    void nothingIsPulledWhereItIsOff() {
        service.withBean(NoDomain.class).withPropertyValues("sluice.enabled=false").run(context -> assertThat(context)
                .hasNotFailed().hasSingleBean(SluiceTemplate.class).doesNotHaveBean(SluicePull.class));
    }

    @Test
    void isCountedWhereThereIsARegistry() {
        service.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            context.getBean(PullMetrics.class).event("shop", "billing", "done");
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.get("sluice.events").tag("outcome", "done").counter().count()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "url, sluice.example", "url, http://user@sluice.example", "url, ftp://sluice.example", "token, a b", "max, 0",
        "max, 1001", "concurrency, 0", "poll, 61s", "lease, 99ms", "held-max, 1s", "stop, -1s", "backoff-max, 1ms",
        "publish-timeout, 0s"
    })
    void aPropertyOutOfItsRange(String name, String value) {
        service.withPropertyValues("sluice." + name + "=" + value).run(context ->
                assertThat(context.getStartupFailure()).rootCause().hasMessageStartingWith("sluice." + name + ": "));
    }
}
