package io.hpc4j.core;

import io.hpc4j.core.spi.LocalTransport;
import io.hpc4j.core.spi.SchedulerBackendProvider;
import io.hpc4j.core.spi.Transport;
import io.hpc4j.core.spi.TransportProvider;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds providers on the class path by {@link ServiceLoader}. */
final class Discovery {

    private static final Logger log = LoggerFactory.getLogger(Discovery.class);

    private static final int MAX_FAILURES = 100;

    private Discovery() {}

    static SchedulerBackendProvider backend(String id) {
        return find(
                load(SchedulerBackendProvider.class, SchedulerBackendProvider::id), id, "backend", "hpc-scheduler-");
    }

    static Transport openTransport(ClusterUri uri) {
        if (uri.transport().equals(ClusterUri.LOCAL_TRANSPORT)) {
            return new LocalTransport();
        }
        return find(
                        load(TransportProvider.class, TransportProvider::id),
                        uri.transport(),
                        "transport",
                        "hpc-transport-")
                .open(uri);
    }

    /**
     * All providers of a type by their id. One that cannot be created is logged and left out.
     *
     * @throws HpcException if two have the same id
     */
    static <P> Map<String, P> load(Class<P> type, Function<P, String> idOf) {
        Map<String, P> found = new HashMap<>();
        Iterator<P> providers = ServiceLoader.load(type).iterator();
        while (hasNext(type, providers)) {
            try {
                P provider = providers.next();
                P twin = found.put(idOf.apply(provider), provider);
                if (twin != null) {
                    throw new HpcException("two providers call themselves '%s': %s and %s; leave one of them out"
                            .formatted(
                                    idOf.apply(provider),
                                    twin.getClass().getName(),
                                    provider.getClass().getName()));
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                log.warn("a {} is left out: {}", type.getSimpleName(), e.toString());
            }
        }
        return found;
    }

    /** Each failure is that of one provider, and the next call goes on behind it; unless nothing can be read at all. */
    private static boolean hasNext(Class<?> type, Iterator<?> providers) {
        for (int failures = 0; failures < MAX_FAILURES; failures++) {
            try {
                return providers.hasNext();
            } catch (ServiceConfigurationError | LinkageError e) {
                log.warn("a {} is left out: {}", type.getSimpleName(), e.toString());
            }
        }
        return false;
    }

    private static <P> P find(Map<String, P> providers, String id, String what, String artifact) {
        P provider = providers.get(id);
        if (provider == null) {
            throw new NoSuchBackendException("no %s '%s' among %s; is %s%s on the class path?"
                    .formatted(what, id, new TreeSet<>(providers.keySet()), artifact, id));
        }
        return provider;
    }
}
