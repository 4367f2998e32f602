package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobQuery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that submits and watches jobs is killed with -9 again and again: no job is lost, and none runs twice. */
class LocalCrashIT {

    private static final int JOBS = 1000;
    private static final int KILLS = 10;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"?nodes=2&slots=2", "?slots=3"})
    void everyJobRunsOnceAndKeepsItsExitCodeAlthoughItsClientIsKilledTenTimes(String nodes) throws Exception {
        String uri = "local:" + folder.resolve("state") + nodes;
        long seed = System.nanoTime();
        Random random = new Random(seed);
        System.out.println("LocalCrashIT: seed " + seed);
        for (int kill = 0; kill < KILLS; kill++) {
            Process client = client(uri);
            int from = ran().size();
            int until = Math.min(from + 20 + random.nextInt(120), JOBS - 20 * (KILLS - kill));
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(3))
                    .until(() -> ran().size() >= until || !client.isAlive());
            assertThat(client.isAlive())
                    .as("client is there to be killed, seed %d", seed)
                    .isTrue();
            boolean unused = client.waitFor(random.nextInt(30), TimeUnit.MILLISECONDS);
            client.destroyForcibly();
            client.onExit().join();
        }
        Process last = client(uri);
        assertThat(last.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).isZero();

        assertThat(ran())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, JOBS).mapToObj(Integer::toString).toList());
        try (Cluster cluster = Cluster.connect(uri)) {
            assertEnds(cluster);
        }
    }

    private static void assertEnds(Cluster cluster) {
        Map<String, Job> byKey = cluster.list(JobQuery.all()).stream()
                .collect(Collectors.toMap(job -> job.key().orElseThrow(), Function.identity()));
        assertThat(byKey).hasSize(JOBS);
        for (int i = 0; i < JOBS; i++) {
            Job job = Objects.requireNonNull(byKey.get("job-" + i));
            assertThat(job.exitStatus().map(e -> e.code())).as(job.toString()).contains(i % 100);
            assertThat(job.attempt()).isEqualTo(1);
        }
        assertThat(cluster.openJobs()).extracting(JobHandle::id).isEmpty();
    }

    private Process client(String uri) throws IOException {
        Process client = CrashingClient.start(List.of("run", uri, folder.toString(), Integer.toString(JOBS)));
        client.getOutputStream().close();
        return client;
    }

    private List<String> ran() throws IOException {
        Path file = folder.resolve("ran");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
