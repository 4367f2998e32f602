package io.hpc4j.testkit;

import static io.hpc4j.core.Dependency.Type.AFTER_ANY;
import static io.hpc4j.core.Dependency.Type.AFTER_NOT_OK;
import static io.hpc4j.core.Dependency.Type.AFTER_OK;
import static io.hpc4j.core.Dependency.Type.AFTER_START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.Capability;
import io.hpc4j.core.Dependency;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.RejectedJobException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** That a job starts after other jobs, and only if what it waits for has happened. */
abstract class BackendDependencyKit extends BackendArrayKit {

    private JobHandle after(Dependency.Type type, JobHandle... others) {
        JobId[] ids = Arrays.stream(others).map(JobHandle::id).toArray(JobId[]::new);
        return submit(sh("echo ran >> after").dependsOn(type, ids));
    }

    private void assertRunsAfter(Dependency.Type type, String end, JobState state) {
        needs(Capability.DEPENDENCIES);
        JobHandle first = submit(gated("gate", end));
        untilRunning(first);
        JobHandle second = after(type, first);
        assertThat(second.refresh().state().isWaiting()).as(second.toString()).isTrue();

        openGate("gate");

        assertThat(end(first).state()).isEqualTo(state);
        assertThat(end(second).state()).isEqualTo(JobState.COMPLETED);
        assertThat(lines("after")).containsExactly("ran");
    }

    private void assertNeverRunsAfter(Dependency.Type type, String end) {
        needs(Capability.DEPENDENCIES);
        JobHandle first = submit(gated("gate", end));
        JobHandle second = after(type, first);
        openGate("gate");
        end(first);

        assertNeverRuns(second);
    }

    /** It waits with a reason or has ended without a start, as the scheduler does; others go past it. */
    private void assertNeverRuns(JobHandle handle) {
        Job job = Eventually.until(
                maxWait(),
                "end or reason of " + handle.id(),
                handle::refresh,
                j -> j.state().isEnded() || j.reason().isPresent());
        run(sh("true"));

        assertThat(job.isSuccess()).as(job.toString()).isFalse();
        assertThat(handle.refresh().state()).isNotIn(JobState.RUNNING, JobState.COMPLETED);
        assertThat(handle.job().reason()).as(handle.toString()).isPresent();
        assertThat(exists("after")).isFalse();
    }

    @Test
    void afterOkRunsAfterSuccess() {
        assertRunsAfter(AFTER_OK, "exit 0", JobState.COMPLETED);
    }

    @Test
    void afterOkNeverRunsAfterFailure() {
        assertNeverRunsAfter(AFTER_OK, "exit 1");
    }

    @Test
    void afterNotOkRunsAfterFailure() {
        assertRunsAfter(AFTER_NOT_OK, "exit 1", JobState.FAILED);
    }

    @Test
    void afterNotOkNeverRunsAfterSuccess() {
        assertNeverRunsAfter(AFTER_NOT_OK, "exit 0");
    }

    @Test
    void afterAnyRunsAfterSuccess() {
        assertRunsAfter(AFTER_ANY, "exit 0", JobState.COMPLETED);
    }

    @Test
    void afterAnyRunsAfterFailure() {
        assertRunsAfter(AFTER_ANY, "exit 1", JobState.FAILED);
    }

    @Test
    void afterAnyRunsAfterCancellation() {
        needs(Capability.DEPENDENCIES);
        JobHandle first = submit(gated("gate"));
        untilRunning(first);
        JobHandle second = after(AFTER_ANY, first);

        first.cancel();

        assertThat(end(second).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void afterOkNeverRunsAfterCancellation() {
        needs(Capability.DEPENDENCIES);
        JobHandle first = submit(gated("gate"));
        JobHandle second = after(AFTER_OK, first);

        first.cancel();
        end(first);

        assertNeverRuns(second);
    }

    @Test
    void afterStartRunsWhileTheOtherStillRuns() {
        needs(Capability.DEPENDENCIES);
        needsRoomForTwo();
        JobHandle first = submit(gated("gate"));

        JobHandle second = after(AFTER_START, first);

        assertThat(end(second).state()).isEqualTo(JobState.COMPLETED);
        assertThat(first.refresh().state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void afterStartWaitsAsLongAsTheOtherWaits() {
        needs(Capability.DEPENDENCIES, Capability.HOLD);
        JobHandle first = submit(sh("true").held(true));
        JobHandle second = after(AFTER_START, first);
        run(sh("true"));

        assertThat(second.refresh().state().isWaiting()).as(second.toString()).isTrue();
        first.release();

        assertThat(end(second).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void severalConditionsMustAllHold() {
        needs(Capability.DEPENDENCIES);
        needsRoomForTwo();
        JobHandle done = submit(sh("true"));
        end(done);
        JobHandle open = submit(gated("gate"));
        JobHandle second = after(AFTER_OK, done, open);
        run(sh("true"));

        assertThat(second.refresh().state().isWaiting()).as(second.toString()).isTrue();
        openGate("gate");

        assertThat(end(second).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void chainRunsInOrder() {
        needs(Capability.DEPENDENCIES);
        JobHandle last = submit(sh("echo 0 >> order"));
        for (int i = 1; i < 4; i++) {
            last = submit(sh("echo $1 >> order", Integer.toString(i)).dependsOn(AFTER_OK, last.id()));
        }
        end(last);

        assertThat(lines("order")).containsExactly("0", "1", "2", "3");
    }

    @Test
    void jobThatHasSucceededAlreadyIsNoObstacle() {
        needs(Capability.DEPENDENCIES);
        JobHandle first = submit(sh("true"));
        end(first);

        assertThat(end(after(AFTER_OK, first)).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void jobThatHasFailedAlreadyIsAConditionThatNeverHolds() {
        needs(Capability.DEPENDENCIES);
        JobHandle first = submit(sh("exit 1"));
        end(first);

        JobHandle second;
        try {
            second = after(AFTER_OK, first);
        } catch (RejectedJobException e) {
            return; // told at once
        }
        assertNeverRuns(second);
    }

    @Test
    void conditionOnAnUnknownJobIsRefused() {
        needs(Capability.DEPENDENCIES);

        assertThatThrownBy(() -> submit(sh("true").dependsOn(AFTER_ANY, unknownJob())))
                .isInstanceOfAny(RejectedJobException.class, NoSuchJobException.class)
                .hasMessageContaining(unknownJob().nativeId());
    }

    @Test
    void waitingDependentIsListedLikeAnyJob() {
        needs(Capability.DEPENDENCIES);
        String name = uniqueName();
        JobHandle first = submit(gated("gate"));
        JobHandle second = submit(sh("true").name(name).dependsOn(AFTER_OK, first.id()));

        assertThat(cluster().list(JobQuery.live().withName(name)))
                .extracting(Job::id)
                .containsExactly(second.id());
    }

    @Test
    void cancelledDependentNeverRuns() {
        needs(Capability.DEPENDENCIES);
        JobHandle first = submit(gated("gate"));
        JobHandle second = after(AFTER_OK, first);

        second.cancel();
        Job cancelled = end(second);
        openGate("gate");
        end(first);
        run(sh("true"));

        assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
        assertThat(exists("after")).isFalse();
    }
}
