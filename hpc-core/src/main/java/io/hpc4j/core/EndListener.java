package io.hpc4j.core;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one durable listener the ends that the store has recorded, from where its cursor stands. Before a call the store
 * knows which end is being told, after it that it was told; so an end is told again only if the listener threw or the
 * process was killed meanwhile, and is marked then. It has no thread: each step is a call by {@link Delivery}.
 */
final class EndListener {

    private static final Logger log = LoggerFactory.getLogger(EndListener.class);
    private static final int PAGE = 100;
    private static final int MAX_DOUBLINGS = 10;

    /** Which listener of which cluster, and the word that makes its cursor this process's. */
    record Name(String cluster, String listener, String owner) {}

    private final Name name;
    private final JobStore store;
    private final Delivery delivery;
    private final WatchSettings pauses;
    private final Consumer<JobEnd> consumer;

    /** The rest is for one step at a time: ends that were read, the cursor as it should be and as the store has it. */
    private final Deque<JobEnd> page = new ArrayDeque<>();

    private ListenerCursor cursor;
    private ListenerCursor kept;

    /** The position of an end that may have been told already; 0 if none. */
    private long unsure;

    private int failures;

    /** Guarded by this: whether a step is under way or will come by itself. */
    private boolean running;

    private boolean pausing;
    private boolean woken;
    private boolean closed;
    private @Nullable Thread stepping;

    /** Takes the cursor. */
    EndListener(Name name, JobStore store, Delivery delivery, WatchSettings pauses, Consumer<JobEnd> consumer) {
        this.name = name;
        this.store = store;
        this.delivery = delivery;
        this.pauses = pauses;
        this.consumer = consumer;
        cursor = store.takeCursor(name.cluster, name.listener, name.owner);
        kept = cursor;
        unsure = cursor.telling();
    }

    /** Says that the store has recorded an end. */
    void wake() {
        synchronized (this) {
            woken = true;
            if (running || closed) {
                return;
            }
            running = true;
        }
        delivery.execute(this::step);
    }

    private void step() {
        if (!begin()) {
            return;
        }
        boolean more = false;
        try {
            more = tellNext();
            failures = 0;
        } catch (RuntimeException | Error e) {
            failures++;
            log.warn("{}: the listener '{}' is told again in {}", name.cluster, name.listener, pause(), e);
        }
        next(more);
    }

    private synchronized boolean begin() {
        pausing = false;
        if (closed) {
            running = false;
            return false;
        }
        woken = false;
        stepping = Thread.currentThread();
        return true;
    }

    private void next(boolean more) {
        boolean failed = failures > 0;
        synchronized (this) {
            stepping = null;
            running = !closed && (failed || more || woken);
            pausing = running && failed;
            notifyAll();
            if (!running) {
                return;
            }
        }
        if (failed) {
            CompletableFuture.delayedExecutor(pause().toMillis(), TimeUnit.MILLISECONDS, delivery::execute)
                    .execute(this::step);
        } else {
            delivery.execute(this::step);
        }
    }

    /** Whether there may be more to tell. */
    private boolean tellNext() {
        if (!keep(cursor)) {
            return false;
        }
        if (page.isEmpty()) {
            page.addAll(store.endsAfter(name.cluster, cursor.told(), PAGE));
        }
        JobEnd end = page.peek();
        if (end == null) {
            return false;
        }
        if (!keep(cursor.withTelling(end.position()))) {
            return false;
        }
        call(end.position() == unsure ? end.withMaybeSeen() : end);
        page.remove();
        return keep(behind(end));
    }

    private void call(JobEnd end) {
        unsure = end.position();
        try {
            consumer.accept(end);
        } finally {
            // an interrupt that the listener left behind would close the files of some databases
            if (Thread.interrupted()) {
                log.debug("{}: the listener '{}' left an interrupt behind", name.cluster, name.listener);
            }
        }
        unsure = 0;
    }

    /** Where to stand after an end; one write says that it was told and which one is told next. */
    private synchronized ListenerCursor behind(JobEnd end) {
        ListenerCursor behind = ListenerCursor.behind(end.position());
        JobEnd following = page.peek();
        return following == null || closed ? behind : behind.withTelling(following.position());
    }

    private boolean keep(ListenerCursor wanted) {
        cursor = wanted;
        if (cursor.equals(kept)) {
            return true;
        }
        if (!store.moveCursor(name.cluster, name.listener, name.owner, cursor)) {
            log.warn(
                    "{}: somebody else tells the listener '{}' now, or it was forgotten; here it is told no more",
                    name.cluster,
                    name.listener);
            stop();
            return false;
        }
        kept = cursor;
        return true;
    }

    private Duration pause() {
        Duration wanted = pauses.minInterval().multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        return wanted.compareTo(pauses.maxInterval()) < 0 ? wanted : pauses.maxInterval();
    }

    private synchronized void stop() {
        closed = true;
        notifyAll();
    }

    /** Tells what is recorded, for a limited time, waits for a call that is under way, for a limited time, and ends. */
    void close(Duration limit) {
        try {
            await(limit);
            stop();
            await(limit);
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
        }
        release();
    }

    private synchronized void await(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        long left = limit.toMillis();
        while (isBusy() && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
    }

    /** Not for the thread that is inside the listener: it would wait for itself. */
    private synchronized boolean isBusy() {
        return stepping != Thread.currentThread() && (stepping != null || (running && !pausing && !closed));
    }

    /** What was about to be told, and now is not, was not seen. */
    private void release() {
        synchronized (this) {
            if (stepping != null) {
                return;
            }
        }
        try {
            if (cursor.telling() != unsure) {
                keep(new ListenerCursor(cursor.told(), 0));
            }
        } catch (RuntimeException e) {
            log.debug("{}: where the listener '{}' stands cannot be kept", name.cluster, name.listener, e);
        }
    }
}
