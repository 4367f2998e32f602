package io.hpc4j.core;

import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * A command as a task for {@link Cluster#executor()}. It is a {@link Callable} so that everything that takes an
 * {@link java.util.concurrent.ExecutorService} takes it; it runs on a cluster, never in a thread of this JVM.
 *
 * <pre>{@code
 * Future<Job> end = cluster.executor().submit(JobTask.of(JobRequest.command("./solver", "case.dat").build()));
 * }</pre>
 */
public final class JobTask implements Callable<Job> {

    private final JobRequest request;

    private JobTask(JobRequest request) {
        this.request = Objects.requireNonNull(request);
    }

    /** A task that submits this request; its result is the job as it ended, whatever the end. */
    public static JobTask of(JobRequest request) {
        return new JobTask(request);
    }

    /** What it submits. */
    public JobRequest request() {
        return request;
    }

    /**
     * The same for {@link java.util.concurrent.Executor#execute}. What {@link ClusterExecutor#shutdownNow()} returns are
     * such.
     */
    public Runnable toRunnable() {
        return new Detached(this);
    }

    /**
     * Refuses: a thread pool would have to wait for the job with a thread of its own.
     *
     * @throws UnsupportedOperationException always, with what would have worked
     */
    @Override
    public Job call() {
        throw wrongExecutor();
    }

    private static UnsupportedOperationException wrongExecutor() {
        return new UnsupportedOperationException(
                "a command runs on a cluster, not in a thread; hand it to cluster.executor(), or use cluster.submit()");
    }

    @Override
    public String toString() {
        return "JobTask[" + request + "]";
    }

    /** A task whose result nobody waits for. */
    record Detached(JobTask task) implements Runnable {
        @Override
        public void run() {
            throw wrongExecutor();
        }
    }
}
