package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NodeInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRecoveryTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String UNTIL_GATE = "while [ ! -e gate ]; do sleep 0.02; done; ";

    @TempDir
    Path folder;

    private Cluster cluster;

    @BeforeEach
    void open() {
        cluster = Cluster.connect(uri());
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
        return "local:" + folder.resolve("state") + "?nodes=2&slots=1&recovery=50ms&grace=200ms";
    }

    private JobRequest.Builder sh(String script) {
        return JobRequest.command("/bin/sh", "-c", script).workingDirectory(folder.toString());
    }

    private static void untilRunning(JobHandle job) {
        await().until(() -> job.state() == JobState.RUNNING);
    }

    private void killNode(String name) throws IOException {
        Path pid = folder.resolve("state/nodes").resolve(name).resolve("pid");
        ProcessHandle node =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        node.destroyForcibly();
        node.onExit().join();
    }

    private List<String> lines(String file) throws IOException {
        return Files.exists(folder.resolve(file)) ? Files.readAllLines(folder.resolve(file)) : List.of();
    }

    // ---------------------------------------------------------------- nodes

    @Test
    void jobOfAKilledNodeIsNodeFailedAndThatOfAnotherGoesOn() throws Exception {
        JobHandle lost = cluster.submit(sh("echo $$ > pid; exec sleep 600").build());
        JobHandle other = cluster.submit(sh(UNTIL_GATE + "exit 5").build());
        untilRunning(lost);
        untilRunning(other);
        await().until(() -> !lines("pid").isEmpty());

        killNode(lost.refresh().nodes().get(0));

        Job end = lost.await(LONG);
        assertThat(end.state()).isEqualTo(JobState.NODE_FAILED);
        assertThat(end.reason()).contains("node1 failed");
        assertThat(end.exitStatus()).isEmpty();
        assertThat(Files.exists(Path.of("/proc", lines("pid").get(0)))).isFalse();
        Files.createFile(folder.resolve("gate"));
        assertThat(other.await(LONG).exitStatus()).contains(ExitStatus.ofCode(5));
    }

    @Test
    void killedNodeComesBackAndTakesJobs() throws Exception {
        killNode("node1");
        await().until(() -> cluster.nodes().get(0).state() == NodeInfo.State.DOWN
                || !Files.readString(folder.resolve("state/nodes/node1/pid")).isBlank());
        await().until(() -> cluster.nodes().stream().allMatch(n -> n.state() == NodeInfo.State.UP));

        JobHandle one = cluster.submit(sh("echo $HPC_NODE >> nodes; sleep 0.3").build());
        JobHandle two = cluster.submit(sh("echo $HPC_NODE >> nodes; sleep 0.3").build());

        assertThat(one.await(LONG).isSuccess()).isTrue();
        assertThat(two.await(LONG).isSuccess()).isTrue();
        assertThat(lines("nodes")).containsExactlyInAnyOrder("node1", "node2");
    }

    @Test
    void jobThatAskedForItRunsAgainAfterItsNodeFailed() throws Exception {
        JobHandle job = cluster.submit(
                sh("echo $HPC_ATTEMPT >> attempts; [ -d \"$HPC_CHECKPOINT_DIR\" ] || exit 9; " + UNTIL_GATE)
                        .retryOn(JobState.NODE_FAILED, 1)
                        .build());
        untilRunning(job);
        await().until(() -> lines("attempts").size() == 1);

        killNode(job.refresh().nodes().get(0));
        await().until(() -> lines("attempts").size() == 2);
        Files.createFile(folder.resolve("gate"));

        Job end = job.await(LONG);
        assertThat(end.state()).isEqualTo(JobState.COMPLETED);
        assertThat(end.attempt()).isEqualTo(2);
        assertThat(lines("attempts")).containsExactly("1", "2");
    }

    @Test
    void jobOnSeveralNodesEndsWhollyWhenOneFails() throws Exception {
        JobHandle job =
                cluster.submit(sh("echo $$ >> pids; exec sleep 600").nodes(2).build());
        untilRunning(job);
        await().until(() -> lines("pids").size() == 2);

        killNode("node2");

        assertThat(job.await(LONG).state()).isEqualTo(JobState.NODE_FAILED);
        for (String pid : lines("pids")) {
            assertThat(Files.exists(Path.of("/proc", pid))).isFalse();
        }
    }

    @Test
    void nodeThatCannotBeStartedIsDownWithItsReasonAndOthersGoOn() throws Exception {
        Path node = folder.resolve("state/nodes/node1");
        killNode("node1");
        await().until(() -> cluster.nodes().get(0).state() == NodeInfo.State.UP);
        cluster.close();
        await().until(() -> !isLive(node));
        deleteAll(node);
        Files.writeString(node, "in the way");
        cluster = Cluster.connect(uri());

        NodeInfo info = cluster.nodes().get(0);
        assertThat(info.state()).isEqualTo(NodeInfo.State.DOWN);
        assertThat(info.reason()).isPresent();
        assertThat(cluster.submit(sh("true").build()).await(LONG).nodes()).containsExactly("node2");
        Files.delete(node);
    }

    private static boolean isLive(Path node) throws IOException {
        Path pid = node.resolve("pid");
        return Files.exists(pid)
                && Files.exists(Path.of("/proc", Files.readString(pid).strip()));
    }

    private static void deleteAll(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path one : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }

    // ---------------------------------------------------------------- the journal

    @Test
    void jobThatWasToBeStartedWhenTheProcessEndedIsStartedOnce() throws Exception {
        JobHandle first = cluster.submit(sh("true").build());
        first.await(LONG);
        cluster.close();
        LocalJob job = new LocalJob(new LocalJob.Common(
                2, sh("echo $HPC_ATTEMPT >> ran; exit 4").build(), 0, Long.MAX_VALUE, System.currentTimeMillis(), 0));
        try (Journal journal = Journal.open(folder.resolve("state/journal"), record -> {})) {
            Placement second = new Placement(new int[] {1}, new int[] {1});
            journal.append(List.of(
                    Records.job(job), Records.start(new Run(job, second, 0, List.of(), System.currentTimeMillis()))));
        }

        cluster = Cluster.connect(uri());
        Job end = cluster.attach(job.id).await(LONG);

        assertThat(end.exitStatus()).contains(ExitStatus.ofCode(4));
        assertThat(end.nodes()).containsExactly("node2");
        assertThat(lines("ran")).containsExactly("1");
        assertThat(cluster.submit(sh("true").build()).id().nativeId()).isEqualTo("3");
    }

    @Test
    void jobsAreTakenUpAfterTheEndOfTheJournalWasTornOff() throws Exception {
        JobHandle waiting = cluster.submit(sh("exit 3").held(true).build());
        cluster.close();
        Path journal = folder.resolve("state/journal");
        Files.writeString(journal, "12345678E\t1\t1\tCOMPL", StandardCharsets.UTF_8, StandardOpenOption.APPEND);

        cluster = Cluster.connect(uri());
        JobHandle again = cluster.attach(waiting.id());
        assertThat(again.state()).isEqualTo(JobState.HELD);
        again.release();

        assertThat(again.await(LONG).exitStatus()).contains(ExitStatus.ofCode(3));
    }

    @Test
    void openJobsKeepWhatTheyNeedWhenTheClusterIsMadeSmaller() throws Exception {
        JobHandle one = cluster.submit(sh(UNTIL_GATE).build());
        JobHandle two = cluster.submit(sh(UNTIL_GATE).build());
        untilRunning(one);
        untilRunning(two);
        cluster.close();

        String smaller = "local:" + folder.resolve("state") + "?nodes=1&slots=1";
        assertThat(catchThrowable(() -> Cluster.connect(smaller)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("job 2 runs on node2, which this cluster does not have")
                .hasMessageContaining("nodes=2&slots=1");

        cluster = Cluster.connect(uri());
        Files.createFile(folder.resolve("gate"));
        assertThat(cluster.attach(one.id()).await(LONG).isSuccess()).isTrue();
        assertThat(cluster.attach(two.id()).await(LONG).isSuccess()).isTrue();
    }
}
