package io.hpc4j.core;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls other people's code. One thread does it as long as they return soon; a thread that has been inside one call
 * for longer than {@value #STUCK_MILLIS} ms while others wait is left to it, and another takes its place.
 */
final class Delivery implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);
    private static final long STUCK_MILLIS = 50;
    private static final long IDLE_MILLIS = 10_000;
    private static final int MAX_THREADS = 256;
    private static final int MAX_VALUES = 100_000;

    private final String name;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final Set<Worker> workers = new HashSet<>();
    private int idle;
    private boolean closed;

    Delivery(String name) {
        this.name = name;
    }

    /** Calls something soon, in no particular order to other calls. */
    synchronized void execute(Runnable call) {
        boolean unused = offer(call);
    }

    /** The same; returns false, and does nothing, if this is closed. */
    synchronized boolean offer(Runnable call) {
        if (closed) {
            return false;
        }
        queue.add(call);
        if (idle > 0) {
            notify();
        } else {
            relieve();
        }
        return true;
    }

    /** Whether something waits to be called; then {@link #relieve} has to be called from time to time. */
    synchronized boolean isWaiting() {
        return !queue.isEmpty();
    }

    /** Adds a thread if all there are have been stuck in a call for too long. */
    synchronized void relieve() {
        if (queue.isEmpty() || idle > 0 || workers.size() >= MAX_THREADS) {
            return;
        }
        long now = System.nanoTime();
        if (workers.stream().allMatch(w -> w.isStuck(now))) {
            Worker worker = new Worker();
            workers.add(worker);
            Thread thread = new Thread(worker, "hpc-delivery-" + name);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Lets what waits be called, for a short time, and ends. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
        synchronized (this) {
            closed = true;
            notifyAll();
            boolean interrupted = false;
            while (!queue.isEmpty() && System.nanoTime() < deadline && !interrupted) {
                relieve();
                try {
                    wait(10);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            queue.clear();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    <T> Subscriber<T> subscriber(String what, Consumer<T> listener) {
        return new Subscriber<>(what, listener);
    }

    private @Nullable Runnable next(Worker worker) {
        synchronized (this) {
            worker.busySince = 0;
            long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);
            while (queue.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(giveUp - System.nanoTime());
                if (closed || left <= 0) {
                    workers.remove(worker);
                    return null;
                }
                idle++;
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    log.debug("{}: an interrupt of a delivering thread is ignored", name);
                } finally {
                    idle--;
                }
            }
            worker.busySince = System.nanoTime();
            return queue.poll();
        }
    }

    private final class Worker implements Runnable {

        /** Since when it is inside a call, on the clock of {@link System#nanoTime}; 0 while it is not. */
        private long busySince;

        private boolean isStuck(long now) {
            return busySince != 0 && now - busySince > TimeUnit.MILLISECONDS.toNanos(STUCK_MILLIS);
        }

        @Override
        public void run() {
            for (Runnable call = next(this); call != null; call = next(this)) {
                try {
                    call.run();
                } catch (RuntimeException | Error e) {
                    log.warn("{}: a callback failed", name, e);
                }
            }
        }
    }

    /** One listener: gets its values in order, never two at once. */
    final class Subscriber<T> {

        private final String what;
        private final Consumer<T> listener;
        private final Deque<T> values = new ArrayDeque<>(1);
        private boolean running;

        private Subscriber(String what, Consumer<T> listener) {
            this.what = what;
            this.listener = listener;
        }

        void deliver(T value) {
            synchronized (values) {
                if (values.size() >= MAX_VALUES) {
                    lost(values.remove());
                }
                values.add(value);
                if (running) {
                    return;
                }
                running = true;
            }
            execute(this::drain);
        }

        private void lost(T value) {
            log.warn("{}: the {} is too slow, it does not get {}", name, what, value);
        }

        private void drain() {
            T value;
            synchronized (values) {
                value = values.remove();
            }
            try {
                listener.accept(value);
            } catch (RuntimeException | Error e) {
                log.warn("{}: the {} threw", name, what, e);
            }
            synchronized (values) {
                running = !values.isEmpty();
                if (!running) {
                    return;
                }
            }
            execute(this::drain);
        }
    }
}
