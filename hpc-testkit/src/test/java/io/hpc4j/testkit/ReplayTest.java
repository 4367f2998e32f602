package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.StateFolder;
import io.hpc4j.core.WatchSettings;
import io.hpc4j.core.recording.Recording;
import io.hpc4j.core.spi.CommandLine;
import io.hpc4j.core.spi.LocalTransport;
import io.hpc4j.core.spi.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A session with faults on a real scheduler of shell scripts, its support bundle, and its replay. */
@Timeout(180)
class ReplayTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int JOBS = 6;

    @TempDir
    private Path folder;

    private Cluster connect(ShellScheduler scheduler, Transport transport) {
        return Cluster.builder("shell:/srv/" + ShellScheduler.OWNER + "/queue")
                .provider(scheduler)
                .transport(transport)
                .state(StateFolder.at(folder.resolve("state")))
                .callsPerMinute(0)
                .watch(WatchSettings.DEFAULT.withIntervals(Duration.ofMillis(150), Duration.ofMillis(150)))
                .connect();
    }

    /** What the user's program does: its jobs end when there is a certain file. */
    private Map<String, String> run(Cluster cluster, Callable<Path> meanwhile) throws Exception {
        List<JobRequest> requests = IntStream.range(0, JOBS)
                .mapToObj(i -> JobRequest.command(
                                "sh", "-c", "until [ -e \"$1\" ]; do sleep 0.05; done; exit " + i % 3, "", gate())
                        .name("case-" + i)
                        .environment("SEED", "seed-of-run-" + i)
                        .build())
                .toList();
        List<JobHandle> handles = cluster.submitAll(requests);
        meanwhile.call();
        Map<String, String> ends = new TreeMap<>();
        for (JobHandle handle : handles) {
            Job end = handle.await(LIMIT);
            ends.put(end.id().nativeId(), end.state() + " " + end.exitStatus());
        }
        return ends;
    }

    private String gate() {
        return folder.resolve("gate").toString();
    }

    @Test
    void aSessionWithFaultsEndsInTheReplayAsItDid() throws Exception {
        ShellScheduler real = ShellScheduler.install(folder.resolve("scheduler"), Duration.ofSeconds(2));
        real.trouble("sh_submit", "fine", "lost", "fine", "lost");
        real.trouble("sh_status", "half", "fine", "hang", "fail", "half", "fine");
        real.trouble("sh_history", "fail", "hang");
        Path zip = folder.resolve("bundle.zip");
        Map<String, String> ends;
        String bundle;
        try (Cluster cluster = connect(real, new LocalTransport())) {
            ends = run(cluster, () -> {
                Eventually.until(LIMIT, "trouble", () -> real.troubles("sh_status"), left -> left == 0);
                return Files.createFile(Path.of(gate()));
            });
            cluster.supportBundle().build().writeTo(zip);
            bundle = String.join("\n", cluster.supportBundle().build().files().values());
        }
        assertThat(ends).hasSize(JOBS).containsEntry("1", "COMPLETED Optional[exit code 0]");
        assertThat(bundle)
                .doesNotContainPattern("(?<![A-Za-z0-9])" + ShellScheduler.OWNER + "(?![A-Za-z0-9])")
                .doesNotContain("seed-of-run", folder.getFileName().toString(), ShellScheduler.NODE)
                .contains("|user1|hosta07|case-");

        FakeTransport replay = FakeTransport.replay(zip);
        ShellScheduler nowhere = new ShellScheduler("/nowhere/bin", "/nowhere/db", Duration.ofSeconds(2));
        try (Cluster cluster = connect(nowhere, replay)) {
            assertThat(run(cluster, () -> folder)).isEqualTo(ends);
        }
        assertThat(Recording.read(zip).commands())
                .anyMatch(c -> c.conclusion().startsWith("UnreadableOutputException"))
                .anyMatch(c -> c.conclusion().startsWith("TransportException"))
                .anyMatch(c -> c.conclusion().startsWith("BackendUnavailableException"));
    }

    @Test
    void aCommandThatTheRecordingDoesNotHaveIsNamedTogetherWithWhatComesNext() throws IOException {
        Path file = recording("1", "2");
        FakeTransport replay = FakeTransport.replay(file);

        assertThat(replay.run(CommandLine.of("/opt/bin/sh_status", "1")).stdout())
                .isEqualTo("answer to 1\n");
        assertThatThrownBy(() -> replay.run(CommandLine.of("sh_status", "1")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no more such command: [sh_status, 1]")
                .hasMessageContaining("[sh_status, 2]");
        assertThatThrownBy(() -> replay.run(CommandLine.of("sh_cancel", "1")))
                .hasMessageContaining("no command: [sh_cancel, 1]");
        assertThatThrownBy(replay::verify).hasMessageContaining("no more such command");
    }

    @Test
    void keysAndAnonymousNamesStandForWhateverComesFirst() throws IOException {
        String then = "123e4567-e89b-12d3-a456-426614174000";
        String now = "00000000-1111-2222-3333-444444444444";
        Path file = write(
                line(1, List.of("sh_submit", "--key", then, "--dir=/home/user1/name2"), "user1 has " + then),
                line(2, List.of("sh_find", then, "user1"), "7|" + then));
        FakeTransport replay = FakeTransport.replay(file);

        assertThat(replay.run(CommandLine.of("sh_submit", "--key", now, "--dir=/home/ada/case"))
                        .stdout())
                .isEqualTo("ada has " + now);
        assertThatThrownBy(() -> replay.run(CommandLine.of("sh_find", now, "grace")))
                .hasMessageContaining("no command");
        assertThat(replay.run(CommandLine.of("sh_find", now, "ada")).stdout()).isEqualTo("7|" + now);
    }

    @Test
    void theClockShowsWhenARecordedCommandHadEnded() throws IOException {
        MutableClock clock = MutableClock.at("2026-01-01T00:00:00Z");
        FakeTransport replay = FakeTransport.replay(recording("1", "2"), clock);

        replay.run(CommandLine.of("sh_status", "2"));
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-31T12:00:02.5Z"));
        replay.run(CommandLine.of("sh_status", "1"));
        assertThat(clock.instant()).as("never back").isEqualTo(Instant.parse("2026-01-31T12:00:02.5Z"));
    }

    private Path recording(String... ids) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            lines.add(line(i + 1, List.of("sh_status", ids[i]), "answer to " + ids[i] + "\\n"));
        }
        return write(lines.toArray(String[]::new));
    }

    private static String line(int number, List<String> arguments, String stdout) {
        return "command\tsession=a\tnumber=%d\tat=2026-01-31T12:00:0%dZ\ttook=0.5\toperation=\targ=%s\ttimeout=60\texit=0\tsignal=0\ttruncated=false\tstdout.size=1\tstdout.sha256=-\tstdout=%s\tconclusion=\tend=-"
                .formatted(number, number, String.join("\targ=", arguments), stdout);
    }

    private Path write(String... lines) throws IOException {
        return Files.writeString(
                folder.resolve("recording.txt"), "# hpc4j-recording 1\n" + String.join("\n", lines) + "\n");
    }
}
