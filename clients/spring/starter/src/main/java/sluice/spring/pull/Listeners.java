package sluice.spring.pull;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.EmbeddedValueResolverAware;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.StringValueResolver;

import sluice.spring.SluiceListener;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Collects the beans' methods with {@link SluiceListener} while the context starts. */
public final class Listeners implements BeanPostProcessor, EmbeddedValueResolverAware {
    record Found(Object bean, Method method, String domain, String subscription, String[] types) {}

    private final List<Found> found = new ArrayList<>();
    private UnaryOperator<String> resolver = text -> text;

    @Override
    public synchronized void setEmbeddedValueResolver(StringValueResolver values) {
        resolver = values::resolveStringValue;
    }

    @Override
    public synchronized Object postProcessAfterInitialization(Object bean, String name) {
        Map<Method, SluiceListener> methods = MethodIntrospector.selectMethods(
                AopUtils.getTargetClass(bean),
                (MethodIntrospector.MetadataLookup<SluiceListener>)
                        method -> AnnotatedElementUtils.findMergedAnnotation(method, SluiceListener.class));
        methods.forEach((method, listener) -> found.add(
                found(bean, AopUtils.selectInvocableMethod(method, bean.getClass()), listener)));
        return bean;
    }

    private Found found(Object bean, Method method, SluiceListener listener) {
        String[] types = Arrays.stream(listener.types()).map(resolver).toArray(String[]::new);
        return new Found(
                bean, method, resolver.apply(listener.domain()), resolver.apply(listener.subscription()), types);
    }

    synchronized List<Found> found() {
        return List.copyOf(found);
    }
}
