package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.MetricSample;
import io.hpc4j.core.StateFolder;
import io.hpc4j.core.WatchSettings;
import io.hpc4j.core.recording.RecordedCall;
import io.hpc4j.core.recording.RecordedCall.Answer;
import io.hpc4j.core.recording.RecordedCall.Command;
import io.hpc4j.core.recording.Recording;
import io.hpc4j.core.spi.LocalTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster records of a scheduler that is driven by commands, here real shell scripts. */
@Timeout(120)
class RecordingTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private Cluster.Builder builder(ShellScheduler scheduler) {
        return Cluster.builder("shell:")
                .provider(scheduler)
                .transport(new LocalTransport())
                .state(StateFolder.at(folder.resolve("state")))
                .callsPerMinute(0)
                .watch(WatchSettings.DEFAULT.withIntervals(Duration.ofMillis(20), Duration.ofMillis(100)));
    }

    private ShellScheduler scheduler() throws IOException {
        return ShellScheduler.install(folder.resolve("scheduler"), Duration.ofSeconds(30));
    }

    @Test
    void everyCommandIsRecordedWithItsAnswerAndWhatWasMadeOfIt() throws Exception {
        try (Cluster cluster = builder(scheduler()).connect()) {
            JobHandle job = cluster.submit(
                    JobRequest.command("sh", "-c", "exit 3").name("three").build());
            job.await(LIMIT);

            List<Command> commands = cluster.recording().commands();
            Command submit = commands.get(0);
            assertThat(submit.origin().operation()).isEqualTo("submit");
            assertThat(submit.asked().arguments())
                    .containsExactly("sh_submit", "--key", job.job().key().orElseThrow(), "--name", "three");
            assertThat(submit.asked().stdin().text()).isEqualTo("exec sh -c 'exit 3'\n");
            assertThat(submit.asked().environmentNames()).containsExactly("PATH", "SHELL_BIN", "SHELL_DB");
            assertThat(submit.took()).isPositive();
            assertThat(submit.conclusion()).isEqualTo("job " + job.id());
            Answer.Ended ended = (Answer.Ended) submit.answer();
            assertThat(ended.stdout().text()).isEqualTo("Submitted job 1\n");
            assertThat(ended.stderr().text()).startsWith("sh_submit: warning");
            assertThat(commands.get(commands.size() - 1).origin().operation()).isEqualTo("historyOf");
            assertThat(commands.get(commands.size() - 1).conclusion()).isEqualTo("1 job, 1 ended");
            assertThat(cluster.recording().names().users()).containsExactly(ShellScheduler.OWNER);
        }
    }

    @Test
    void valuesOfTheEnvironmentAreNowhereInTheRecording() throws Exception {
        try (Cluster cluster = builder(scheduler()).keepRecording().connect()) {
            cluster.submit(JobRequest.command("sh", "-c", "printenv SECRET_SAUCE >&2")
                            .environment("SECRET_SAUCE", "tomato'and\nbasil")
                            .environment("N", "7")
                            .build())
                    .await(LIMIT);

            String text = cluster.recording().toText() + Files.readString(file());
            assertThat(text)
                    .contains("export SECRET_SAUCE=***\\n", "export N=***\\n")
                    .doesNotContain("tomato", "basil", folder.resolve("scheduler/bin") + ":");
        }
    }

    private Path file() throws IOException {
        try (var files = Files.list(folder.resolve("state/recordings"))) {
            return files.findFirst().orElseThrow();
        }
    }

    @Test
    void failuresAndPassedTimeLimitsAreRecordedAsSuch() throws Exception {
        ShellScheduler scheduler = ShellScheduler.install(folder.resolve("scheduler"), Duration.ofMillis(700));
        scheduler.trouble("sh_submit", "fail", "hang");
        try (Cluster cluster = builder(scheduler).connect()) {
            JobRequest request = JobRequest.command("true").build();
            assertThatThrownBy(() -> cluster.submit(request)).isInstanceOf(BackendUnavailableException.class);
            assertThatThrownBy(() -> cluster.submit(request)).hasMessageContaining("did not end within");

            List<Command> submits = cluster.recording().commands().stream()
                    .filter(c -> c.asked().program().equals("sh_submit"))
                    .toList();
            assertThat(((Answer.Ended) submits.get(0).answer()).exitStatus().code())
                    .isEqualTo(1);
            assertThat(submits.get(0).conclusion())
                    .startsWith("BackendUnavailableException: sh_submit: sh_submit: error: Unable");
            Answer.Broken broken = (Answer.Broken) submits.get(1).answer();
            assertThat(broken.isTimeout()).isTrue();
            assertThat(broken.isTransient()).isTrue();
            assertThat(broken.message()).contains("its last words: waiting for the controller");
        }
    }

    @Test
    void aBackendWithoutCommandsIsRecordedByItsCalls() throws Exception {
        ScriptedBackend scripted = new ScriptedBackend(java.time.Clock.systemUTC());
        try (Cluster cluster = Cluster.builder("scripted:").provider(scripted).connect()) {
            cluster.submitAll(List.of(
                    JobRequest.command("a").build(), JobRequest.command("b").build()));
            cluster.cancel(cluster.openJobs().stream().map(JobHandle::id).toList());

            assertThat(cluster.recording().calls().stream()
                            .filter(c -> !c.origin().operation().equals("statusOf"))
                            .map(c -> "%s %s: %s"
                                    .formatted(
                                            c.origin().operation(),
                                            ((RecordedCall.Operation) c).subject(),
                                            c.conclusion())))
                    .containsExactly("submitAll 2 requests: 2 accepted, 0 not", "cancel 2 jobs: done");
        }
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void aRecordingThatIsKeptOutlivesTheClusterAndBelongsToThisUserOnly() throws Exception {
        ShellScheduler scheduler = scheduler();
        Recording inMemory;
        try (Cluster cluster = builder(scheduler).keepRecording().connect()) {
            cluster.submit(JobRequest.command("true").build()).await(LIMIT);
            inMemory = cluster.recording();
        }
        try (Cluster cluster = builder(scheduler).keepRecording().connect()) {
            cluster.submit(JobRequest.command("true").build()).await(LIMIT);

            Recording kept = cluster.keptRecording();
            assertThat(kept.calls())
                    .containsAll(inMemory.calls())
                    .hasSizeGreaterThan(inMemory.calls().size());
            assertThat(kept.names().users()).containsExactly(ShellScheduler.OWNER);
            assertThat(kept.damagedLines()).isZero();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void commandsAreMeasuredByProgramAndOutcome() throws Exception {
        RecordingSink sink = new RecordingSink();
        ShellScheduler scheduler = ShellScheduler.install(folder.resolve("scheduler"), Duration.ofMillis(700));
        scheduler.trouble("sh_submit", "fail", "hang");
        try (Cluster cluster =
                builder(scheduler).callsPerMinute(1000).sink(sink).connect()) {
            JobRequest request = JobRequest.command("true").build();
            assertThatThrownBy(() -> cluster.submit(request)).isInstanceOf(BackendUnavailableException.class);
            assertThatThrownBy(() -> cluster.submit(request)).hasMessageContaining("did not end");
            cluster.submit(request).await(LIMIT);
        }
        List<MetricSample> submits = sink.samples("hpc_scheduler_commands_total").stream()
                .filter(s -> "sh_submit".equals(s.labels().get("program")))
                .toList();
        assertThat(submits.stream().map(s -> s.labels().get("outcome") + " " + s.value()))
                .containsExactly("failure 1.0", "timeout 1.0", "success 1.0");
        assertThat(sink.samples("hpc_scheduler_command_seconds"))
                .hasSameSizeAs(sink.samples("hpc_scheduler_commands_total"))
                .allMatch(s -> s.value() > 0 && "shell:".equals(s.labels().get("cluster")));
        assertThat(sink.samples("hpc_scheduler_budget_used_ratio"))
                .isNotEmpty()
                .allMatch(s -> s.value() > 0 && s.value() < 1);
    }

    @Test
    void commandsAreEventsOfJdkFlightRecorder() throws Exception {
        Path dump = folder.resolve("dump.jfr");
        try (jdk.jfr.Recording jfr = new jdk.jfr.Recording()) {
            jfr.enable("io.hpc4j.SchedulerCall");
            jfr.start();
            try (Cluster cluster = builder(scheduler()).connect()) {
                cluster.submit(JobRequest.command("true").build()).await(LIMIT);
            }
            jfr.stop();
            jfr.dump(dump);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(dump).stream()
                .filter(e -> e.getEventType().getName().equals("io.hpc4j.SchedulerCall"))
                .toList();
        RecordedEvent submit = events.stream()
                .filter(e -> e.getString("program").equals("sh_submit"))
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError(events.stream().map(Object::toString).collect(Collectors.joining())));
        assertThat(submit.getString("cluster")).isEqualTo("shell:");
        assertThat(submit.getString("operation")).isEqualTo("submit");
        assertThat(submit.getString("outcome")).isEqualTo("success");
        assertThat(submit.getInt("exitCode")).isZero();
        assertThat(submit.getLong("outputBytes")).isPositive();
        assertThat(submit.getDuration()).isPositive();
    }
}
