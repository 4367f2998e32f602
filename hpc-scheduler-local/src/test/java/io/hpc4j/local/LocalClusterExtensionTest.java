package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.testkit.LocalCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test has a cluster of its own, and nothing is left of it. */
@LocalCluster(nodes = 2, slots = 3)
class LocalClusterExtensionTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final List<Path> FOLDERS = new CopyOnWriteArrayList<>();
    private static final List<Long> PIDS = new CopyOnWriteArrayList<>();

    private Cluster before;

    @BeforeEach
    void keep(Cluster cluster) {
        before = cluster;
        FOLDERS.add(Path.of(cluster.uri().path().orElseThrow()).getParent());
    }

    @AfterAll
    static void nothingIsLeft() {
        assertThat(FOLDERS).doesNotHaveDuplicates().hasSizeGreaterThan(2).noneMatch(Files::exists);
        await().atMost(LONG)
                .until(() ->
                        PIDS.stream().noneMatch(pid -> ProcessHandle.of(pid).isPresent()));
        assertThat(PIDS).hasSizeGreaterThan(2);
    }

    private static void rememberNodes(Cluster cluster) throws Exception {
        Path state = Path.of(cluster.uri().path().orElseThrow());
        for (var node : cluster.nodes()) {
            PIDS.add(Long.parseLong(Files.readString(state.resolve("nodes/" + node.name() + "/pid"))
                    .strip()));
        }
    }

    @Test
    void clusterIsTheSameThroughoutATestAndAsWasAskedFor(Cluster cluster) throws Exception {
        assertThat(cluster).isSameAs(before);
        assertThat(cluster.nodes()).hasSize(2).allMatch(n -> n.slots() == 3);
        rememberNodes(cluster);
        JobHandle job = cluster.submit(JobRequest.command("sh", "-c", "exit 3").build());
        assertThat(job.await(LONG).exitStatus()).contains(ExitStatus.ofCode(3));
        assertThat(job.id().nativeId()).isEqualTo("1");
    }

    @Test
    @LocalCluster(nodes = 1, slots = 1, settings = "queues=short:walltime=10s")
    void methodMayAskForAnother(Cluster cluster) {
        assertThat(cluster.nodes()).hasSize(1);
        assertThat(cluster.queues()).extracting(q -> q.name()).containsExactly("short");
        assertThat(cluster.submit(JobRequest.command("true").build()).id().nativeId())
                .isEqualTo("1");
    }

    @Test
    void whatATestLeavesRunningIsEnded(Cluster cluster) throws Exception {
        rememberNodes(cluster);
        JobHandle job = cluster.submit(JobRequest.command("sh", "-c", "echo $$ > pid; exec sleep 600")
                .workingDirectory(FOLDERS.get(FOLDERS.size() - 1).toString())
                .build());
        await().atMost(LONG).until(() -> job.state() == JobState.RUNNING);
        Path pid = FOLDERS.get(FOLDERS.size() - 1).resolve("pid");
        await().atMost(LONG)
                .until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
        PIDS.add(Long.parseLong(Files.readString(pid).strip()));
    }

    @Test
    void testMayCloseItsCluster(Cluster cluster) throws Exception {
        rememberNodes(cluster);
        cluster.submit(JobRequest.command("sleep", "600").build());
        cluster.close();
    }
}
