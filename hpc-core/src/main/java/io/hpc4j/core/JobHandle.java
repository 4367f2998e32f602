package io.hpc4j.core;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A job that is being watched: it changes while {@link Job} is a snapshot. May be shared between threads. Thousands of
 * handles cost no more scheduler calls and no more threads than one.
 */
public final class JobHandle {

    private final Cluster cluster;
    private final WatchedJob watched;

    JobHandle(Cluster cluster, WatchedJob watched) {
        this.cluster = cluster;
        this.watched = watched;
    }

    /** The job's id. */
    public JobId id() {
        return watched.id();
    }

    /** The newest snapshot that is known; asks nobody. */
    public Job job() {
        return watched.job();
    }

    /** The newest known state; asks nobody. */
    public JobState state() {
        return watched.job().state();
    }

    /**
     * Waits for the job's end, whatever it is. Neither the time limit nor an interrupt does anything to the job.
     *
     * @return the job as it ended
     * @throws TimeoutException if it has not ended in time
     * @throws InterruptedException if the calling thread is interrupted
     * @throws java.util.concurrent.CancellationException if the cluster is closed meanwhile
     */
    public Job await(Duration limit) throws InterruptedException, TimeoutException {
        try {
            return watched.completion().get(Math.max(0, toNanos(limit)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new TimeoutException(
                    "job %s has not ended within %s; it is %s and goes on".formatted(id(), limit, state()));
        } catch (ExecutionException e) {
            throw new IllegalStateException("job " + id() + " cannot be watched", e.getCause());
        }
    }

    /**
     * Completes with the job as it ended, whatever the end: exactly once, and never exceptionally unless the cluster
     * is closed before. Cancelling or completing this future does nothing to the job.
     */
    public CompletableFuture<Job> completion() {
        return watched.completion().copy();
    }

    /** Completes when the job has started, or has ended without a start. */
    public CompletableFuture<Job> started() {
        return watched.started().copy();
    }

    /**
     * Calls a listener with every change of state, attempt, nodes or reason, in order and never twice at once; one
     * registered after the job's end is called once. Changes before the registration are not told again. What it throws
     * is logged; if it blocks only itself has to wait.
     */
    public Subscription onChange(Consumer<Job> listener) {
        return watched.subscribe(listener);
    }

    /** Asks the scheduler for this job now, and returns what it says. */
    public Job refresh() {
        return cluster.refresh(id());
    }

    /** Reads up to the last MiB of standard output; empty where the file does not exist yet or the place is unknown. */
    public String stdout() {
        return cluster.tail(job().stdout());
    }

    /** Reads up to the last MiB of standard error; empty where the file does not exist yet or the place is unknown. */
    public String stderr() {
        return cluster.tail(job().stderr());
    }

    /** Says why the job waits or why it ended, and what to do about it; see {@link Cluster#explain}. */
    public Explanation explain() {
        return cluster.explain(id());
    }

    /** Ends the job, running or not; one that has ended already is no error. */
    public void cancel() {
        cluster.cancel(List.of(id()));
    }

    /** Keeps the waiting job from starting. */
    public void hold() {
        cluster.hold(List.of(id()));
    }

    /** Lets the held job start again. */
    public void release() {
        cluster.release(List.of(id()));
    }

    /** Stops the job's processes. */
    public void suspend() {
        cluster.suspend(List.of(id()));
    }

    /** Lets the job's processes go on. */
    public void resume() {
        cluster.resume(List.of(id()));
    }

    /** Ends the running job and puts it back into the queue. */
    public void requeue() {
        cluster.requeue(List.of(id()));
    }

    @Override
    public String toString() {
        return job().toString();
    }

    private static long toNanos(Duration limit) {
        try {
            return limit.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }
}
