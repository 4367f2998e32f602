package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.ClusterUri;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.StateFolder;
import io.hpc4j.core.WatchSettings;
import io.hpc4j.core.spi.LocalTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that wants to poll more often than its budget of calls allows; the scheduler is made of shell scripts. */
@Timeout(120)
class BudgetTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Cluster.Builder builder(String uri, ShellScheduler scheduler) {
        return Cluster.builder(uri)
                .provider(scheduler)
                .transport(new LocalTransport())
                .state(StateFolder.at(folder.resolve("state")))
                .watch(WatchSettings.DEFAULT.withIntervals(Duration.ofMillis(10), Duration.ofMillis(10)));
    }

    @Test
    void pollsArePutOffAndSubmissionsAreNot() throws Exception {
        ShellScheduler scheduler = ShellScheduler.install(folder.resolve("scheduler"), Duration.ofSeconds(30));
        RecordingSink sink = new RecordingSink();
        Path gate = folder.resolve("gate");
        try (Cluster cluster =
                builder("shell:?callsPerMinute=40", scheduler).sink(sink).connect()) {
            JobRequest request = JobRequest.command(
                            "sh", "-c", "until [ -e \"$1\" ]; do sleep 0.05; done", "", gate.toString())
                    .build();
            JobHandle first = cluster.submit(request);
            Eventually.until(
                    LIMIT,
                    "poll that was put off",
                    () -> sink.samples("hpc_scheduler_budget_waits_total"),
                    waits -> waits.stream()
                            .anyMatch(s -> "poll".equals(s.labels().get("kind"))));
            long polls = polls(cluster);
            long begin = System.nanoTime();
            JobHandle second = cluster.submit(request);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);

            assertThat(polls).isLessThanOrEqualTo(10);
            assertThat(took).as("not the 10 s of who has to wait").isLessThan(Duration.ofSeconds(8));
            assertThat(List.of(first.state(), second.state())).doesNotContain(JobState.LOST, JobState.UNKNOWN);
            Files.createFile(gate);
            assertThat(first.await(LIMIT).state()).isEqualTo(JobState.COMPLETED);
            assertThat(second.await(LIMIT).state()).isEqualTo(JobState.COMPLETED);
        }
    }

    private static long polls(Cluster cluster) {
        return cluster.recording().commands().stream()
                .filter(c -> c.asked().program().equals("sh_status"))
                .count();
    }

    @Test
    void withoutABudgetNothingIsSharedAndNothingPutOff() throws Exception {
        ShellScheduler scheduler = ShellScheduler.install(folder.resolve("scheduler"), Duration.ofSeconds(30));
        try (Cluster cluster = builder("shell:", scheduler).callsPerMinute(0).connect()) {
            JobHandle job = cluster.submit(JobRequest.command("sleep", "2").build());
            job.await(LIMIT);

            assertThat(polls(cluster)).isGreaterThan(20);
        }
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void theBudgetIsOfTheAddressAndNotSeenByTheBackend() throws Exception {
        ShellScheduler scheduler = ShellScheduler.install(folder.resolve("scheduler"), Duration.ofSeconds(30));
        try (Cluster cluster =
                builder("shell:?callsPerMinute=100&x=1", scheduler).connect()) {
            cluster.submit(JobRequest.command("true").build()).await(LIMIT);

            assertThat(scheduler.uri().parameters()).containsOnlyKeys("x");
            assertThat(StateFolder.at(folder.resolve("state")).budget(ClusterUri.parse("shell:")))
                    .exists();
        }
        assertThatThrownBy(
                        () -> builder("shell:?callsPerMinute=many", scheduler).connect())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be a number, was 'many'");
        assertThatThrownBy(() -> builder("shell:?callsPerMinute=3", scheduler).connect())
                .hasMessageContaining("at least 8, was 3");
    }
}
