package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NoSuchJobException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** That a cancelled job ends, with all its processes, and no other. */
abstract class BackendCancelKit extends BackendSteeringKit {

    @Test
    void jobCancelledWhileItWaitsNeverRuns() {
        List<JobHandle> blockers = fillCluster("gate");
        JobHandle waiting = submit(sh("echo ran > ran"));

        waiting.cancel();
        Job job = end(waiting);
        openGate("gate");
        blockers.forEach(this::end);
        run(sh("true"));

        assertThat(job.state()).isEqualTo(JobState.CANCELLED);
        assertThat(job.exitStatus().filter(ExitStatus::isSuccess)).isEmpty();
        assertThat(exists("ran")).isFalse();
    }

    @Test
    void jobCancelledWhileItRunsIsCancelledAndNotCompleted() {
        JobHandle handle = submit(gated("gate"));
        untilRunning(handle);

        handle.cancel();

        Job job = end(handle);
        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.CANCELLED);
        assertThat(job.exitStatus().filter(ExitStatus::isSuccess)).isEmpty();
        assertThat(job.endedAt()).isPresent();
    }

    @Test
    void jobCancelledRightAfterItsSubmissionEnds() {
        JobHandle handle = submit(gated("gate"));

        handle.cancel();

        assertThat(end(handle).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void jobCancelledAfterItsEndStaysAsItEnded() {
        JobHandle handle = submit(sh("exit 3"));
        end(handle);

        handle.cancel();

        assertThat(cluster().find(handle.id()).map(Job::state)).contains(JobState.FAILED);
    }

    @Test
    void cancellingTwiceIsNoError() {
        JobHandle handle = submit(gated("gate"));
        untilRunning(handle);

        handle.cancel();
        handle.cancel();

        assertThat(end(handle).state()).isEqualTo(JobState.CANCELLED);
        handle.cancel();
    }

    @Test
    void cancellingAnUnknownJobSaysSo() {
        assertThatThrownBy(() -> cluster().cancel(List.of(unknownJob())))
                .isInstanceOf(NoSuchJobException.class)
                .hasMessageContaining(unknownJob().nativeId());
    }

    @Test
    void unknownJobAmongOthersKeepsNoneOfThemFromBeingCancelled() {
        JobHandle one = submit(gated("gate"));
        JobHandle two = submit(gated("gate"));

        assertThatThrownBy(() -> cluster().cancel(List.of(one.id(), unknownJob(), two.id())))
                .isInstanceOf(NoSuchJobException.class);

        assertThat(end(one).state()).isEqualTo(JobState.CANCELLED);
        assertThat(end(two).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void manyJobsAreCancelledInOneCall() {
        List<JobHandle> handles = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            handles.add(submit(gated("gate")));
        }

        cluster().cancel(handles.stream().map(JobHandle::id).toList());

        assertThat(handles).allMatch(handle -> end(handle).state() == JobState.CANCELLED);
    }

    @Test
    void otherJobsGoOnWhenOneIsCancelled() {
        needsRoomForTwo();
        JobHandle cancelled = submit(gated("gate"));
        JobHandle other = submit(gated("gate"));
        untilRunning(cancelled);
        untilRunning(other);

        cancelled.cancel();
        end(cancelled);

        assertThat(other.refresh().state()).isEqualTo(JobState.RUNNING);
        openGate("gate");
        assertThat(end(other).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void cancelEndsChildrenAndGrandchildren() {
        JobHandle handle = submit(sh("sh -c 'sleep 600 & echo $! > grandchild; wait' & echo $! > child; wait"));
        String child = pid("child");
        String grandchild = pid("grandchild");

        handle.cancel();
        end(handle);

        untilGone(child);
        untilGone(grandchild);
    }

    @Test
    void cancelEndsProcessesThatLeftTheProcessGroup() {
        JobHandle handle = submit(sh("setsid sleep 600 & echo $! > left; wait"));
        String left = pid("left");

        handle.cancel();
        end(handle);

        untilGone(left);
    }

    @Test
    void cancelEndsAJobThatIgnoresTheTermSignal() {
        JobHandle handle = submit(sh("trap '' TERM; sleep 600 & echo $! > child; wait; sleep 600"));
        String child = pid("child");

        handle.cancel();

        assertThat(end(handle, maxWait().multipliedBy(2)).state()).isEqualTo(JobState.CANCELLED);
        untilGone(child);
    }

    @Test
    void cancelByEightThreadsAtOnceIsNoError() {
        JobHandle handle = submit(gated("gate"));
        untilRunning(handle);
        List<CompletableFuture<Void>> cancels = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            cancels.add(CompletableFuture.runAsync(handle::cancel));
        }
        cancels.forEach(CompletableFuture::join);

        assertThat(end(handle).state()).isEqualTo(JobState.CANCELLED);
    }

    /** The process id that a job has written to a file. */
    final String pid(String file) {
        return Eventually.until(
                        maxWait(),
                        "process id in " + file,
                        () -> exists(file) ? read(file) : "",
                        text -> text.endsWith("\n"))
                .strip();
    }
}
