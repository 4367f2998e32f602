package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobState;
import io.hpc4j.core.recording.Recording;
import io.hpc4j.server.HpcCommand;
import io.hpc4j.store.JobRecord;
import io.hpc4j.store.json.JobJson;
import io.hpc4j.store.json.JsonObject;
import io.hpc4j.testkit.Engines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as users have it: a process for each, on a real local cluster. */
class CommandIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path folder = Path.of("/nonexistent");

    /** What is in the environment besides. */
    private final Map<String, String> more = new HashMap<>();

    private record Result(int code, String out, String err) {}

    @BeforeEach
    void needLinux() {
        Engines.require("Linux", System.getProperty("os.name", "").equals("Linux"), "use a machine with Linux");
    }

    @AfterEach
    void endKeeper() throws Exception {
        if (Files.exists(folder.resolve("state/keeper"))) {
            run("cancel", "--all");
            await().atMost(SOON).until(() -> !Files.exists(folder.resolve("state/keeper/socket")));
        }
    }

    private Process start(Path out, Path err, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                HpcCommand.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("HPC_"));
        builder.environment()
                .putAll(Map.of(
                        "HPC_STATE",
                        folder.resolve("state").toString(),
                        "HOME",
                        folder.toString(),
                        "LC_ALL",
                        "C.UTF-8",
                        "HPC_KEEPER_IDLE",
                        "1s"));
        builder.environment().putAll(more);
        return builder.start();
    }

    private Result run(String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        int code = start(out, err, arguments).waitFor();
        return new Result(code, Files.readString(out), Files.readString(err));
    }

    private String submit(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("submit"));
        all.addAll(List.of(arguments));
        Result result = run(all.toArray(String[]::new));
        assertThat(result.code()).as(result.err()).isZero();
        return result.out().strip();
    }

    private Job job(String id) throws IOException, InterruptedException {
        return JobJson.fromJson(JsonObject.parse(run("show", "--json", id).out()));
    }

    @Test
    void jobIsSubmittedAwaitedAndShown() throws Exception {
        String id = submit("-n", "greet", "--", "sh", "-c", "echo hello \u20ac; pwd; exit 3");

        assertThat(run("wait", id).code()).isEqualTo(1);
        Job job = job(id);
        assertThat(job.state()).isEqualTo(JobState.FAILED);
        assertThat(job.exitStatus().orElseThrow().code()).isEqualTo(3);
        assertThat(run("logs", id).out()).isEqualTo("hello \u20ac\n" + folder.toRealPath() + "\n");
        assertThat(run("jobs").out()).contains("greet", "FAILED", "exit code 3");
        assertThat(run("wait", id, "999").code()).isEqualTo(3);
    }

    @Test
    void databaseThatIsNamedRemembersTheJobs() throws Exception {
        more.put("HPC_DATABASE", "jdbc:h2:" + folder.resolve("jobs"));
        submit("--wait", "--", "true");
        submit("--wait", "--", "true");

        assertThat(run("store", "status").out()).containsPattern("hpc_job +2\n").containsPattern("hpc_job_end +2\n");
        assertThat(run("store", "check").code()).isZero();
    }

    @Test
    void planIsWhatASubmitThenDoesAndTheEndIsExplained() throws Exception {
        String[] job = {"--stdout", "%n.out", "-n", "greet", "--", "sh", "-c", "echo hi; echo no >&2; exit 3"};
        Result plan = run(Stream.concat(Stream.of("plan"), Stream.of(job)).toArray(String[]::new));
        assertThat(plan.code()).as(plan.err()).isZero();
        assertThat(plan.out())
                .contains("would be accepted, and start at ", " on node1", "runs: sh -c 'echo hi; echo no >&2; exit 3'")
                .contains(folder.toRealPath() + "/greet.out");
        assertThat(run("jobs", "--all").out()).doesNotContain("greet");
        Result refused = run("plan", "--queue", "none", "--mem", "9000T", "--mail", "a@b", "true");
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.out()).startsWith("would be refused for memoryPerNodeBytes, queue, mail\n");

        String id = submit(job);
        run("wait", id);

        assertThat(folder.resolve("greet.out")).hasContent("hi");
        assertThat(run("explain", id).out())
                .startsWith("job 1 'greet' is FAILED after ")
                .contains("exit code 3", "    | no\n");
        JsonObject json = JsonObject.parse(run("explain", "--json", id).out());
        assertThat(json.objects("reasons").get(0).text("type")).isEqualTo("EXIT_CODE");
        assertThat(run("explain", "999").code()).isEqualTo(3);
    }

    @Test
    void doctorLooksBeforeAndAfterConnecting() throws Exception {
        Result doctor = run("doctor");

        assertThat(doctor.code()).as(doctor.out()).isIn(0, 7);
        assertThat(doctor.out())
                .contains("ok       Java", "backends", "local", "state folder", "disk space", "it answers after")
                .contains("ok       nodes");
        assertThat(run("doctor").out()).contains("ok       keeper").doesNotContain("state in use");
        Result broken = run("doctor", "slurm:");
        assertThat(broken.code()).isEqualTo(8);
        assertThat(broken.out()).contains("PROBLEM  backends", "add the artifact io.hpc4j:hpc-scheduler-slurm");
    }

    @Test
    void whatOtherCommandsHaveAskedIsInTheSupportBundle() throws Exception {
        String id = submit("-n", "case", "--", "true");
        run("wait", id);

        Result result = run("support-bundle", "-o", "bundle.zip");

        assertThat(result.code()).as(result.err()).isZero();
        Recording recording = Recording.read(folder.resolve("bundle.zip"));
        assertThat(recording.damagedLines()).isZero();
        assertThat(recording.calls().stream().map(c -> c.origin().operation() + ": " + c.conclusion()))
                .contains("submit: job " + id, "queues: 1 queue");
    }

    @Test
    void logsAreFollowedToTheEnd() throws Exception {
        String id = submit("--", "sh", "-c", "for i in 1 2 3; do echo line $i; sleep 0.3; done; echo end");

        assertThat(run("logs", "-f", id)).isEqualTo(new Result(0, "line 1\nline 2\nline 3\nend\n", ""));
    }

    @Test
    void jobIsCancelledAndItsWaiterTold() throws Exception {
        String id = submit("sleep", "600");
        Path out = folder.resolve("waiter");
        Process waiter = start(out, folder.resolve("waiter.err"), "wait", id);

        assertThat(run("cancel", id).code()).isZero();
        assertThat(waiter.waitFor()).isEqualTo(1);
        assertThat(Files.readString(out)).contains("CANCELLED");
    }

    @Test
    void waiterOutlivesTheKeeper() throws Exception {
        Path gate = folder.resolve("gate");
        String id = submit("--", "sh", "-c", "while [ ! -e gate ]; do sleep 0.05; done; exit 7");
        Process waiter = start(folder.resolve("waiter"), folder.resolve("waiter.err"), "wait", "--json", id);
        await().atMost(SOON).until(() -> job(id).state() == JobState.RUNNING);
        long keeper =
                Long.parseLong(Files.readString(folder.resolve("state/lock")).strip());

        ProcessHandle.of(keeper).orElseThrow().destroyForcibly();
        await().atMost(SOON)
                .until(() ->
                        ProcessHandle.of(keeper).filter(ProcessHandle::isAlive).isEmpty());
        Files.createFile(gate);

        assertThat(waiter.waitFor()).isEqualTo(1);
        Job job = JobJson.fromJson(JsonObject.parse(Files.readString(folder.resolve("waiter"))));
        assertThat(job.exitStatus().orElseThrow().code()).isEqualTo(7);
    }

    @Test
    void commandsAtOnceShareTheCluster() throws Exception {
        List<Process> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(start(folder.resolve("o" + i), folder.resolve("e" + i), "submit", "--wait", "true"));
        }
        for (Process process : all) {
            assertThat(process.waitFor()).isZero();
        }

        assertThat(run("jobs", "--all", "--state", "COMPLETED").out()).hasLineCount(7);
    }

    @Test
    void batchWritesTheSameFilesWhateverTheNumberOfWorkers() throws Exception {
        assertThat(run("batch", "--jobs", "12", "--seed", "5", "--output", "a").code())
                .isZero();
        Result one = run("batch", "--jobs", "12", "--seed", "5", "--output", "b", "--workers", "1");

        assertThat(one.out()).endsWith("Job 12 completed: b/job_12.csv\nAll jobs completed!\n");
        for (int i = 1; i <= 12; i++) {
            byte[] wanted = new BatchSimulation(5, 0).csv(i).getBytes(StandardCharsets.UTF_8);
            assertThat(folder.resolve("a/job_" + i + ".csv")).hasBinaryContent(wanted);
            assertThat(folder.resolve("b/job_" + i + ".csv")).hasBinaryContent(wanted);
        }
        assertThat(folder.resolve("a/metrics.log")).content().contains("Status: SUCCESS");
        assertThat(run("batch", "--jobs", "2", "--fail-rate", "1").code()).isEqualTo(1);
        assertThat(folder.resolve("outputs/metrics.log")).content().contains("Status: FAILED");
    }

    @Test
    void badRequestIsOneSentenceAndLeavesNothing() throws Exception {
        for (String[] bad : new String[][] {
            {"--workdir", "/absent", "true"},
            {"--nodes", "50", "true"},
            {"--cpus", "100000", "true"},
            {"--mem", "999P", "true"},
            {"--queue", "none", "true"},
            {"--after-ok", "77", "true"},
            {"--name", "x".repeat(10_000), "true"}
        }) {
            List<String> all = new ArrayList<>(List.of("submit"));
            all.addAll(List.of(bad));
            Result result = run(all.toArray(String[]::new));

            assertThat(result.code()).as(result.err()).isIn(2, 3, 5);
            assertThat(result.err()).startsWith("hpc: ").hasLineCount(1);
            assertThat(result.out()).isEmpty();
        }
        assertThat(run("jobs", "--all", "--json").out()).isEqualTo("[]\n");
    }

    @Test
    void jobIsRunAgainFromItsRecord() throws Exception {
        String id = submit("-n", "greet", "--env", "WHO=w\u00f6rld", "--", "sh", "-c", "echo hello $WHO; exit 3");
        assertThat(run("wait", id).code()).isEqualTo(1);
        assertThat(run("record", id, "-o", "r.json").code()).isZero();
        assertThat(Files.getPosixFilePermissions(folder.resolve("r.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        JobRecord record = JobRecord.parse(Files.readString(folder.resolve("r.json")));
        assertThat(record.verify()).isTrue();
        assertThat(record.job()).isEqualTo(job(id));

        String again = run("rerun", "r.json").out().strip();
        assertThat(again).isNotEqualTo(id);
        assertThat(run("wait", again).code()).isEqualTo(1);
        Job job = job(again);
        assertThat(job.exitStatus()).isEqualTo(record.job().exitStatus());
        assertThat(job.labels()).containsEntry("rerun-of", record.cluster() + "#" + id);
        assertThat(job.key()).isNotEqualTo(record.job().key());
        assertThat(run("logs", again).out()).isEqualTo("hello w\u00f6rld\n");
    }

    @Test
    void taskOfAnArrayIsRunAgainWithItsIndex() throws Exception {
        String id = submit("--array", "4-6", "--", "sh", "-c", "echo index $HPC_ARRAY_INDEX");
        assertThat(run("wait", id).code()).isZero();
        assertThat(run("record", id).code()).isEqualTo(2);
        Files.writeString(folder.resolve("task.json"), run("record", id + "_5").out());

        String again = run("rerun", "task.json").out().strip();
        assertThat(run("wait", again).code()).isZero();
        assertThat(run("logs", again).out()).isEqualTo("index 5\n");
    }

    @Test
    void demonstrationEndsAsItIsMeantTo() throws Exception {
        Result demo = run("demo");

        assertThat(demo.code()).as(demo.out() + demo.err()).isZero();
        assertThat(demo.out())
                .contains(
                        "17 of 17 jobs ended as they were meant to",
                        "is killed (kill -9",
                        "is tried again",
                        "TIMED_OUT")
                .contains("Try next:");
        assertThat(folder.resolve("hpc-demo/run-1/outputs/summary.csv"))
                .content()
                .startsWith("jobs,sum,mean\n6,");
        assertThat(folder.resolve("hpc-demo/run-1/outputs/ranks.txt")).content().contains("rank 2 of 3 on node3");
        Path socket = folder.resolve("hpc-demo/run-1/cluster/keeper/socket");
        await().atMost(SOON).until(() -> !Files.exists(socket));
    }
}
