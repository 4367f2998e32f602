package io.hpc4j.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as an {@link ExecutorService} whose tasks are commands: {@link JobTask}s, or requests themselves. The result
 * of a task is its job as it ended, whatever the end; cancelling a future ends its job. A thousand tasks need no thread
 * of their own. Anything else, such as a lambda, cannot travel to another machine and is a
 * {@link RejectedExecutionException}, as is what the scheduler refuses or cannot be asked; its cause says which.
 *
 * <p>Submitting and cancelling call the scheduler and may block as {@link Cluster#submit} does. Shutting down leaves the
 * cluster open. May be shared between threads.
 */
public final class ClusterExecutor implements ExecutorService {

    private final Cluster cluster;
    private final CompletableFuture<Boolean> terminated = new CompletableFuture<>();

    /** Guarded by this: what has been submitted here and has not ended. */
    private final Map<JobHandle, JobRequest> open = new LinkedHashMap<>();

    private int submitting;
    private boolean shutDown;
    private boolean stopped;

    ClusterExecutor(Cluster cluster) {
        this.cluster = cluster;
    }

    // ---------------------------------------------------------------- one task

    /**
     * Submits a command. Cancelling the future ends the job; it throws the {@link HpcException} of a scheduler that
     * does not take that.
     *
     * @return completes with the job as it ended, whatever the end
     * @throws RejectedExecutionException if it was not submitted
     */
    public CompletableFuture<Job> submit(JobRequest request) {
        return submitAll(List.of(request), end -> end).get(0);
    }

    @Override
    @SuppressWarnings("unchecked") // a JobTask is a Callable<Job>, so T is Job
    public <T> Future<T> submit(Callable<T> task) {
        return (Future<T>) submit(request(task));
    }

    @Override
    public <T> Future<T> submit(Runnable task, T result) {
        return submitAll(List.of(request(task)), end -> result).get(0);
    }

    @Override
    public Future<?> submit(Runnable task) {
        return this.<@Nullable Void>submitAll(List.of(request(task)), end -> null)
                .get(0);
    }

    @Override
    public void execute(Runnable task) {
        List<JobFuture<Job>> unused = submitAll(List.of(request(task)), end -> end);
    }

    private static JobRequest request(Object task) {
        if (task instanceof JobTask job) {
            return job.request();
        }
        if (task instanceof JobTask.Detached detached) {
            return detached.task().request();
        }
        throw new RejectedExecutionException(
                "a task for a cluster is a command, JobTask.of(JobRequest.command(\"./solver\").build());"
                        + " Java code cannot travel to another machine, was "
                        + task.getClass().getName());
    }

    // ---------------------------------------------------------------- many tasks

    @Override
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) throws InterruptedException {
        return invokeAll(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException {
        List<JobFuture<Job>> futures = submitAll(requests(tasks), end -> end);
        boolean interrupted = true;
        try {
            CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new))
                    .get(timeout, unit);
            interrupted = false;
        } catch (ExecutionException | CancellationException | TimeoutException e) {
            interrupted = false; // each future tells its own end
        } finally {
            cancel(futures, interrupted);
        }
        return (List<Future<T>>) (List<?>) futures;
    }

    @Override
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks) throws InterruptedException, ExecutionException {
        try {
            return invokeAny(tasks, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("three centuries have passed", e);
        }
    }

    /** {@inheritDoc} A task has succeeded when its job is {@link JobState#COMPLETED}. */
    @Override
    @SuppressWarnings("unchecked") // as above
    public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException("there must be a task to invoke, was " + tasks);
        }
        List<JobFuture<Job>> futures = submitAll(requests(tasks), end -> end);
        try {
            return (T) firstSuccess(futures, unit.toNanos(timeout));
        } finally {
            cancel(futures, true);
        }
    }

    private static Job firstSuccess(List<JobFuture<Job>> futures, long nanos)
            throws InterruptedException, ExecutionException, TimeoutException {
        long began = System.nanoTime();
        BlockingQueue<JobFuture<Job>> ended = new LinkedBlockingQueue<>();
        for (JobFuture<Job> future : futures) {
            CompletableFuture<Job> unused = future.whenComplete((end, why) -> ended.add(future));
        }
        JobFuture<Job> last = futures.get(0);
        for (int i = 0; i < futures.size(); i++) {
            JobFuture<Job> next = ended.poll(nanos - (System.nanoTime() - began), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new TimeoutException("none of %d jobs has succeeded in time".formatted(futures.size()));
            }
            if (!next.isCompletedExceptionally() && next.join().isSuccess()) {
                return next.join();
            }
            last = next;
        }
        throw new ExecutionException(
                new HpcException("none of %d jobs succeeded; the last was: %s".formatted(futures.size(), last.job())));
    }

    private static List<JobRequest> requests(Collection<?> tasks) {
        return tasks.stream().map(ClusterExecutor::request).toList();
    }

    private <T extends @Nullable Object> List<JobFuture<T>> submitAll(
            List<JobRequest> requests, Function<Job, T> result) {
        begin();
        List<JobHandle> jobs = List.of();
        try {
            jobs = cluster.submitAll(requests);
            return jobs.stream().map(job -> new JobFuture<>(job, result)).toList();
        } catch (BatchSubmitException e) {
            jobs = List.copyOf(e.submitted().values());
            cancelQuietly(jobs, e);
            HpcException first = e.failures().values().iterator().next();
            throw new RejectedExecutionException(first.getMessage(), requests.size() == 1 ? first : e);
        } catch (HpcException | UnsupportedOperationException e) {
            throw new RejectedExecutionException(e.getMessage(), e);
        } finally {
            submitted(requests, jobs);
        }
    }

    // ---------------------------------------------------------------- what is open

    private synchronized void begin() {
        if (shutDown) {
            throw new RejectedExecutionException("this executor of " + cluster + " has been shut down");
        }
        submitting++;
    }

    private void submitted(List<JobRequest> requests, List<JobHandle> jobs) {
        boolean tooLate;
        synchronized (this) {
            submitting--;
            for (int i = 0; i < jobs.size(); i++) {
                open.put(jobs.get(i), requests.get(i));
            }
            tooLate = stopped;
            terminateIfDone();
        }
        for (JobHandle job : jobs) {
            CompletableFuture<Job> unused = job.completion().whenComplete((end, why) -> ended(job));
        }
        if (tooLate) {
            cluster.cancel(jobs.stream().map(JobHandle::id).toList());
        }
    }

    private synchronized void ended(JobHandle job) {
        open.remove(job);
        terminateIfDone();
    }

    /** Guarded by this. */
    private void terminateIfDone() {
        if (shutDown && submitting == 0 && open.isEmpty()) {
            terminated.complete(true);
        }
    }

    /** Ends, in one call, the jobs of futures that are not done. */
    private void cancel(List<JobFuture<Job>> futures, boolean quietly) {
        List<JobFuture<Job>> left = futures.stream().filter(f -> !f.isDone()).toList();
        HpcException noted = new HpcException("some jobs could not be cancelled and go on");
        cancelQuietly(left.stream().map(JobFuture::job).toList(), noted);
        left.forEach(JobFuture::abandon);
        if (!quietly && noted.getSuppressed().length > 0) {
            throw noted;
        }
    }

    private void cancelQuietly(List<JobHandle> jobs, HpcException instead) {
        try {
            cluster.cancel(jobs.stream().map(JobHandle::id).toList());
        } catch (HpcException e) {
            instead.addSuppressed(e);
        }
    }

    // ---------------------------------------------------------------- its end

    @Override
    public synchronized void shutdown() {
        shutDown = true;
        terminateIfDone();
    }

    /**
     * Cancels every job that was submitted here and has not ended, in one call.
     *
     * @return the tasks whose jobs had not started, as far as is known; any executor of a cluster takes them
     */
    @Override
    public List<Runnable> shutdownNow() {
        List<JobHandle> jobs = new ArrayList<>();
        List<Runnable> waiting = new ArrayList<>();
        synchronized (this) {
            shutDown = true;
            stopped = true;
            open.forEach((job, request) -> {
                jobs.add(job);
                if (job.state().isWaiting()) {
                    waiting.add(JobTask.of(request).toRunnable());
                }
            });
            terminateIfDone();
        }
        cluster.cancel(jobs.stream().map(JobHandle::id).toList());
        return waiting;
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutDown;
    }

    /** Whether it was shut down and every job that was submitted here has ended. */
    @Override
    public boolean isTerminated() {
        return terminated.isDone();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            return terminated.get(timeout, unit);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public String toString() {
        return "executor of " + cluster;
    }
}
