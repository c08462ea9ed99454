package sluice.spring.pull;

import com.fasterxml.jackson.databind.ObjectMapper;

import sluice.spring.SluiceEvent;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** A method that takes the event, its data as a class, or both. Threads: as the bean's. */
final class ListenerMethod {
    private final Object bean;
    private final Method method;
    private final ObjectMapper mapper;

    /** IllegalStateException says what is wrong with its parameters. */
    ListenerMethod(Object bean, Method method, ObjectMapper mapper) {
        this.bean = bean;
        this.method = method;
        this.mapper = mapper;
        int data = 0;
        for (Class<?> type : method.getParameterTypes()) {
            data += type == SluiceEvent.class ? 0 : 1;
        }
        int all = method.getParameterCount();
        if (all == 0 || data > 1 || all - data > 1) {
            throw new IllegalStateException(
                    this + ": a @SluiceListener takes a SluiceEvent, or its data as a class, or both");
        }
        if (method.getReturnType() != void.class) {
            throw new IllegalStateException(
                    this + ": a @SluiceListener returns nothing; it throws RetryException or DeadException");
        }
        method.trySetAccessible();
    }

    /** Throws what the method throws. */
    void call(SluiceEvent event) throws Throwable {
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int at = 0; at < types.length; ++at) {
            arguments[at] = types[at] == SluiceEvent.class ? event : event.dataAs(types[at], mapper);
        }
        try {
            method.invoke(bean, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    @Override
    public String toString() {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }
}
