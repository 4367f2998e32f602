package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hpc4j.core.Capability;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That resources are counted, limits are kept to, and usage is told. */
abstract class BackendLimitsKit extends BackendCancelKit {

    private static final String BUSY = "awk 'BEGIN { for (i = 0; i < 5000000; i++) s += i; print s }' > /dev/null";
    private static final long MIB = 1 << 20;

    // ---------------------------------------------------------------- walltime

    private Job endByLimit(JobHandle handle) {
        return end(handle, maxWait().plus(shortestWalltime().multipliedBy(2)));
    }

    @Test
    void jobIsEndedAtItsWalltime() {
        needs(Capability.WALLTIME);
        JobHandle handle = submit(gated("gate").walltime(shortestWalltime()));

        Job job = endByLimit(handle);

        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.TIMED_OUT);
        assertThat(job.exitStatus().filter(ExitStatus::isSuccess)).isEmpty();
        assertThat(Duration.between(job.startedAt().orElseThrow(), job.endedAt().orElseThrow()))
                .isGreaterThanOrEqualTo(shortestWalltime().minusSeconds(1));
    }

    @Test
    void walltimeEndsTheWholeProcessTree() {
        needs(Capability.WALLTIME);
        JobHandle handle = submit(
                sh("sh -c 'sleep 600 & echo $! > grandchild; wait' & wait").walltime(shortestWalltime()));
        String grandchild = pid("grandchild");

        assertThat(endByLimit(handle).state()).isEqualTo(JobState.TIMED_OUT);
        untilGone(grandchild);
    }

    @Test
    void walltimeEndsAJobThatIgnoresTheTermSignal() {
        needs(Capability.WALLTIME);
        JobHandle handle = submit(
                sh("trap '' TERM; sleep 600 & echo $! > child; wait; sleep 600").walltime(shortestWalltime()));
        String child = pid("child");

        assertThat(end(handle, maxWait().plus(shortestWalltime()).multipliedBy(2))
                        .state())
                .isEqualTo(JobState.TIMED_OUT);
        untilGone(child);
    }

    @Test
    void jobThatExitsWithZeroWhenToldToEndIsTimedOutAllTheSame() {
        needs(Capability.WALLTIME);
        JobHandle handle =
                submit(sh("trap 'exit 0' TERM; while :; do sleep 0.05; done").walltime(shortestWalltime()));

        assertThat(endByLimit(handle).state()).isEqualTo(JobState.TIMED_OUT);
    }

    @Test
    void jobThatKeepsItsWalltimeIsNotDisturbed() {
        needs(Capability.WALLTIME);
        Job job = run(sh("true").walltime(Duration.ofMinutes(10)));

        assertThat(job.walltime()).contains(Duration.ofMinutes(10));
    }

    // ---------------------------------------------------------------- slots, memory, nodes

    /** All run at last, and the last to start had to wait for one of the others to end. */
    private void assertOneHasToWait(List<JobHandle> handles, String gate) {
        Eventually.until(
                maxWait(),
                "all but one running",
                () -> handles.stream()
                        .filter(h -> h.state() == JobState.RUNNING)
                        .count(),
                n -> n == handles.size() - 1);
        openGate(gate);
        List<Job> jobs = handles.stream().map(this::end).toList();
        assertThat(jobs).allMatch(Job::isSuccess);
        Instant lastStart = jobs.stream()
                .map(j -> j.startedAt().orElseThrow())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Instant firstEnd = jobs.stream()
                .map(j -> j.endedAt().orElseThrow())
                .min(Comparator.naturalOrder())
                .orElseThrow();
        assertThat(lastStart).isAfterOrEqualTo(firstEnd);
    }

    private List<JobHandle> submitTimes(int count, JobRequest.Builder request) {
        JobRequest built = request.build();
        return Stream.generate(() -> submit(cluster(), built)).limit(count).toList();
    }

    @Test
    void noMoreSlotsAreGivenThanThereAre() {
        needsNodes(1);
        assertOneHasToWait(submitTimes(nodeCount() + 1, gated("gate").cpusPerTask(slotsPerNode())), "gate");
    }

    @Test
    void noMoreMemoryIsGivenThanThereIs() {
        needs(Capability.MEMORY);
        needsSlots(2);
        OptionalLong memory = cluster().nodes().stream()
                .filter(n -> n.state() == NodeInfo.State.UP && n.memoryBytes().isPresent())
                .mapToLong(n -> n.memoryBytes().getAsLong())
                .max();
        assumeTrue(memory.isPresent(), "the nodes do not tell their memory");
        long most = memory.getAsLong() / 5 * 3;
        assertOneHasToWait(submitTimes(nodeCount() + 1, gated("gate").memoryPerNodeBytes(most)), "gate");
    }

    @Test
    void exclusiveJobsShareTheirNodesWithNobody() {
        needs(Capability.EXCLUSIVE);
        needsSlots(2);
        List<JobHandle> handles =
                new ArrayList<>(submitTimes(nodeCount(), gated("gate").exclusive(true)));
        handles.forEach(this::untilRunning);
        handles.add(submit(gated("gate")));
        assertOneHasToWait(handles, "gate");
    }

    @Test
    void slotsOfAJobAreTold() {
        needsSlots(2);
        Job job = run(sh("true").cpusPerTask(2));

        assertThat(job.slots()).isEqualTo(2);
    }

    @Test
    void usedSlotsOfANodeAreToldWhileAJobRuns() {
        needsNodes(1);
        JobHandle handle = submit(gated("gate").cpusPerTask(slotsPerNode()));
        untilRunning(handle);

        assertThat(handle.job().nodes()).hasSize(1);
        NodeInfo node = cluster().nodes().stream()
                .filter(n -> n.name().equals(handle.job().nodes().get(0)))
                .findFirst()
                .orElseThrow();
        assertThat(node.usedSlots()).isEqualTo(slotsPerNode());
    }

    @Test
    void gpusAreCounted() {
        needs(Capability.GPUS);
        assumeTrue(cluster().nodes().stream().anyMatch(n -> n.gpus() > 0), "no node has a GPU");
        JobHandle handle = submit(gated("gate").gpusPerNode(1));
        untilRunning(handle);

        assertThat(cluster().nodes().stream().mapToInt(NodeInfo::usedGpus).sum())
                .isEqualTo(1);
    }

    @Test
    void jobThatUsesTooMuchMemoryIsOutOfMemory() {
        needs(Capability.MEMORY);
        assumeTrue(enforcesMemory(), "this backend does not enforce memory here");
        Job job = end(submit(
                sh("head -c 400000000 /dev/zero | tail > /dev/null; exit $?").memoryPerNodeBytes(64 * MIB)));

        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.OUT_OF_MEMORY);
    }

    @Test
    void jobThatKeepsItsMemoryIsNotDisturbed() {
        needs(Capability.MEMORY);
        run(sh("true").memoryPerNodeBytes(64 * MIB));
    }

    // ---------------------------------------------------------------- usage

    @Test
    void usageOfAnEndedJobIsTold() {
        needs(Capability.ACCOUNTING);
        Job job = run(sh(BUSY));

        ResourceUsage usage = cluster().find(job.id()).orElseThrow().usage();
        assertThat(usage.cpuTime().orElseThrow()).isPositive();
        assertThat(usage.elapsed()).isPresent();
        assertThat(usage.peakMemoryBytes().orElseThrow()).isPositive();
    }

    @Test
    void usageOfAFailedJobIsToldToo() {
        needs(Capability.ACCOUNTING);
        Job job = end(submit(sh(BUSY + "; exit 1")));

        assertThat(cluster().find(job.id()).orElseThrow().usage().cpuTime().orElseThrow())
                .isPositive();
    }

    @Test
    void usageOfARunningJobIsTold() {
        needs(Capability.LIVE_USAGE);
        JobHandle handle = submit(sh("while [ ! -e gate ]; do :; done"));
        untilRunning(handle);

        ResourceUsage usage = Eventually.until(
                maxWait(),
                "cpu time",
                () -> handle.refresh().usage(),
                u -> u.cpuTime().filter(t -> t.toMillis() > 0).isPresent());
        assertThat(usage.measuredAt()).isPresent();
    }

    // ---------------------------------------------------------------- retries

    @Test
    void failedJobIsRunAgainAsWished() {
        needs(Capability.RETRY);
        Job job = end(submit(
                sh("echo $HPC_ATTEMPT >> attempts; [ $HPC_ATTEMPT -ge 2 ]").retryOn(JobState.FAILED, 3)));

        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.COMPLETED);
        assertThat(job.attempt()).isEqualTo(2);
        assertThat(lines("attempts")).containsExactly("1", "2");
    }

    @Test
    void jobIsGivenUpAfterItsLastRetry() {
        needs(Capability.RETRY);
        Job job = end(submit(sh("echo $HPC_ATTEMPT >> attempts; exit 7").retryOn(JobState.FAILED, 2)));

        assertThat(job.state()).as(job.toString()).isEqualTo(JobState.FAILED);
        assertThat(job.exitStatus()).contains(ExitStatus.ofCode(7));
        assertThat(job.attempt()).isEqualTo(3);
        assertThat(lines("attempts")).containsExactly("1", "2", "3");
    }

    @Test
    void cancelledJobIsNotRunAgain() {
        needs(Capability.RETRY);
        JobHandle handle = submit(gated("gate").retryOn(JobState.FAILED, 3));
        untilRunning(handle);

        handle.cancel();

        Job job = end(handle);
        assertThat(job.state()).isEqualTo(JobState.CANCELLED);
        assertThat(job.attempt()).isEqualTo(1);
    }

    @Test
    void jobIsNotRunAgainAfterAnotherEndThanWished() {
        needs(Capability.RETRY);
        Job job = end(submit(sh("exit 7").retryOn(JobState.NODE_FAILED, 3)));

        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.attempt()).isEqualTo(1);
    }
}
