package io.hpc4j.core;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The durable listeners of a cluster, by their names. */
final class EndListeners implements AutoCloseable {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final String cluster;
    private final String owner = UUID.randomUUID().toString();
    private final JobStore store;
    private final Delivery delivery;
    private final WatchSettings pauses;
    private final Map<String, EndListener> all = new HashMap<>();

    EndListeners(String cluster, JobStore store, Delivery delivery, WatchSettings pauses) {
        this.cluster = cluster;
        this.store = store;
        this.delivery = delivery;
        this.pauses = pauses;
    }

    Subscription subscribe(String name, Consumer<JobEnd> consumer) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a listener's name has 1 to 64 letters, digits, dots, dashes and underscores, was "
                            + Text.quoted(name));
        }
        EndListener listener;
        synchronized (all) {
            if (all.containsKey(name)) {
                throw new IllegalStateException("the listener '%s' of %s is there already".formatted(name, cluster));
            }
            listener = new EndListener(new EndListener.Name(cluster, name, owner), store, delivery, pauses, consumer);
            all.put(name, listener);
        }
        listener.wake();
        return () -> remove(name, listener);
    }

    private void remove(String name, EndListener listener) {
        listener.close(CLOSE_LIMIT);
        synchronized (all) {
            all.remove(name, listener);
        }
    }

    /** Says that the store has recorded an end. */
    void wake() {
        listeners().forEach(EndListener::wake);
    }

    private List<EndListener> listeners() {
        synchronized (all) {
            return List.copyOf(all.values());
        }
    }

    @Override
    public void close() {
        listeners().forEach(listener -> listener.close(CLOSE_LIMIT));
    }
}
