package io.hpc4j.testkit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Calls the real thing behind a proxy of it, so that what an interface gains later is passed on as well. */
final class FaultyCall {

    private static final Object[] NOTHING = {};

    /** What stands between the caller and the real thing. */
    interface Handler {
        @Nullable
        Object call(Method method, Object[] arguments) throws Throwable;
    }

    private FaultyCall() {}

    static <T> T proxy(Class<T> type, Handler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> handler.call(method, arguments == null ? NOTHING : arguments)));
    }

    static @Nullable Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
