package io.hpc4j.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one subscriber has not been told yet. Up to {@value #MOST_EVENTS} events are kept one by one; above that a job has
 * one event, from what the subscriber knows of it to its newest snapshot, so that no end is ever lost and no more is kept
 * than there are jobs. Its signals come one after the other, by {@link Delivery} while the cluster is open.
 */
final class EventSubscription implements Flow.Subscription {

    private static final Logger log = LoggerFactory.getLogger(EventSubscription.class);
    private static final int MOST_EVENTS = 1024;
    private static final int SIGNALS_AT_ONCE = 64;

    private final Consumer<EventSubscription> forget;
    private final Delivery delivery;

    // Guarded by this.
    private Flow.@Nullable Subscriber<? super JobEvent> subscriber;
    private final Deque<Kept> kept = new ArrayDeque<>();
    private final Map<JobId, Kept> newest = new HashMap<>();
    private long demand;
    private @Nullable Throwable error;
    private boolean closing;
    private boolean scheduled;
    private boolean running = true; // until onSubscribe has returned

    private static final class Kept {
        private JobEvent event;

        private Kept(JobEvent event) {
            this.event = event;
        }
    }

    EventSubscription(
            Flow.Subscriber<? super JobEvent> subscriber, Delivery delivery, Consumer<EventSubscription> forget) {
        this.subscriber = subscriber;
        this.delivery = delivery;
        this.forget = forget;
    }

    void begin() {
        Flow.Subscriber<? super JobEvent> to;
        synchronized (this) {
            to = subscriber;
        }
        if (to != null) {
            told(() -> to.onSubscribe(this));
        }
        synchronized (this) {
            running = false;
            schedule();
        }
    }

    synchronized void offer(JobEvent event) {
        if (subscriber == null || closing) {
            return;
        }
        JobId id = event.job().id();
        Kept last = newest.get(id);
        if (last != null && kept.size() >= MOST_EVENTS) {
            last.event = new JobEvent(last.event.previous(), event.job(), event.at());
            return;
        }
        Kept next = new Kept(event);
        kept.add(next);
        newest.put(id, next);
        schedule();
    }

    /** The cluster is closed: nobody is left to call us but the pool that every JVM has. */
    synchronized void close() {
        closing = true;
        scheduled = false;
        schedule();
    }

    @Override
    public synchronized void request(long count) {
        if (subscriber == null) {
            return;
        }
        if (count <= 0) {
            error = new IllegalArgumentException(
                    "a subscriber must request at least 1 event (Reactive Streams, rule 3.9), was " + count);
        } else {
            demand = demand + count < 0 ? Long.MAX_VALUE : demand + count;
        }
        schedule();
    }

    @Override
    public void cancel() {
        synchronized (this) {
            subscriber = null;
            kept.clear();
            newest.clear();
        }
        forget.accept(this);
    }

    // ---------------------------------------------------------------- signals

    /** Guarded by this. */
    private void schedule() {
        boolean due = error != null || (kept.isEmpty() ? closing : demand > 0);
        if (!due || subscriber == null || scheduled || running) {
            return;
        }
        scheduled = true;
        if (!delivery.offer(this::run)) {
            ForkJoinPool.commonPool().execute(this::run);
        }
    }

    private void run() {
        synchronized (this) {
            if (running || !scheduled) {
                return;
            }
            scheduled = false;
            running = true;
        }
        int given = 0;
        while (given < SIGNALS_AT_ONCE && signal()) {
            given++;
        }
        synchronized (this) {
            running = false;
            schedule();
        }
    }

    /** Gives the next signal, if there is one. */
    private boolean signal() {
        Runnable signal = next();
        return signal != null && told(signal);
    }

    private synchronized @Nullable Runnable next() {
        Flow.Subscriber<? super JobEvent> to = subscriber;
        if (to == null) {
            return null;
        }
        Throwable why = error;
        if (why != null) {
            cancel();
            return () -> to.onError(why);
        }
        if (kept.isEmpty()) {
            if (!closing) {
                return null;
            }
            cancel();
            return to::onComplete;
        }
        if (demand == 0) {
            return null;
        }
        demand -= demand == Long.MAX_VALUE ? 0 : 1;
        Kept first = kept.remove();
        newest.remove(first.event.job().id(), first);
        return () -> to.onNext(first.event);
    }

    /** One that throws breaks the rules (2.13), and is told nothing more. */
    private boolean told(Runnable signal) {
        try {
            signal.run();
            return true;
        } catch (RuntimeException | Error e) {
            log.warn("a subscriber to events threw, it is told nothing more", e);
            cancel();
            return false;
        }
    }
}
