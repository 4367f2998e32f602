package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Capability;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** That an array is one submission with tasks of their own. */
abstract class BackendArrayKit extends BackendRefusalKit {

    private List<JobHandle> submitArray(JobRequest.Builder request, ArrayRange range) {
        needs(Capability.ARRAYS);
        List<JobHandle> handles = cluster().submitArray(request.build(), range);
        handles.forEach(this::remember);
        return handles;
    }

    private List<Job> ends(List<JobHandle> handles) {
        return handles.stream().map(this::end).toList();
    }

    @Test
    void everyTaskOfAnArrayRunsOnceWithItsIndex() {
        List<JobHandle> handles = submitArray(sh("echo $HPC_ARRAY_INDEX >> indexes"), ArrayRange.of(1, 4));

        assertThat(ends(handles)).allMatch(Job::isSuccess);
        assertThat(lines("indexes")).containsExactlyInAnyOrder("1", "2", "3", "4");
    }

    @Test
    void tasksAreReturnedInTheOrderOfTheirIndexes() {
        List<JobHandle> handles = submitArray(sh("exit $HPC_ARRAY_INDEX"), ArrayRange.of(2, 5));

        assertThat(ends(handles))
                .extracting(job -> job.exitStatus().orElseThrow())
                .containsExactly(
                        ExitStatus.ofCode(2), ExitStatus.ofCode(3), ExitStatus.ofCode(4), ExitStatus.ofCode(5));
    }

    @Test
    void everyTaskHasAnIdOfItsOwn() {
        List<JobHandle> handles = submitArray(sh("true"), ArrayRange.of(1, 4));

        assertThat(new HashSet<>(handles.stream().map(JobHandle::id).toList())).hasSize(4);
    }

    @Test
    void tasksKnowTheirArrayAndTheirIndex() {
        List<Job> jobs = ends(submitArray(sh("true"), ArrayRange.of(7, 9)));

        assertThat(jobs).extracting(job -> job.arrayIndex().orElse(-1)).containsExactly(7, 8, 9);
        assertThat(jobs).allMatch(job -> job.arrayId().isPresent());
        assertThat(jobs).extracting(Job::arrayId).containsOnly(jobs.get(0).arrayId());
    }

    @Test
    void stepLeavesOutIndexes() {
        List<JobHandle> handles = submitArray(
                sh("echo $HPC_ARRAY_INDEX >> indexes"), ArrayRange.of(0, 7).withStep(3));

        assertThat(ends(handles)).extracting(job -> job.arrayIndex().orElse(-1)).containsExactly(0, 3, 6);
        assertThat(lines("indexes")).containsExactlyInAnyOrder("0", "3", "6");
    }

    @Test
    void arrayOfOneTaskIsAnArray() {
        List<Job> jobs = ends(submitArray(sh("echo $HPC_ARRAY_INDEX > index"), ArrayRange.of(5, 5)));

        assertThat(jobs).hasSize(1).allMatch(Job::isSuccess);
        assertThat(lines("index")).containsExactly("5");
    }

    @Test
    void failedTaskIsVisibleAndHarmsNoOther() {
        List<Job> jobs = ends(submitArray(sh("[ $HPC_ARRAY_INDEX != 2 ] || exit 9"), ArrayRange.of(1, 3)));

        assertThat(jobs)
                .extracting(Job::state)
                .containsExactly(JobState.COMPLETED, JobState.FAILED, JobState.COMPLETED);
        assertThat(jobs.get(1).exitStatus()).contains(ExitStatus.ofCode(9));
    }

    @Test
    void oneTaskIsCancelledAlone() {
        List<JobHandle> handles = submitArray(gated("gate"), ArrayRange.of(1, 3));

        handles.get(1).cancel();
        Job cancelled = end(handles.get(1));
        openGate("gate");

        assertThat(cancelled.state()).isEqualTo(JobState.CANCELLED);
        assertThat(end(handles.get(0)).state()).isEqualTo(JobState.COMPLETED);
        assertThat(end(handles.get(2)).state()).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void allTasksAreCancelledTogether() {
        List<JobHandle> handles = submitArray(gated("gate"), ArrayRange.of(1, 4));

        cluster().cancel(handles.stream().map(JobHandle::id).toList());

        assertThat(ends(handles)).extracting(Job::state).containsOnly(JobState.CANCELLED);
    }

    @Test
    void noMoreTasksRunAtOnceThanAllowed() {
        needs(Capability.ARRAY_CONCURRENCY_LIMIT);
        JobRequest.Builder counting = sh("mkdir run.$HPC_ARRAY_INDEX; ls -d run.* | wc -l >> counts; sleep 0.1; "
                + "rmdir run.$HPC_ARRAY_INDEX");

        List<JobHandle> handles = submitArray(counting, ArrayRange.of(1, 6).withMaxRunning(2));

        assertThat(ends(handles)).allMatch(Job::isSuccess);
        assertThat(lines("counts")).hasSize(6).allMatch(count -> Integer.parseInt(count.strip()) <= 2);
    }

    @Test
    void tasksHaveFilesOfTheirOwn() {
        List<JobHandle> handles =
                submitArray(sh("echo task $HPC_ARRAY_INDEX").stdout(path("out-%A-%a.txt")), ArrayRange.of(1, 3));

        JobId array = ends(handles).get(0).arrayId().orElseThrow();
        for (int i = 1; i <= 3; i++) {
            assertThat(read("out-" + array + "-" + i + ".txt")).isEqualTo("task " + i + "\n");
            assertThat(handles.get(i - 1).stdout()).isEqualTo("task " + i + "\n");
        }
    }

    @Test
    void tasksAreListedOneByOne() {
        String name = uniqueName();
        List<JobHandle> handles = submitArray(gated("gate").name(name), ArrayRange.of(1, 3));

        List<Job> listed = cluster().list(JobQuery.all().withName(name));

        assertThat(listed)
                .extracting(Job::id)
                .containsExactlyElementsOf(
                        handles.stream().map(JobHandle::id).sorted().toList());
        assertThat(listed).extracting(job -> job.arrayIndex().orElse(-1)).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void arrayOfTheSameKeyIsSubmittedOnce() {
        needs(Capability.ARRAYS);
        JobRequest.Builder request = sh("echo $HPC_ARRAY_INDEX >> indexes").key("array-" + UUID.randomUUID());
        List<JobHandle> first = submitArray(request, ArrayRange.of(1, 3));

        List<JobHandle> again = submitArray(request, ArrayRange.of(1, 3));

        assertThat(again.stream().map(JobHandle::id))
                .containsExactlyElementsOf(first.stream().map(JobHandle::id).toList());
        ends(first);
        assertThat(lines("indexes")).containsExactlyInAnyOrder("1", "2", "3");
    }
}
