package io.hpc4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobStore;
import io.hpc4j.store.JdbcJobStore;
import io.hpc4j.testkit.CrashPoints;
import io.hpc4j.testkit.CrashPoints.Moment;
import io.hpc4j.testkit.Engines;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client with a store in a file is killed with -9 at steps of a submit without a key of its own. The next client with
 * the same store knows every job that the scheduler has, and none ran twice. {@code -Dcrash.points=all} kills at every
 * step, otherwise at the first ones, which are those of the submit, and some of those that follow.
 */
class StoreCrashPointsIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int FIRST = 12;
    private static final int SPREAD = 40;

    @TempDir
    Path folder;

    private final List<String> table = new ArrayList<>();
    private int number;

    @Test
    void everyJobThatTheSchedulerTookIsKnownToTheNextClientWithTheSameStore() throws Exception {
        Engines.require("a C compiler", Engines.isOnPath("cc"), "dev/setup");
        CrashPoints points = CrashPoints.compile(Files.createDirectory(folder.resolve("points")));
        int steps = kill(points, 0, Moment.AFTER).steps().size();
        boolean all = "all".equals(System.getProperty("crash.points"));
        int kills = 0;
        for (Moment moment : Moment.values()) {
            for (int step = 1; step <= steps; step += all || step < FIRST ? 1 : SPREAD) {
                kills += kill(points, step, moment).isKilled() ? 1 : 0;
            }
        }
        System.out.printf(
                "%s: %d steps, %d kills%n%s%n", getClass().getSimpleName(), steps, kills, String.join("\n", table));
        assertThat(kills).isGreaterThan(FIRST);
    }

    private CrashPoints.Run kill(CrashPoints points, int step, Moment moment) throws Exception {
        String name = "job-" + ++number;
        CrashPoints.Run run = points.run(client(name, points.switchOn()), step, moment);
        assertThat(run.isKilled() || run.exitCode() == 0)
                .as("exit code %d", run.exitCode())
                .isTrue();
        Optional<JobId> told = run.stdout()
                .lines()
                .filter(l -> l.startsWith("submitted "))
                .map(l -> JobId.of(l.substring("submitted ".length())))
                .findFirst();
        try (JobStore store = store();
                Cluster next = Cluster.builder(uri()).store(store).connect()) {
            List<Job> there = next.list(JobQuery.all().withName(name));
            assertThat(there).hasSizeLessThanOrEqualTo(1);
            told.ifPresent(id -> assertThat(there).extracting(Job::id).containsExactly(id));
            for (JobHandle open : next.openJobs()) {
                open.await(LONG);
            }
            for (Job job : there) {
                assertThat(store.find(next.toString(), job.id()))
                        .as("%s in the store, killed at %s", job, run.lastStep())
                        .isPresent();
                next.attach(job.id()).await(LONG);
            }
            assertThat(Collections.frequency(ran(), name)).as(run.lastStep()).isEqualTo(there.size());
            table.add(String.format(
                    Locale.ROOT,
                    "%-6s %3d  %-50s %s",
                    moment,
                    step,
                    run.isKilled() ? run.lastStep().replace(folder.toString(), "") : "(not reached)",
                    there.isEmpty() ? "never submitted" : "ran once, known to the store"));
        }
        return run;
    }

    private List<String> client(String name, Path switchOn) {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator);
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath,
                Client.class.getName(),
                uri(),
                database(),
                folder.toString(),
                name,
                switchOn.toString());
    }

    private String uri() {
        return "local:" + folder.resolve("state") + "?nodes=1&slots=2";
    }

    private String database() {
        return "jdbc:h2:file:" + folder.resolve("jobs");
    }

    private JobStore store() {
        return JdbcJobStore.connect(database());
    }

    private List<String> ran() throws IOException {
        Path file = folder.resolve("ran");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** The process that is killed. */
    static final class Client {

        private Client() {}

        /** Takes the cluster, the database, a folder, a name, and what to make when its steps begin to count. */
        public static void main(String[] arguments) throws IOException {
            try (JobStore store = JdbcJobStore.connect(arguments[1]);
                    Cluster cluster = Cluster.builder(arguments[0]).store(store).connect()) {
                Files.createDirectory(Path.of(arguments[4]));
                JobHandle job = cluster.submit(JobRequest.command("/bin/sh", "-c", "echo $1 >> ran", "sh", arguments[3])
                        .name(arguments[3])
                        .workingDirectory(arguments[2])
                        .stdout("/dev/null")
                        .stderr("/dev/null")
                        .build());
                System.out.println("submitted " + job.id());
            }
        }
    }
}
