package sluice.spring.autoconfigure;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;

import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import sluice.spring.SluiceProperties;
import sluice.spring.http.SluiceHttp;
import sluice.spring.inbox.JdbcInbox;
import sluice.spring.publish.SluiceTemplate;
import sluice.spring.pull.Listeners;
import sluice.spring.pull.PullMetrics;
import sluice.spring.pull.PullOptions;
import sluice.spring.pull.SluicePull;

import java.time.Clock;

import javax.sql.DataSource;

/** What the starter brings: a publisher, and, where beans have listeners, their pulling. */
@AutoConfiguration(
        after = {JacksonAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class},
        afterName = {
            "org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration"
        })
@EnableConfigurationProperties(SluiceProperties.class)
public class SluiceAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    SluiceHttp sluiceHttp(SluiceProperties properties, ObjectMapper mapper) {
        // Data passes as it was written: no number goes through a double.
        return new SluiceHttp(
                properties.url(),
                properties.token(),
                mapper.reader()
                        .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES));
    }

    @Bean
    @ConditionalOnMissingBean
    SluiceTemplate sluiceTemplate(SluiceHttp http, SluiceProperties properties, ObjectMapper mapper) {
        return new SluiceTemplate(http, mapper, properties.publishTimeout());
    }

    @Bean
    @ConditionalOnProperty(name = "sluice.enabled", matchIfMissing = true)
    static Listeners sluiceListeners() {
        return new Listeners();
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty(name = "sluice.enabled", matchIfMissing = true)
    SluicePull sluicePull(
            Listeners listeners,
            SluiceHttp http,
            ObjectMapper mapper,
            SluiceProperties properties,
            ObjectProvider<DataSource> dataSources,
            ObjectProvider<PlatformTransactionManager> managers,
            ObjectProvider<PullMetrics> metrics) {
        DataSource dataSource = dataSources.getIfUnique();
        PlatformTransactionManager manager = managers.getIfUnique();
        return new SluicePull(
                listeners,
                http,
                mapper,
                new SluicePull.Needs(
                        dataSource == null ? null : new JdbcInbox(dataSource, Clock.systemUTC()),
                        manager == null ? null : new TransactionTemplate(manager),
                        properties.createInbox()),
                metrics.getIfUnique(() -> PullMetrics.NONE),
                new PullOptions(
                        properties.max(),
                        properties.poll(),
                        properties.lease(),
                        properties.heldMax(),
                        properties.concurrency(),
                        properties.stop(),
                        properties.backoffMax()),
                properties.domain());
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    static class Metrics {
        @Bean
        @ConditionalOnBean(MeterRegistry.class)
        @ConditionalOnMissingBean
        PullMetrics sluiceMetrics(MeterRegistry registry) {
            return new MicrometerPullMetrics(registry);
        }
    }
}
