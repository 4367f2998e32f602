package io.hpc4j.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that their node starts by itself: whatever happens before it does, they run once, in their turn. */
class LocalStagingTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Pattern STAGED = Pattern.compile("(?m)^.{8}G\t([0-9]+)\t");

    @TempDir
    Path folder;

    private Cluster cluster;
    private JobHandle blocker;

    @BeforeEach
    void open() throws Exception {
        cluster = Cluster.connect(uri());
        blocker = cluster.submit(sh("while [ ! -e gate ]; do sleep 0.02; done").build());
        blocker.started().get();
    }

    @AfterEach
    void endAll() throws Exception {
        List<JobHandle> open = cluster.openJobs();
        cluster.cancel(open.stream().map(JobHandle::id).toList());
        for (JobHandle job : open) {
            job.await(LONG);
        }
        cluster.close();
    }

    private String uri() {
        return "local:" + folder.resolve("state") + "?slots=1&recovery=50ms&grace=200ms";
    }

    private JobRequest.Builder sh(String script) {
        return JobRequest.command("/bin/sh", "-c", script).workingDirectory(folder.toString());
    }

    private JobRequest.Builder noting() {
        return sh("echo $HPC_JOB_ID >> order");
    }

    /** Jobs of which the first is staged. */
    private List<JobHandle> submitted(int count) throws IOException {
        List<JobHandle> jobs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            jobs.add(cluster.submit(noting().build()));
        }
        assertThat(staged()).contains(jobs.get(0).id().nativeId());
        return jobs;
    }

    private List<String> staged() throws IOException {
        return STAGED.matcher(Files.readString(folder.resolve("state/journal"), UTF_8))
                .results()
                .map(r -> r.group(1))
                .toList();
    }

    private void openGate() throws IOException {
        Files.createFile(folder.resolve("gate"));
    }

    private void awaitSuccess(List<JobHandle> jobs) throws Exception {
        for (JobHandle job : jobs) {
            assertThat(job.await(LONG).exitStatus()).contains(ExitStatus.SUCCESS);
        }
    }

    private static String[] ids(List<JobHandle> jobs) {
        return jobs.stream().map(j -> j.id().nativeId()).toArray(String[]::new);
    }

    private List<String> order() throws IOException {
        return Files.readAllLines(folder.resolve("order"));
    }

    @Test
    void theyRunInOrder() throws Exception {
        List<JobHandle> jobs = submitted(30);
        assertThat(jobs.get(0).refresh().state()).isEqualTo(JobState.PENDING);

        openGate();

        awaitSuccess(jobs);
        assertThat(order()).containsExactly(ids(jobs));
    }

    @Test
    void moreUrgentJobStartsBeforeThem() throws Exception {
        List<JobHandle> jobs = submitted(8);
        JobHandle urgent = cluster.submit(noting().priority(10).build());

        openGate();

        jobs.add(0, urgent);
        awaitSuccess(jobs);
        assertThat(order()).containsExactly(ids(jobs));
    }

    @Test
    void heldOneDoesNotStart() throws Exception {
        List<JobHandle> jobs = submitted(5);
        JobHandle held = jobs.remove(0);
        held.hold();
        assertThat(held.refresh().state()).isEqualTo(JobState.HELD);

        openGate();

        awaitSuccess(jobs);
        assertThat(order()).containsExactly(ids(jobs));
        assertThat(held.refresh().state()).isEqualTo(JobState.HELD);
        held.release();
        awaitSuccess(List.of(held));
    }

    @Test
    void cancelledOneEndsAtOnceAndNeverStarts() throws Exception {
        List<JobHandle> jobs = submitted(5);
        JobHandle cancelled = jobs.remove(0);

        cancelled.cancel();

        Job end = cancelled.await(LONG);
        assertThat(end.state()).isEqualTo(JobState.CANCELLED);
        assertThat(end.startedAt()).isEmpty();
        assertThat(blocker.state()).isEqualTo(JobState.RUNNING);
        openGate();
        awaitSuccess(jobs);
        assertThat(order()).containsExactly(ids(jobs));
    }

    @Test
    void theyOutliveTheirNode() throws Exception {
        List<JobHandle> jobs = submitted(5);
        Path pid = folder.resolve("state/nodes/node1/pid");
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
                .orElseThrow()
                .destroyForcibly();

        assertThat(blocker.await(LONG).state()).isEqualTo(JobState.NODE_FAILED);
        awaitSuccess(jobs);
        assertThat(order()).containsExactly(ids(jobs));
    }

    @Test
    void theyOutliveTheProgram() throws Exception {
        List<JobHandle> jobs = submitted(5);
        cluster.close();
        openGate();
        cluster = Cluster.connect(uri());

        List<JobHandle> again = new ArrayList<>();
        for (JobHandle job : jobs) {
            again.add(cluster.attach(job.id()));
        }
        awaitSuccess(again);
        assertThat(order()).containsExactly(ids(jobs));
    }

    @Test
    void jobOfAnotherKindWaitsForItsTurn() throws Exception {
        List<JobHandle> jobs = submitted(5);
        jobs.add(cluster.submit(noting().memoryPerNodeBytes(1 << 20).build()));
        jobs.add(cluster.submit(noting().exclusive(true).build()));
        jobs.add(cluster.submit(noting().build()));

        openGate();

        awaitSuccess(jobs);
        assertThat(order()).containsExactly(ids(jobs));
    }
}
