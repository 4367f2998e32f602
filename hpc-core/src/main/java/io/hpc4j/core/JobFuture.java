package io.hpc4j.core;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The result of a task whose command is a job: cancelling it ends the job. No thread waits for it. */
final class JobFuture<T extends @Nullable Object> extends CompletableFuture<T> {

    private final JobHandle job;

    JobFuture(JobHandle job, Function<Job, T> result) {
        this.job = job;
        CompletableFuture<Job> unused = job.completion().whenComplete((end, why) -> {
            if (why == null) {
                complete(result.apply(end));
            } else {
                completeExceptionally(new HpcException("the cluster was closed; job " + job.id() + " goes on", why));
            }
        });
    }

    JobHandle job() {
        return job;
    }

    /**
     * Ends the job, unless it runs and must not be interrupted: then it goes on, and only nobody hears of its end.
     *
     * @throws HpcException if the scheduler does not take that; then nothing has changed
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (!isDone() && (mayInterruptIfRunning || !job.state().isStarted())) {
            job.cancel();
        }
        return super.cancel(mayInterruptIfRunning);
    }

    /** Counts as cancelled; what becomes of the job is somebody else's care. */
    void abandon() {
        super.cancel(true);
    }

    /** What is made of this one, such as by {@code thenApply}, is no job any more. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
