package io.hpc4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.recording.Recording;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each example prints what its page says. */
@Timeout(120)
class ExamplesTest {

    @TempDir
    Path state;

    private interface Main {
        void run(String[] args) throws Exception;
    }

    private String printed(Main example, String... more) throws Exception {
        String[] args = new String[1 + more.length];
        args[0] = "local:" + state + "?slots=2";
        System.arraycopy(more, 0, args, 1, more.length);
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            example.run(args);
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void embedLocal() throws Exception {
        assertThat(printed(EmbedLocal::main)).matches("hello from job 1\nFAILED, exit code 3, cpu \\d+ ms\n");
    }

    @Test
    void waitForMany() throws Exception {
        assertThat(printed(WaitForMany::main, "300")).isEqualTo("100 of 300 succeeded\n");
    }

    @Test
    void arrayOfJobs() throws Exception {
        assertThat(printed(ArrayOfJobs::main)).isEqualTo("""
            1 squared is 1
            2 squared is 4
            3 squared is 9
            4 squared is 16
            5 squared is 25
            """);
    }

    @Test
    void dependencies() throws Exception {
        assertThat(printed(Dependencies::main).lines())
                .anyMatch(l -> l.contains("'mesh' COMPLETED"))
                .anyMatch(l -> l.contains("'solve' FAILED, exit code 7"))
                .anyMatch(l -> l.contains("'clean' COMPLETED"))
                .anyMatch(l -> l.contains("'alarm' COMPLETED"));
    }

    @Test
    void retryAfterFailure() throws Exception {
        assertThat(printed(RetryAfterFailure::main)).isEqualTo("COMPLETED at attempt 3\n");
    }

    @Test
    void planAndExplain() throws Exception {
        assertThat(printed(PlanAndExplain::main))
                .startsWith("refused: cpusPerTask\nthere is no program ")
                .contains("job 1 'solver' is FAILED after ", "exit code 3", "    | no case.dat\n");
    }

    @Test
    void commandsAsTasks() throws Exception {
        assertThat(printed(CommandsAsTasks::main))
                .isEqualTo("exit code 0\nexit code 1\nexit code 2\nexit code 3\nterminated: true\n");
    }

    @Test
    void pulledEvents() throws Exception {
        assertThat(printed(PulledEvents::main)).isEqualTo("all ended: true\n");
    }

    @Test
    void lookBack() throws Exception {
        Path zip = state.resolve("bundle.zip");

        assertThat(printed(LookBack::main, zip.toString())).contains(" submit: job 1\n");
        assertThat(Recording.read(zip).calls()).isNotEmpty();
    }

    @Test
    void ownMetricsSink() throws Exception {
        assertThat(printed(OwnMetricsSink::main)).isEqualTo("completed 1, failed 1\n");
    }

    @Test
    void rememberJobs() throws Exception {
        assertThat(printed(RememberJobs::main, "jdbc:h2:" + state.resolve("store/jobs")))
                .isEqualTo("nightly-2026-01-31 COMPLETED\n");
    }

    @Test
    void durableListener() throws Exception {
        String database = "jdbc:h2:" + state.resolve("store/jobs");
        assertThat(printed(
                        DurableListener::main,
                        database,
                        state.resolve("records").toString()))
                .isEqualTo("[COMPLETED 0 true, FAILED 1 true]\n");
    }

    /** In a process of its own, since it uses the state folder that the environment names. */
    @Test
    void readmeExample() throws Exception {
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ReadmeExample.class.getName(),
                state.toString());
        java.environment().put("HPC_STATE", state.resolve("cluster").toString());
        Process process = java.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(out).contains("2 is COMPLETED", "exit code 0, printed 42");
    }

    @Test
    void ownBackend() throws Exception {
        try (Cluster cluster = Cluster.builder("now:")
                .provider(new OwnBackend())
                .callsPerMinute(0)
                .connect()) {
            var job = cluster.submit(JobRequest.command("sh", "-c", "exit 4").build());
            assertThat(job.await(Duration.ofMinutes(1)).exitStatus()).contains(ExitStatus.ofCode(4));
        }
    }
}
