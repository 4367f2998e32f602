package io.hpc4j.server.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.Explanation;
import io.hpc4j.core.Finding;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobPlan;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.Reason;
import io.hpc4j.core.spi.JobReports;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keeper as a process of its own. What it keeps is a cluster in its memory, which is gone when it is. */
class KeeperTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    private Path folder = Path.of("/nonexistent");

    private final List<Cluster> open = new ArrayList<>();

    private Cluster connect(String settings, Duration idle) {
        Cluster cluster = Cluster.builder("local:" + folder + settings)
                .provider(new KeeperProvider(Map.of(), address -> FakeKeeper.command(address, idle)))
                .connect();
        synchronized (open) {
            open.add(cluster);
        }
        return cluster;
    }

    private long pid() {
        KeeperPlace place = KeeperPlace.of(ClusterUri.parse("local:" + folder), Map.of());
        return KeeperConnection.open(place.socket(), JobReports.NONE)
                .map(c -> {
                    c.close();
                    return c.hello().number("pid").orElseThrow();
                })
                .orElse(0L);
    }

    @AfterEach
    void endKeeper() {
        open.forEach(Cluster::close);
        if (!Files.isDirectory(folder)) {
            return;
        }
        long pid = pid();
        if (pid > 0) {
            ProcessHandle keeper = ProcessHandle.of(pid).orElseThrow();
            keeper.destroyForcibly();
            assertThat(keeper.onExit().orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(keeper);
        }
    }

    private static JobRequest named(String name) {
        return JobRequest.command("true").name(name).build();
    }

    @Test
    void commandsShareOneClusterAndHearOfEachOther() throws Exception {
        Cluster first = connect("", LONG);
        JobHandle stays = first.submit(named("stay"));
        try (Cluster second = connect("", LONG)) {
            assertThat(second.list(JobQuery.all())).hasSize(1);
            JobHandle same = second.attach(stays.id());
            second.cancel(List.of(stays.id()));

            assertThat(same.await(SOON).state()).isEqualTo(JobState.CANCELLED);
        }
        assertThat(stays.await(SOON).state()).isEqualTo(JobState.CANCELLED);
        assertThat(first.submitArray(named("fine"), ArrayRange.of(1, 3))).hasSize(3);
        assertThat(first.submitAll(List.of(named("fine"), named("exit 2")))).hasSize(2);
        assertThat(first.nodes()).hasSize(1);
        assertThat(first.queues()).hasSize(1);
    }

    @Test
    void plansExplanationsAndFindingsArriveAsTheyWere() {
        Cluster cluster = connect("", LONG);
        JobRequest request =
                JobRequest.command("true").name("a \u20ac\u001b").queue("no").build();

        JobPlan plan = cluster.plan(request);
        assertThat(plan.commands()).containsExactly(List.of("fake-submit", "--name=a \u20ac\u001b"));
        assertThat(plan.script()).contains("#!/bin/sh\n");
        assertThat(plan.refusals()).extracting(JobPlan.Field::name).containsExactly("queue");
        assertThat(plan.warnings()).containsExactly("this is not real");
        assertThat(plan.nodes()).containsExactly("node1");
        assertThat(plan.expectedStart()).contains(Instant.parse("2026-03-01T10:00:00Z"));
        assertThat(cluster.planArray(request, ArrayRange.of(1, 3)).field("array"))
                .isPresent();
        assertThat(cluster.list(JobQuery.all())).isEmpty();

        Explanation explanation = cluster.submit(named("wait")).explain();
        assertThat(explanation.reasons())
                .containsExactly(Reason.of(Reason.Type.QUEUE_LIMIT).with("queue", "batch"));
        assertThat(explanation.expectedStart()).contains(Instant.parse("2026-03-01T11:00:00Z"));
        assertThat(cluster.findings())
                .extracting(Finding::level)
                .containsExactly(Finding.Level.OK, Finding.Level.WARNING);
    }

    @Test
    void keeperIsFoundWithoutConnectingAndItsStateIsNotInTheWay() {
        Cluster.Builder builder = Cluster.builder("local:" + folder.resolve("new"))
                .provider(new KeeperProvider(Map.of(), address -> List.of("false")));
        assertThat(builder.findings())
                .extracting(Finding::name)
                .contains("state folder")
                .doesNotContain("keeper");
        assertThat(folder.resolve("new")).doesNotExist();

        connect("", LONG);
        List<Finding> findings = Cluster.builder("local:" + folder)
                .provider(new KeeperProvider(Map.of(), address -> List.of("false")))
                .findings();
        assertThat(findings).extracting(Finding::name).doesNotContain("state in use");
        assertThat(findings).anyMatch(f -> f.name().equals("keeper") && f.seen().contains("process " + pid()));
    }

    @Test
    void exceptionsArriveAsTheyWere() {
        Cluster cluster = connect("", LONG);

        assertThatThrownBy(() -> cluster.cancel(List.of(JobId.of("77"))))
                .isInstanceOf(NoSuchJobException.class)
                .hasMessage("fake: no job 77");
    }

    @Test
    void commandsThatStartTogetherStartOneKeeper() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<JobId>> commands = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                commands.add(() -> connect("", LONG).submit(named("fine")).id());
            }
            List<JobId> ids = new ArrayList<>();
            for (Future<JobId> id : threads.invokeAll(commands)) {
                ids.add(id.get());
            }

            assertThat(ids).doesNotHaveDuplicates().hasSize(8);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void keeperThatWasKilledIsFollowedByAnother() {
        Cluster cluster = connect("", LONG);
        long first = pid();
        ProcessHandle.of(first).orElseThrow().destroyForcibly();
        await().atMost(SOON).until(() -> pid() == 0);

        assertThat(cluster.list(JobQuery.all())).isEmpty();
        assertThat(cluster.submit(named("fine")).id()).isEqualTo(JobId.of("1"));
        assertThat(pid()).isNotZero().isNotEqualTo(first);
    }

    @Test
    void socketThatWasLeftOverIsNoHindrance() throws IOException {
        KeeperPlace place = KeeperPlace.of(ClusterUri.parse("local:" + folder), Map.of());
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(place.socket()));
        }
        assertThat(place.socket()).exists();

        assertThat(connect("", LONG).list(JobQuery.all())).isEmpty();
    }

    @Test
    void keeperLeavesWhenThereIsNothingToKeep() {
        Cluster cluster = connect("", Duration.ofMillis(200));
        cluster.submit(named("fine"));
        ProcessHandle keeper = ProcessHandle.of(pid()).orElseThrow();
        cluster.close();

        assertThat(keeper.onExit().orTimeout(60, TimeUnit.SECONDS).join()).isEqualTo(keeper);
        assertThat(pid()).isZero();
        assertThat(connect("", LONG).list(JobQuery.all())).isEmpty();
    }

    @Test
    void keeperStaysWhileAJobIsOpen() {
        Cluster cluster = connect("", Duration.ofMillis(1));
        cluster.submit(named("stay"));
        long keeper = pid();
        cluster.close();

        await().during(Duration.ofSeconds(3))
                .atMost(SOON)
                .until(() -> ProcessHandle.of(keeper).isPresent());
        assertThat(connect("", LONG).list(JobQuery.live())).hasSize(1);
    }

    @Test
    void otherSettingsWaitUntilTheJobsHaveEnded() {
        Cluster three = connect("?nodes=3", LONG);
        JobHandle stays = three.submit(named("stay"));

        assertThatThrownBy(() -> connect("?nodes=2", LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nodes=3");
        assertThat(connect("", LONG).list(JobQuery.all())).hasSize(1);
        stays.cancel();
        open.forEach(Cluster::close);
        long before = pid();
        await().atMost(SOON).ignoreExceptions().until(() -> connect("?nodes=2", LONG) != three);
        assertThat(pid()).isNotEqualTo(before);
    }

    @Test
    void onlyTheOwnerMayCall() throws IOException {
        connect("", LONG);

        assertThat(Files.getPosixFilePermissions(folder.resolve("keeper")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void pathThatIsTooLongForASocketIsNoHindrance() throws IOException {
        folder = Files.createDirectories(folder.resolve("x".repeat(100)).resolve("a b?c%d"));
        String encoded = folder.toString().replace("%", "%25").replace("?", "%3F");
        Cluster cluster = Cluster.builder("local:" + encoded)
                .provider(new KeeperProvider(Map.of(), address -> FakeKeeper.command(address, Duration.ofMillis(1))))
                .connect();
        open.add(cluster);

        assertThat(cluster.list(JobQuery.all())).isEmpty();
        KeeperPlace place = KeeperPlace.of(cluster.uri(), Map.of());
        assertThat(place.socket().toString()).startsWith("/tmp/hpc4j-").hasSizeLessThan(104);
        cluster.close();
        await().atMost(SOON).until(() -> !Files.exists(place.socket()));
        folder = Path.of("/nonexistent");
    }

    @Test
    void keeperThatCannotStartSaysWhy() {
        assertThatThrownBy(() -> Cluster.builder("local:" + folder)
                        .provider(new KeeperProvider(Map.of(), address -> List.of("false")))
                        .connect())
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("keeper/log");
        assertThatThrownBy(() -> Cluster.builder("local:/proc/nowhere")
                        .provider(new KeeperProvider(Map.of(), address -> List.of("false")))
                        .connect())
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("/proc/nowhere");
    }
}
