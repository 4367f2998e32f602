package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobEvent;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.RejectedJobException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** That the end of a job is told rightly, and what comes before it in order. */
abstract class BackendEndsKit extends BackendKitSupport {

    private static final int TERM = 15;
    private static final int KILL = 9;
    private static final int SEGV = 11;

    // ---------------------------------------------------------------- exit codes

    @Test
    void jobThatExitsWithZeroIsCompleted() {
        Job job = end(submit(sh("exit 0")));

        assertThat(job.state()).isEqualTo(JobState.COMPLETED);
        assertThat(job.exitStatus()).contains(ExitStatus.SUCCESS);
        assertThat(job.isSuccess()).isTrue();
    }

    @Test
    void jobThatExitsWithOneIsFailedWithCodeOne() {
        assertFailed(end(submit(sh("exit 1"))), 1);
    }

    @Test
    void jobThatExitsWithThreeIsFailedWithCodeThree() {
        assertFailed(end(submit(sh("exit 3"))), 3);
    }

    @Test
    void jobThatExitsWithTheHighestCodeIsFailedWithIt() {
        assertFailed(end(submit(sh("exit 255"))), 255);
    }

    @Test
    void scriptsExitCodeIsThatOfItsLastCommand() {
        assertFailed(
                end(submit(JobRequest.script("#!/bin/sh\nfalse\n(exit 42)\n").workingDirectory(folder()))), 42);
    }

    private static void assertFailed(Job job, int code) {
        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.FAILED);
        assertThat(job.exitStatus()).contains(ExitStatus.ofCode(code));
        assertThat(job.isSuccess()).isFalse();
    }

    // ---------------------------------------------------------------- signals

    @Test
    void jobThatTerminatesItselfIsFailedWithThatSignal() {
        assertSignalled(end(submit(sh("kill -TERM $$; sleep 60"))), TERM);
    }

    @Test
    void jobThatKillsItselfIsFailedWithThatSignal() {
        assertSignalled(end(submit(sh("kill -KILL $$; sleep 60"))), KILL);
    }

    @Test
    void jobThatCrashesIsFailedWithThatSignal() {
        assertSignalled(end(submit(sh("ulimit -c 0; kill -SEGV $$; sleep 60"))), SEGV);
    }

    /** Where a shell stands between, it shows the signal as an exit code. */
    private static void assertSignalled(Job job, int signal) {
        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.FAILED);
        assertThat(job.exitStatus().map(ExitStatus::shellCode)).contains(128 + signal);
    }

    // ---------------------------------------------------------------- without a start

    @Test
    void programThatDoesNotExistFailsOrIsRefused() {
        JobRequest.Builder request =
                JobRequest.command("/no/such/program", "argument").workingDirectory(folder());
        try {
            Job job = end(submit(request));
            assertThat(job.state()).as(job.toString()).isEqualTo(JobState.FAILED);
            assertThat(job.exitStatus().filter(ExitStatus::isSuccess)).isEmpty();
        } catch (RejectedJobException e) {
            assertThat(e).hasMessageContaining("/no/such/program");
        }
    }

    @Test
    void programThatMayNotBeExecutedFailsOrIsRefused() {
        write("plain.txt", "no program\n", 0644);
        try {
            Job job = end(submit(JobRequest.command(path("plain.txt")).workingDirectory(folder())));
            assertThat(job.state()).as(job.toString()).isEqualTo(JobState.FAILED);
        } catch (RejectedJobException e) {
            assertThat(e).hasMessageContaining("plain.txt");
        }
    }

    @Test
    void missingWorkingDirectoryFailsOrIsRefusedAndNothingRuns() {
        JobRequest.Builder request = sh("echo ran > \"$1\"", path("ran")).workingDirectory(path("missing"));
        try {
            Job job = end(submit(request));
            assertThat(job.state()).as(job.toString()).isEqualTo(JobState.FAILED);
        } catch (RejectedJobException e) {
            assertThat(e).hasMessageContaining("missing");
        }
        assertThat(exists("ran")).isFalse();
    }

    // ---------------------------------------------------------------- order

    @Test
    void listenerSeesRunningBeforeCompleted() {
        List<JobEvent> seen = new CopyOnWriteArrayList<>();
        cluster().onEvent(seen::add); // before the job is there, so that it misses nothing
        JobHandle handle = submit(gated("gate"));
        untilRunning(handle);
        openGate("gate");
        end(handle);

        assertThat(statesUntil(JobState.COMPLETED, handle, seen))
                .containsSubsequence(JobState.RUNNING, JobState.COMPLETED)
                .endsWith(JobState.COMPLETED);
    }

    @Test
    void listenerOfAJobHearsOfItsEnd() {
        List<JobState> seen = new CopyOnWriteArrayList<>();
        JobHandle handle = submit(gated("gate"));
        untilRunning(handle);
        handle.onChange(job -> seen.add(job.state()));
        openGate("gate");
        end(handle);

        Eventually.until(maxWait(), "last event", () -> List.copyOf(seen), s -> s.contains(JobState.COMPLETED));
    }

    private List<JobState> statesUntil(JobState last, JobHandle handle, List<JobEvent> seen) {
        return Eventually.until(
                maxWait(),
                "event " + last,
                () -> seen.stream()
                        .map(JobEvent::job)
                        .filter(job -> job.id().equals(handle.id()))
                        .map(Job::state)
                        .toList(),
                states -> states.contains(last));
    }

    @Test
    void statesNeverGoBack() {
        List<JobEvent> seen = new CopyOnWriteArrayList<>();
        cluster().onEvent(seen::add);
        JobHandle handle = submit(gated("gate", "exit 3"));
        untilRunning(handle);
        openGate("gate");
        end(handle);

        assertThat(statesUntil(JobState.FAILED, handle, seen))
                .isSorted()
                .doesNotContain(JobState.LOST, JobState.UNKNOWN);
    }

    @Test
    void runningJobHasNoExitStatus() {
        JobHandle handle = submit(gated("gate"));
        untilRunning(handle);

        Job job = handle.refresh();

        assertThat(job.state()).isEqualTo(JobState.RUNNING);
        assertThat(job.exitStatus()).isEmpty();
        assertThat(job.endedAt()).isEmpty();
    }

    @Test
    void timesOfAnEndedJobAreInOrder() {
        Job job = run(sh("true"));

        assertThat(job.submittedAt()).isPresent();
        assertThat(job.startedAt()).isPresent();
        assertThat(job.endedAt()).isPresent();
        assertThat(job.startedAt().orElseThrow())
                .isAfterOrEqualTo(job.submittedAt().orElseThrow());
        assertThat(job.endedAt().orElseThrow()).isAfterOrEqualTo(job.startedAt().orElseThrow());
    }

    @Test
    void startedCompletesWhileTheJobRuns() throws Exception {
        JobHandle handle = submit(gated("gate"));

        Job started = handle.started().get(maxWait().toMillis(), TimeUnit.MILLISECONDS);

        assertThat(started.state().isEnded()).as(started.toString()).isFalse();
        assertThat(started.startedAt()).isPresent();
        assertThat(handle.completion()).isNotDone();
    }

    @Test
    void completionCompletesWithTheEndedJob() throws Exception {
        CompletableFuture<Job> completion = submit(sh("exit 9")).completion();

        Job job = completion.get(maxWait().toMillis(), TimeUnit.MILLISECONDS);

        assertFailed(job, 9);
    }

    @Test
    void awaitThatRunsOutLeavesTheJobRunning() {
        JobHandle handle = submit(gated("gate", "exit 5"));
        untilRunning(handle);

        assertThatThrownBy(() -> handle.await(Duration.ofMillis(20))).isInstanceOf(TimeoutException.class);

        assertThat(handle.refresh().state()).isEqualTo(JobState.RUNNING);
        openGate("gate");
        assertFailed(end(handle), 5);
    }

    @Test
    void endCanBeReadAsOftenAsWanted() {
        JobHandle handle = submit(sh("exit 6"));
        Job first = end(handle);

        assertThat(end(handle).exitStatus()).isEqualTo(first.exitStatus());
        assertThat(cluster().find(handle.id()).orElseThrow().state()).isEqualTo(JobState.FAILED);
        assertThat(cluster().find(handle.id()).orElseThrow().exitStatus()).contains(ExitStatus.ofCode(6));
        assertFailed(end(cluster().attach(handle.id())), 6);
    }
}
