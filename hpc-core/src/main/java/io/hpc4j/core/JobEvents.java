package io.hpc4j.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to jobs, in order: first it is kept in the store, then it is told to sinks, listeners and futures; durable
 * listeners are told what the store has. One thread; other people's code is called by {@link Delivery}.
 */
final class JobEvents implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(JobEvents.class);
    private static final int BATCH = 1000;
    private static final long LOOK_MILLIS = 50;
    private static final long IDLE_MILLIS = 1000;
    private static final long CLOSE_MILLIS = 5000;

    private final String cluster;
    private final JobStore store;
    private final Delivery delivery;
    private final EndListeners endListeners;
    private final List<Delivery.Subscriber<JobEvent>> subscribers = new ArrayList<>();
    private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
    private final Map<JobId, Job> unsaved = new LinkedHashMap<>();
    private final Thread thread;
    private final Object waking = new Object();
    private boolean isWaiting;
    private volatile boolean closed;

    private record Entry(WatchedJob watched, JobEvent event) {}

    JobEvents(String cluster, JobStore store, WatchSettings settings) {
        this.cluster = cluster;
        this.store = store;
        this.delivery = new Delivery(cluster);
        this.endListeners = new EndListeners(cluster, store, delivery, settings);
        this.thread = new Thread(this::run, "hpc-events-" + cluster);
        thread.setDaemon(true);
        thread.start();
    }

    Delivery delivery() {
        return delivery;
    }

    EndListeners endListeners() {
        return endListeners;
    }

    void add(WatchedJob watched, JobEvent event) {
        queue.add(new Entry(watched, event));
    }

    Subscription subscribe(String what, Consumer<JobEvent> listener) {
        Delivery.Subscriber<JobEvent> subscriber = delivery.subscriber(what, listener);
        synchronized (subscribers) {
            subscribers.add(subscriber);
        }
        return () -> {
            synchronized (subscribers) {
                subscribers.remove(subscriber);
            }
        };
    }

    private void run() {
        List<Entry> batch = new ArrayList<>();
        while (!closed || !queue.isEmpty()) {
            batch.clear();
            first().ifPresent(batch::add);
            queue.drainTo(batch, BATCH);
            save(batch);
            batch.forEach(this::tell);
            delivery.relieve();
        }
    }

    /** Waits for an event. Only here the thread is interrupted: in the store, that would close the files of some databases. */
    private Optional<Entry> first() {
        synchronized (waking) {
            if (closed) {
                return Optional.empty();
            }
            isWaiting = true;
        }
        try {
            long millis = delivery.isWaiting() || !unsaved.isEmpty() ? LOOK_MILLIS : IDLE_MILLIS;
            return Optional.ofNullable(queue.poll(millis, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            log.debug("{}: the wait for events was interrupted", cluster);
            return Optional.empty();
        } finally {
            synchronized (waking) {
                isWaiting = false;
                boolean unused = Thread.interrupted();
            }
        }
    }

    private void save(List<Entry> batch) {
        batch.forEach(e -> unsaved.put(e.event().job().id(), e.event().job()));
        if (unsaved.isEmpty()) {
            return;
        }
        try {
            store.update(cluster, unsaved.values());
            boolean hasEnd = unsaved.values().stream().anyMatch(Job::isFinal);
            unsaved.clear();
            if (hasEnd) {
                endListeners.wake();
            }
        } catch (RuntimeException e) {
            log.warn("{}: the store does not take {} jobs, trying again: {}", cluster, unsaved.size(), e.toString());
        }
    }

    private void tell(Entry entry) {
        JobEvent event = entry.event();
        log.debug(
                "{}: {} -> {}",
                event.job().id(),
                event.previous().state(),
                event.job().state());
        List<Delivery.Subscriber<JobEvent>> all;
        synchronized (subscribers) {
            all = List.copyOf(subscribers);
        }
        all.forEach(s -> s.deliver(event));
        entry.watched().tell(event);
    }

    /** Tells what has happened so far, for a limited time, and ends. */
    @Override
    public void close() {
        synchronized (waking) {
            closed = true;
            if (isWaiting) {
                thread.interrupt();
            }
        }
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        endListeners.close();
        delivery.close();
    }
}
