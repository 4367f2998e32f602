package io.hpc4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hpc4j.testkit.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that tells a durable listener is killed with -9 again and again: with a store in a file, each end is told, none
 * twice unless marked, and no more marked ones than kills.
 */
class DurableListenerCrashIT {

    private static final int JOBS = 300;
    private static final int KILLS = 12;

    @TempDir
    private Path folder = Path.of("/nonexistent");

    /** A line that the listener wrote. */
    private record Told(long position, String key, int code, int attempt, boolean maybeSeen) {

        private static Told parse(String line) {
            String[] words = line.split(" ", -1);
            return new Told(
                    Long.parseLong(words[0]),
                    words[1],
                    Integer.parseInt(words[2]),
                    Integer.parseInt(words[3]),
                    Boolean.parseBoolean(words[4]));
        }
    }

    @Test
    void eachEndIsToldOnceAlthoughTheProcessIsKilledTwelveTimes() throws Exception {
        Engines.require("Linux", System.getProperty("os.name", "").equals("Linux"), "use a machine with Linux");
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            killSoon(random);
        }
        Process last = client();
        assertThat(last.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).isZero();

        List<Told> told = told();
        System.out.printf(
                "DurableListenerCrashIT: seed %d, %d kills, %d ends, %d lines, %d marked%n",
                seed,
                KILLS,
                JOBS,
                told.size(),
                told.stream().filter(Told::maybeSeen).count());
        assertEachIsTold(told);
        assertNoneIsToldTwiceUnmarked(told);
    }

    /** Kills it when it has told some more ends, or before it has told any. */
    private void killSoon(Random random) throws Exception {
        Process client = client();
        int until = lines().size() + random.nextInt(JOBS / KILLS / 2);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> lines().size() >= until || !client.isAlive());
        assertThat(client.isAlive()).as("the client is there to be killed").isTrue();
        boolean unused = client.waitFor(random.nextInt(40), TimeUnit.MILLISECONDS);
        client.destroyForcibly();
        client.onExit().join();
    }

    private static void assertEachIsTold(List<Told> told) {
        assertThat(told)
                .extracting(Told::key)
                .containsAll(IntStream.range(0, JOBS).mapToObj(i -> "job-" + i).toList());
        assertThat(told).allSatisfy(t -> {
            assertThat(t.code()).isEqualTo(Integer.parseInt(t.key().substring("job-".length())) % 100);
            assertThat(t.attempt()).isEqualTo(1);
        });
        assertThat(told).extracting(Told::position).isSorted();
    }

    private static void assertNoneIsToldTwiceUnmarked(List<Told> told) {
        Set<String> seen = new HashSet<>();
        for (Told t : told) {
            assertThat(seen.add(t.key()) || t.maybeSeen())
                    .as("%s is told for the first time, or marked", t)
                    .isTrue();
        }
        assertThat(told.stream().filter(Told::maybeSeen)).hasSizeLessThanOrEqualTo(KILLS);
    }

    private Process client() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TellingClient.class.getName(),
                        "local:" + folder.resolve("state") + "?nodes=1&slots=2",
                        "jdbc:h2:" + folder.resolve("store/jobs"),
                        folder.toString(),
                        Integer.toString(JOBS))
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private List<Told> told() throws IOException {
        return lines().stream().map(Told::parse).toList();
    }

    private List<String> lines() throws IOException {
        Path file = folder.resolve("told");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }
}
