package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.ClusterExecutor;
import io.hpc4j.core.HpcException;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobTask;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link java.util.concurrent.ExecutorService} promises, of one whose tasks are jobs. */
@Timeout(60)
class ClusterExecutorTest {

    private final MutableClock clock = MutableClock.at("2026-01-01T00:00:00Z");
    private final ScriptedBackend backend = new ScriptedBackend(clock);
    private final Cluster cluster =
            Cluster.builder("scripted:").provider(backend).clock(clock).connect();
    private final ClusterExecutor executor = cluster.executor();

    @AfterEach
    void close() {
        cluster.close();
    }

    private static JobTask task() {
        return JobTask.of(JobRequest.command("true").build());
    }

    private void end(String id, JobState state) {
        backend.reports.report(List.of(Job.builder(JobId.of(id), state).build()));
    }

    private JobState atScheduler(String id) {
        Job job = backend.queue.get(JobId.of(id));
        return job == null ? JobState.UNKNOWN : job.state();
    }

    // ---------------------------------------------------------------- one task

    @Test
    void resultOfATaskIsItsJobAsItEndedWhateverTheEnd() throws Exception {
        Future<Job> good = executor.submit(task());
        CompletableFuture<Job> bad = executor.submit(JobRequest.command("false").build());
        assertThat(good.isDone()).isFalse();
        end("1", JobState.COMPLETED);
        end("2", JobState.FAILED);
        assertThat(good.get(5, TimeUnit.SECONDS).state()).isEqualTo(JobState.COMPLETED);
        assertThat(bad.thenApply(Job::state).get(5, TimeUnit.SECONDS)).isEqualTo(JobState.FAILED);
    }

    @Test
    void runnableTasksHaveTheResultThatWasGivenOrNone() throws Exception {
        Future<?> none = executor.submit(task().toRunnable());
        Future<String> given = executor.submit(task().toRunnable(), "given");
        executor.execute(task().toRunnable());
        Stream.of("1", "2", "3").forEach(id -> end(id, JobState.COMPLETED));
        assertThat(none.get(5, TimeUnit.SECONDS)).isNull();
        assertThat(given.get(5, TimeUnit.SECONDS)).isEqualTo("given");
        assertThat(backend.submitted.get()).isEqualTo(3);
    }

    @Test
    void javaCodeIsRejectedWithWhatWouldWork() {
        assertThatThrownBy(() -> executor.submit(() -> 42))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("JobTask.of(JobRequest.command(")
                .hasMessageContaining("ClusterExecutorTest$$Lambda");
        assertThatThrownBy(() -> executor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> CompletableFuture.runAsync(() -> {}, executor))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(backend.submitted.get()).isZero();
    }

    @Test
    void taskInAThreadPoolSaysWhereItBelongs() {
        var pool = Executors.newSingleThreadExecutor();
        try {
            assertThatThrownBy(() -> pool.submit(task()).get()).rootCause().hasMessageContaining("cluster.executor()");
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void whatTheSchedulerRefusesOrCannotBeAskedIsRejected() {
        backend.isDown = true;
        assertThatThrownBy(() -> executor.submit(task()))
                .isInstanceOf(RejectedExecutionException.class)
                .hasCauseInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("the controller is away");
    }

    @Test
    void thousandTasksNeedNoThreadOfTheirOwn() {
        int threads = Thread.activeCount();
        for (int i = 0; i < 1000; i++) {
            assertThat(executor.submit(task())).isNotDone();
        }
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 2);
    }

    // ---------------------------------------------------------------- cancelling

    @Test
    void cancellingAFutureEndsItsJob() {
        Future<Job> future = executor.submit(task());
        end("1", JobState.RUNNING);
        await().until(() -> cluster.openJobs().get(0).state() == JobState.RUNNING);

        assertThat(future.cancel(true)).isTrue();

        assertThat(atScheduler("1")).isEqualTo(JobState.CANCELLED);
        assertThat(future.isCancelled() && future.isDone()).isTrue();
        assertThatThrownBy(future::get).isInstanceOf(CancellationException.class);
        assertThat(future.cancel(true)).isTrue();
    }

    @Test
    void runningJobThatMustNotBeInterruptedGoesOn() {
        Future<Job> running = executor.submit(task());
        Future<Job> waiting = executor.submit(task());
        backend.set(JobId.of("1"), JobState.RUNNING);
        end("1", JobState.RUNNING);
        await().until(() -> cluster.openJobs().get(0).state() == JobState.RUNNING);

        assertThat(running.cancel(false) && waiting.cancel(false)).isTrue();

        assertThat(atScheduler("1")).isEqualTo(JobState.RUNNING);
        assertThat(atScheduler("2")).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void endedTaskCannotBeCancelled() throws Exception {
        Future<Job> future = executor.submit(task());
        end("1", JobState.COMPLETED);
        future.get(5, TimeUnit.SECONDS);
        assertThat(future.cancel(true)).isFalse();
        assertThat(future.isCancelled()).isFalse();
    }

    @Test
    void closingTheClusterIsNoCancelling() {
        Future<Job> future = executor.submit(task());
        cluster.close();
        assertThatThrownBy(() -> future.get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(HpcException.class)
                .hasMessageContaining("job 1 goes on");
        assertThat(future.isCancelled()).isFalse();
        assertThat(atScheduler("1")).isEqualTo(JobState.PENDING);
    }

    // ---------------------------------------------------------------- many

    @Test
    void invokeAllWaitsForAllInTheirOrder() throws Exception {
        backend.duringSubmit = () -> backend.reports.report(
                List.of(Job.builder(JobId.of(Integer.toString(backend.submitted.get())), JobState.COMPLETED)
                        .build()));
        List<Future<Job>> ends = executor.invokeAll(Collections.nCopies(20, task()));
        for (int i = 0; i < 20; i++) {
            assertThat(ends.get(i).get().id()).isEqualTo(JobId.of(Integer.toString(i + 1)));
        }
    }

    @Test
    void invokeAllCancelsWhatIsNotDoneInTime() throws Exception {
        backend.duringSubmit = () -> backend.reports.report(
                List.of(Job.builder(JobId.of("1"), JobState.COMPLETED).build()));
        List<Future<Job>> ends = executor.invokeAll(List.of(task(), task()), 200, TimeUnit.MILLISECONDS);
        assertThat(ends.get(0).get().isSuccess()).isTrue();
        assertThat(ends.get(1).isCancelled()).isTrue();
        assertThat(atScheduler("2")).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void invokeAnyReturnsTheFirstSuccessAndCancelsTheOthers() throws Exception {
        backend.duringSubmit = () -> {
            end("1", JobState.FAILED);
            end("2", JobState.COMPLETED);
        };
        assertThat(executor.invokeAny(List.of(task(), task(), task())).id()).isEqualTo(JobId.of("2"));
        assertThat(atScheduler("3")).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void invokeAnyFailsWhenNoneSucceedsOrNoneInTime() {
        backend.duringSubmit = () -> end("1", JobState.FAILED);
        assertThatThrownBy(() -> executor.invokeAny(List.of(task())))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("none of 1 jobs succeeded");
        backend.duringSubmit = () -> {};
        assertThatThrownBy(() -> executor.invokeAny(List.of(task()), 50, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        assertThat(atScheduler("2")).isEqualTo(JobState.CANCELLED);
        assertThatThrownBy(() -> executor.invokeAny(List.<JobTask>of())).isInstanceOf(IllegalArgumentException.class);
    }

    // ---------------------------------------------------------------- its end

    @Test
    void shutdownTakesNothingNewAndTerminatesWithTheLastJob() throws Exception {
        Future<Job> future = executor.submit(task());
        executor.shutdown();
        assertThatThrownBy(() -> executor.submit(task()))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("has been shut down");
        assertThat(executor.isShutdown()).isTrue();
        assertThat(executor.isTerminated()).isFalse();
        assertThat(executor.awaitTermination(20, TimeUnit.MILLISECONDS)).isFalse();
        end("1", JobState.COMPLETED);
        assertThat(executor.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(future.get().isSuccess()).isTrue();
        assertThat(cluster.executor().isShutdown()).isFalse();
    }

    @Test
    void shutdownNowCancelsAllAndReturnsWhatHadNotStarted() throws Exception {
        executor.execute(task().toRunnable());
        executor.execute(JobTask.of(JobRequest.command("waits").build()).toRunnable());
        end("1", JobState.RUNNING);
        await().until(() -> cluster.openJobs().get(0).state() == JobState.RUNNING);

        List<Runnable> waiting = executor.shutdownNow();

        assertThat(List.of(atScheduler("1"), atScheduler("2"))).containsOnly(JobState.CANCELLED);
        assertThat(waiting).hasSize(1);
        cluster.executor().execute(waiting.get(0));
        assertThat(cluster.openJobs()).extracting(JobHandle::id).contains(JobId.of("3"));
        end("1", JobState.CANCELLED);
        end("2", JobState.CANCELLED);
        assertThat(executor.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shutdownOfAnIdleExecutorTerminatesIt() {
        executor.shutdown();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(executor.shutdownNow()).isEmpty();
    }
}
