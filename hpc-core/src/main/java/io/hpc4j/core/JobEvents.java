package io.hpc4j.core;

import java.util.ArrayList;
import java.util.Collection;
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
    private static final long LONGEST_PAUSE_MILLIS = 5000;
    private static final long CLOSE_MILLIS = 5000;

    private final String cluster;
    private final JobStore store;
    private final Delivery delivery;
    private final EndListeners endListeners;
    private final EventPublisher publisher;
    private final List<Delivery.Subscriber<JobEvent>> subscribers = new ArrayList<>();
    private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();

    /** Guarded by itself: what the store has not taken yet. */
    private final Map<JobId, Job> unsaved = new LinkedHashMap<>();

    /** Guarded by {@link #unsaved}. */
    private final List<JobStore.Binding> unbound = new ArrayList<>();

    /** For the thread of events: when the store is to be tried again, and after which pause. */
    private long nextTry = System.nanoTime();

    private long pauseMillis = LOOK_MILLIS;
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
        this.publisher = new EventPublisher(delivery);
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

    EventPublisher publisher() {
        return publisher;
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
            long millis = delivery.isWaiting() || isBehind() ? LOOK_MILLIS : IDLE_MILLIS;
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

    /** Has the store told, when it is there again, of jobs that are not watched yet. */
    void keepLater(Collection<Job> jobs, Collection<JobStore.Binding> bindings) {
        synchronized (unsaved) {
            jobs.forEach(job -> unsaved.putIfAbsent(job.id(), job));
            unbound.addAll(bindings);
        }
    }

    private boolean isBehind() {
        synchronized (unsaved) {
            return !unsaved.isEmpty() || !unbound.isEmpty();
        }
    }

    /** Nobody else takes anything out, so what is added meanwhile stays for the next time. */
    private void save(List<Entry> batch) {
        Map<JobId, Job> jobs;
        List<JobStore.Binding> bindings;
        synchronized (unsaved) {
            batch.forEach(e -> unsaved.put(e.event().job().id(), e.event().job()));
            jobs = new LinkedHashMap<>(unsaved);
            bindings = List.copyOf(unbound);
        }
        if ((jobs.isEmpty() && bindings.isEmpty()) || (System.nanoTime() - nextTry < 0 && !closed)) {
            return;
        }
        try {
            store.update(cluster, jobs.values());
            if (!bindings.isEmpty()) {
                store.bind(cluster, bindings);
            }
            pauseMillis = LOOK_MILLIS;
            synchronized (unsaved) {
                jobs.forEach(unsaved::remove);
                unbound.subList(0, bindings.size()).clear();
            }
            if (jobs.values().stream().anyMatch(Job::isFinal)) {
                endListeners.wake();
            }
        } catch (RuntimeException e) {
            log.warn(
                    "{}: the store does not take {} jobs, trying again in {} ms: {}",
                    cluster,
                    jobs.size(),
                    pauseMillis,
                    e.toString());
            nextTry = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMillis);
            pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
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
        publisher.publish(event);
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
        publisher.close();
    }
}
