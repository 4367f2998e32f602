package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.testkit.CrashPoints;
import io.hpc4j.testkit.CrashPoints.Moment;
import io.hpc4j.testkit.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The client is killed with -9 at every step of opening a cluster and submitting a job: before it, in the middle of it,
 * after it. Whoever submits the same request with the same key afterwards has one job, which ran once.
 */
class SubmitCrashPointsIT {

    private static final int MOST = 500;
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final List<String> table = new ArrayList<>();
    private CrashPoints points;
    private int number;

    @BeforeEach
    void compile() throws Exception {
        Engines.require("a C compiler", Engines.isOnPath("cc"), "dev/setup");
        points = CrashPoints.compile(Files.createDirectory(folder.resolve("points")));
    }

    @Test
    void noJobRunsTwiceAndNoneIsForgottenAtWhateverStepOfASubmitTheClientIsKilled() throws Exception {
        int kills = 0;
        for (Moment moment : Moment.values()) {
            int step = 1;
            while (step < MOST && killAndRecover(step, moment)) {
                step++;
            }
            assertThat(step).as("steps of a submit").isBetween(3, MOST - 1);
            kills += step - 1;
        }
        System.out.printf("%s: %d kills%n%s%n", getClass().getSimpleName(), kills, String.join("\n", table));
    }

    /** Returns false if there was no such step. */
    private boolean killAndRecover(int step, Moment moment) throws Exception {
        String key = "key-" + ++number;
        CrashPoints.Run run = points.run(
                CrashingClient.command(List.of(
                        "submit",
                        uri(),
                        folder.toString(),
                        key,
                        points.switchOn().toString())),
                step,
                moment);
        Optional<JobId> told = run.stdout()
                .lines()
                .filter(l -> l.startsWith("submitted "))
                .map(l -> JobId.of(l.substring("submitted ".length())))
                .findFirst();
        try (Cluster next = Cluster.connect(uri())) {
            Optional<JobId> found = next.list(JobQuery.all()).stream()
                    .filter(j -> j.key().equals(Optional.of(key)))
                    .map(Job::id)
                    .findFirst();
            told.ifPresent(id ->
                    assertThat(found).as("job that the client was told of").contains(id));
            JobHandle job = next.submit(request(folder.toString(), key));
            found.ifPresent(id -> assertThat(job.id()).isEqualTo(id));
            assertThat(job.await(LONG).exitStatus()).as(run.lastStep()).contains(ExitStatus.ofCode(5));
            assertThat(Collections.frequency(ran(), key))
                    .as("runs, killed at " + run.lastStep())
                    .isEqualTo(1);
            table.add(String.format(
                    Locale.ROOT,
                    "%-6s %3d  %-60s %s, ran once",
                    moment,
                    step,
                    run.isKilled() ? run.lastStep().replace(folder.toString(), "") : "(not reached)",
                    found.isPresent() ? "found by its key" : "submitted by the next"));
        }
        assertThat(run.isKilled() || run.exitCode() == 0)
                .as("exit code %d", run.exitCode())
                .isTrue();
        return run.isKilled();
    }

    static JobRequest request(String folder, String key) {
        return JobRequest.command("/bin/sh", "-c", "echo $1 >> ran; exit 5", "sh", key)
                .workingDirectory(folder)
                .stdout("/dev/null")
                .stderr("/dev/null")
                .key(key)
                .build();
    }

    private String uri() {
        return "local:" + folder.resolve("state") + "?nodes=1&slots=2";
    }

    private List<String> ran() throws IOException {
        return Files.readAllLines(folder.resolve("ran"));
    }
}
