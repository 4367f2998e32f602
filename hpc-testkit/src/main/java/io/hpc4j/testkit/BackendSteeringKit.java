package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.Capability;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.RejectedJobException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** That waiting jobs can be held and ordered, and running ones stopped and put back. */
abstract class BackendSteeringKit extends BackendDependencyKit {

    // ---------------------------------------------------------------- hold

    @Test
    void jobSubmittedOnHoldDoesNotStartUntilReleased() {
        needs(Capability.HOLD);
        JobHandle held = submit(sh("true").held(true));
        run(sh("true")); // came later, and goes past it

        assertThat(held.refresh().state()).isEqualTo(JobState.HELD);
        held.release();

        assertThat(end(held).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void waitingJobThatIsHeldDoesNotStartUntilReleased() {
        needs(Capability.HOLD);
        List<JobHandle> blockers = fillCluster("gate");
        JobHandle held = submit(sh("true"));
        held.hold();
        untilState(held, JobState.HELD);
        openGate("gate");
        blockers.forEach(this::end);
        run(sh("true"));

        assertThat(held.refresh().state()).isEqualTo(JobState.HELD);
        held.release();

        assertThat(end(held).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void manyJobsAreHeldAndReleasedInOneCall() {
        needs(Capability.HOLD);
        fillCluster("gate");
        List<JobHandle> jobs = List.of(submit(sh("true")), submit(sh("true")), submit(sh("true")));
        List<JobId> ids = jobs.stream().map(JobHandle::id).toList();

        cluster().hold(ids);
        jobs.forEach(job -> untilState(job, JobState.HELD));
        cluster().release(ids);
        openGate("gate");

        assertThat(jobs).allMatch(job -> end(job).isSuccess());
    }

    @Test
    void heldJobCanBeCancelledAndNeverRuns() {
        needs(Capability.HOLD);
        JobHandle held = submit(sh("echo ran > ran").held(true));

        held.cancel();

        assertThat(end(held).state()).isEqualTo(JobState.CANCELLED);
        assertThat(exists("ran")).isFalse();
    }

    @Test
    void holdOfARunningJobIsRefused() {
        needs(Capability.HOLD);
        JobHandle running = submit(gated("gate"));
        untilRunning(running);

        assertRejected(running, running::hold);
        assertThat(running.refresh().state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void holdOfAnEndedJobIsRefused() {
        needs(Capability.HOLD);
        JobHandle ended = submit(sh("true"));
        end(ended);

        assertRejected(ended, ended::hold);
    }

    @Test
    void releaseOfAJobThatIsNotHeldIsRefused() {
        needs(Capability.HOLD);
        JobHandle running = submit(gated("gate"));
        untilRunning(running);

        assertRejected(running, running::release);
    }

    private static void assertRejected(JobHandle handle, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOf(RejectedJobException.class)
                .hasMessageContaining(handle.id().nativeId());
    }

    // ---------------------------------------------------------------- suspend

    private JobHandle submitCounter() {
        JobHandle handle = submit(sh("i=0; while [ ! -e gate ]; do i=$((i+1)); echo $i >> count; sleep 0.02; done"));
        untilExists("count");
        untilRunning(handle);
        return handle;
    }

    @Test
    void suspendedJobMakesNoProgressUntilResumed() {
        needs(Capability.SUSPEND);
        JobHandle handle = submitCounter();

        handle.suspend();
        untilState(handle, JobState.SUSPENDED);
        int before = Eventually.stays(
                Duration.ofMillis(300), "the count", () -> lines("count").size());
        handle.resume();
        untilRunning(handle);

        Eventually.until(maxWait(), "progress", () -> lines("count").size(), n -> n > before);
        openGate("gate");
        assertThat(end(handle).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void suspendedJobCanBeCancelled() {
        needs(Capability.SUSPEND);
        JobHandle handle = submitCounter();
        handle.suspend();
        untilState(handle, JobState.SUSPENDED);

        handle.cancel();

        assertThat(end(handle).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void suspendOfAnEndedJobIsRefused() {
        needs(Capability.SUSPEND);
        JobHandle ended = submit(sh("true"));
        end(ended);

        assertRejected(ended, ended::suspend);
    }

    @Test
    void resumeOfAJobThatRunsIsRefused() {
        needs(Capability.SUSPEND);
        JobHandle running = submit(gated("gate"));
        untilRunning(running);

        assertRejected(running, running::resume);
    }

    // ---------------------------------------------------------------- requeue

    @Test
    void requeuedJobRunsAgainWithTheNextAttemptNumber() {
        needs(Capability.REQUEUE);
        JobHandle handle =
                submit(sh("echo $HPC_ATTEMPT >> attempts; while [ ! -e gate$HPC_ATTEMPT ]; do sleep 0.02; done"));
        Eventually.until(maxWait(), "first attempt", () -> lines("attempts"), a -> a.contains("1"));
        untilRunning(handle);

        handle.requeue();
        Eventually.until(maxWait(), "second attempt", () -> lines("attempts"), a -> a.contains("2"));
        openGate("gate2");

        Job job = end(handle);
        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.COMPLETED);
        assertThat(job.attempt()).isEqualTo(2);
        assertThat(lines("attempts")).containsExactly("1", "2");
    }

    @Test
    void requeueOfAnEndedJobIsRefused() {
        needs(Capability.REQUEUE);
        JobHandle ended = submit(sh("true"));
        end(ended);

        assertRejected(ended, ended::requeue);
    }

    // ---------------------------------------------------------------- all of them

    @Test
    void steeringAnUnknownJobSaysSo() {
        BiConsumer<Capability, BiConsumer<Cluster, Collection<JobId>>> check = (capability, call) -> {
            if (cluster().capabilities().contains(capability)) {
                assertThatThrownBy(() -> call.accept(cluster(), List.of(unknownJob())))
                        .isInstanceOf(NoSuchJobException.class)
                        .hasMessageContaining(unknownJob().nativeId());
            }
        };
        check.accept(Capability.HOLD, Cluster::hold);
        check.accept(Capability.HOLD, Cluster::release);
        check.accept(Capability.SUSPEND, Cluster::suspend);
        check.accept(Capability.SUSPEND, Cluster::resume);
        check.accept(Capability.REQUEUE, Cluster::requeue);
    }

    @Test
    void steeringNoJobsDoesNothing() {
        cluster().cancel(List.of());
        assertThat(run(sh("true")).isSuccess()).isTrue();
    }

    // ---------------------------------------------------------------- order

    @Test
    void jobDoesNotStartBeforeItsTime() {
        needs(Capability.BEGIN_TIME);
        JobHandle tomorrow = submit(sh("echo ran > ran").beginAt(Instant.now().plus(1, ChronoUnit.DAYS)));
        run(sh("true")); // came later, and goes past it

        assertThat(tomorrow.refresh().state().isWaiting())
                .as(tomorrow.toString())
                .isTrue();
        assertThat(exists("ran")).isFalse();
    }

    @Test
    void jobStartsWhenItsTimeHasCome() {
        needs(Capability.BEGIN_TIME);
        Instant begin = Instant.now().plusMillis(1500).truncatedTo(ChronoUnit.SECONDS);

        Job job = run(sh("true").beginAt(begin));

        assertThat(job.startedAt().orElseThrow()).isAfterOrEqualTo(begin);
    }

    @Test
    void beginTimeInThePastIsNoObstacle() {
        needs(Capability.BEGIN_TIME);
        run(sh("true").beginAt(Instant.now().minus(1, ChronoUnit.DAYS)));
    }

    @Test
    void jobOfHigherPriorityStartsFirst() {
        needs(Capability.PRIORITY);
        List<JobHandle> blockers = fillCluster("gate");
        JobHandle low = submit(sh("echo low >> order").priority(1).cpusPerTask(slotsPerNode()));
        JobHandle high = submit(sh("echo high >> order").priority(50).cpusPerTask(slotsPerNode()));

        // only one node becomes free, so one has to go after the other
        blockers.get(0).cancel();
        end(low);
        end(high);

        assertThat(lines("order")).containsExactly("high", "low");
    }
}
