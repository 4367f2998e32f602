package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherCommandsTest {

    @TempDir
    private Path folder = Path.of("/nonexistent");

    @Test
    void verbsReachTheScheduler() {
        Shell shell = new Shell(folder);
        shell.run("submit", "-n", "stay", "true");
        for (String verb : new String[] {"hold", "release", "suspend", "resume", "requeue", "cancel"}) {
            assertThat(shell.run(verb, "1")).as(verb).isZero();
            assertThat(shell.out()).isEmpty();
        }

        assertThat(shell.fake.steered())
                .containsExactly("hold 1", "release 1", "suspend 1", "resume 1", "requeue 1", "cancel 1");
        assertThat(shell.run("cancel", "77")).isEqualTo(3);
        assertThat(shell.run("hold")).isEqualTo(2);
    }

    @Test
    void cancelAllIsAllThatLive() {
        Shell shell = new Shell(folder);
        shell.run("submit", "-n", "stay", "true");
        shell.run("submit", "-n", "fine", "true");
        shell.run("submit", "--array", "1-2", "-n", "wait", "true");

        assertThat(shell.run("cancel", "--all")).isZero();
        assertThat(shell.fake.steered()).containsExactly("cancel 1", "cancel 3_1", "cancel 3_2");
        assertThat(shell.run("cancel", "--all", "1")).isEqualTo(2);
    }

    @Test
    void idOfAnArrayMeansItsTasks() {
        Shell shell = new Shell(folder);
        shell.run("submit", "--array", "1-2", "-n", "wait", "true");

        assertThat(shell.run("cancel", "1")).isZero();
        assertThat(shell.fake.steered()).containsExactly("cancel 1_1", "cancel 1_2");
        assertThat(shell.run("logs", "1")).isEqualTo(2);
        assertThat(shell.err()).contains("1_1");
    }

    @Test
    void nodesAndQueuesAreTablesOrJson() {
        Shell shell = new Shell(folder);

        shell.run("nodes");
        assertThat(shell.out()).isEqualTo("""
                        NODE   STATE  SLOTS  MEMORY  GPUS  LOAD  QUEUES  REASON
                        node1  UP       1/2   1G/4G        0.50  batch
                        """);
        shell.run("queues");
        assertThat(shell.out()).contains("batch*  open");
        shell.run("nodes", "--json");
        assertThat(shell.out())
                .isEqualTo("[{\"name\":\"node1\",\"state\":\"UP\",\"rawState\":\"up\",\"slots\":2,\"usedSlots\":1,"
                        + "\"memoryBytes\":4294967296,\"usedMemoryBytes\":1073741824,\"gpus\":0,\"usedGpus\":0,"
                        + "\"load\":0.5,\"queues\":[\"batch\"]}]\n");
        shell.run("queues", "--json");
        assertThat(shell.out()).startsWith("[{\"name\":\"batch\",\"isDefault\":true,\"isOpen\":true,");
    }

    @Test
    void logsAreCopiedByteForByteAndByLines() throws IOException {
        Shell shell = new Shell(folder);
        Path file = Files.writeString(folder.resolve("out"), "one\ntwo\nthree \u20ac\n");
        Job.Builder job = Job.builder(JobId.of("5"), JobState.COMPLETED);
        shell.fake.put(job.stdout(file.toString())
                .stderr(folder.resolve("none").toString())
                .build());

        assertThat(shell.run("logs", "5")).isZero();
        assertThat(shell.out()).isEqualTo("one\ntwo\nthree \u20ac\n");
        shell.run("logs", "-f", "5");
        assertThat(shell.out()).isEqualTo("one\ntwo\nthree \u20ac\n");
        shell.run("logs", "-n", "1", "5");
        assertThat(shell.out()).isEqualTo("three \u20ac\n");
        shell.run("logs", "-n", "0", "5");
        assertThat(shell.out()).isEmpty();
        shell.run("logs", "-n", "99", "5");
        assertThat(shell.out()).hasLineCount(3);
        assertThat(shell.run("logs", "--stderr", "5")).isZero();
        assertThat(shell.err()).contains("has written nothing");
        assertThat(shell.run("logs", "9")).isEqualTo(3);
        assertThat(shell.run("logs", "-n", "-1", "5")).isEqualTo(2);
    }

    @Test
    void logsWithoutAKnownPlaceAreAFailureInWords() {
        Shell shell = new Shell(folder);
        shell.run("submit", "-n", "fine", "true");

        assertThat(shell.run("logs", "1")).isEqualTo(6);
        assertThat(shell.err()).contains("job 1").hasLineCount(1);
    }

    @Test
    void monitorPrintsPicturesWhereThereIsNoTerminal() {
        Shell shell = new Shell(folder);
        shell.run("submit", "-n", "fine", "true");
        shell.run("submit", "-n", "wait", "true");
        shell.run("submit", "-n", "stay", "true");

        assertThat(shell.run("monitor", "--count", "2", "--interval", "0.01s")).isZero();
        assertThat(shell.out())
                .contains("1 waiting, 1 running", "node1", "\n3   stay")
                .containsOnlyOnce("\n\nlocal:");
        assertThat(shell.out()).doesNotContain("\u001b");
        shell.fake.fail(new BackendUnavailableException("the scheduler does not answer"));
        assertThat(shell.run("monitor", "--count", "1")).isZero();
        assertThat(shell.out()).contains("the scheduler does not answer");
    }

    @Test
    void batchOfTheFakeClusterIsToldAsTheContractHasIt() throws IOException {
        Shell shell = new Shell(folder);
        Files.writeString(folder.resolve(".env"), "NUM_JOBS=3\n");

        assertThat(shell.run("batch", "--seed", "1", "--workers", "1")).isZero();
        assertThat(shell.out()).isEqualTo("""
                        Job 1 completed: outputs/job_1.csv
                        Job 2 completed: outputs/job_2.csv
                        Job 3 completed: outputs/job_3.csv
                        All jobs completed!
                        """);
        assertThat(Files.readString(folder.resolve("outputs/metrics.log")))
                .matches("Wall Time: \\d+\\.\\d{3} seconds\nStatus: SUCCESS\n");
        assertThat(shell.run("batch", "--jobs", "0")).isEqualTo(2);
        shell.env.put("NUM_JOBS", "10001");
        assertThat(shell.run("batch")).isEqualTo(2);
        assertThat(shell.err()).contains("NUM_JOBS").hasLineCount(1);
    }

    @Test
    void everyCommandHasHelpWithExamples() {
        Shell shell = new Shell(folder);

        assertThat(shell.run("--help")).isZero();
        assertThat(shell.out()).contains("submit", "monitor", "completion").doesNotContain("  keep");
        for (String command : new String[] {
            "demo",
            "submit",
            "plan",
            "jobs",
            "show",
            "explain",
            "doctor",
            "logs",
            "wait",
            "cancel",
            "hold",
            "release",
            "suspend",
            "resume",
            "requeue",
            "nodes",
            "queues",
            "monitor",
            "batch",
            "completion"
        }) {
            assertThat(shell.run(command, "--help")).as(command).isZero();
            assertThat(shell.out()).as(command).contains("Usage:", "Examples:\n  ", "hpc " + command);
        }
    }

    @Test
    void versionIsToldOnOneLine() {
        Shell shell = new Shell(folder);

        assertThat(shell.run("--version")).isZero();
        assertThat(shell.out()).matches("hpc \\d+\\.\\d+\\.\\d+\\S* \\(Java .*\\)\n");
    }

    @Test
    void completionKnowsTheCommandsAndTheirOptions() {
        Shell shell = new Shell(folder);

        assertThat(shell.run("completion")).isZero();
        assertThat(shell.out()).contains("complete -F", "--retry-on", "monitor");
        assertThat(shell.run("completion", "zsh")).isZero();
        assertThat(shell.out()).startsWith("autoload");
        assertThat(shell.run("completion", "fish")).isEqualTo(2);
    }
}
