package io.hpc4j.testkit;

import io.hpc4j.core.spi.BackendContext;
import io.hpc4j.core.spi.SchedulerBackend;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import java.lang.reflect.Proxy;
import java.util.Set;

/** Opens a backend that can do nothing: for a cluster's files alone, while nobody is connected to its scheduler. */
final class NoBackendProvider implements SchedulerBackendProvider {

    @Override
    public String id() {
        return "none";
    }

    @Override
    public SchedulerBackend open(BackendContext context) {
        return (SchedulerBackend) Proxy.newProxyInstance(
                SchedulerBackend.class.getClassLoader(),
                new Class<?>[] {SchedulerBackend.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "capabilities" -> Set.of();
                    case "reportsEveryChange" -> true;
                    case "close" -> null;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
