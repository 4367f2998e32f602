package io.hpc4j.local;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does things later, on a few threads of its own, which may wait for a node. May be shared between threads. */
final class Later implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Later.class);
    private static final int THREADS = 4;
    private static final long CLOSE_SECONDS = 5;

    private final ScheduledThreadPoolExecutor pool;

    Later() {
        pool = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "hpc-local-later");
            thread.setDaemon(true);
            return thread;
        });
        pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Does something once, unless this is closed before. */
    void after(Duration pause, Runnable task) {
        try {
            Future<?> unused = pool.schedule(guarded(task), pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("nothing is done later, it is being closed");
        }
    }

    /** Does something again and again. */
    void every(Duration pause, Runnable task) {
        Future<?> unused =
                pool.scheduleWithFixedDelay(guarded(task), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("what was to be done later failed", e);
            }
        };
    }

    /** Ends what is being done, and waits for it. */
    @Override
    public void close() {
        pool.shutdownNow();
        try {
            if (!pool.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                log.warn("what was being done does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
