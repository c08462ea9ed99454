package sluice.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method handles events of a pull subscription, one call each: of a subject in order, of many
 * subjects at once. It takes the {@link SluiceEvent}, or its data as a class that Jackson reads, or
 * both.
 *
 * <p>It runs inside a transaction of the service's DataSource that already holds the inbox row: what
 * it writes there and the fact that it has written it become durable together, or neither. When it
 * returns, the event is done. {@link RetryException} and {@link DeadException} say otherwise; any
 * other exception is a retry. All members take placeholders: {@code "${billing.subscription}"}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface SluiceListener {
    /** The subscription's name in sluice.yaml. Progress is kept under it, for ever. */
    String subscription();

    /**
     * Which types. Empty: all that no other method of this subscription names, but for {@code
     * sluice.gap}, which must be named.
     */
    String[] types() default {};

    /** The subscription's domain; left out: {@code sluice.domain}. */
    String domain() default "";
}
