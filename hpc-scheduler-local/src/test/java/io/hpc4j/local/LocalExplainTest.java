package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.Dependency;
import io.hpc4j.core.Explanation;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.NodeInfo;
import io.hpc4j.core.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each reason, of a real job. */
class LocalExplainTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String UNTIL_GATE = "while [ ! -e gate ]; do sleep 0.02; done; ";
    private static final String USER = System.getProperty("user.name", "");

    @TempDir
    Path folder;

    private Cluster cluster;

    @BeforeEach
    void open() {
        cluster = Cluster.connect("local:" + folder.resolve("state")
                + "?nodes=2&slots=2&memory=1G&recovery=1h&grace=200ms&queues=default,one:running=1");
    }

    @AfterEach
    void endAll() throws Exception {
        List<JobHandle> open = cluster.openJobs();
        cluster.cancel(open.stream().map(JobHandle::id).toList());
        for (JobHandle job : open) {
            job.await(LONG);
        }
        cluster.close();
    }

    private JobRequest.Builder sh(String script) {
        return JobRequest.command("/bin/sh", "-c", script).workingDirectory(folder.toString());
    }

    private Explanation ended(JobRequest.Builder request) throws Exception {
        JobHandle job = cluster.submit(request.build());
        job.await(LONG);
        return job.explain();
    }

    private Explanation waiting(JobRequest.Builder request) {
        return cluster.submit(request.build()).explain();
    }

    private JobHandle running(JobRequest.Builder request) {
        JobHandle job = cluster.submit(request.build());
        await().atMost(LONG).until(() -> job.state() == JobState.RUNNING);
        return job;
    }

    /** Jobs that run on all slots until the gate is opened. */
    private List<JobHandle> fill(Duration walltime) {
        return List.of(
                running(sh(UNTIL_GATE).cpusPerTask(2).walltime(walltime)),
                running(sh(UNTIL_GATE).cpusPerTask(2).walltime(walltime)));
    }

    private static Reason first(Explanation explanation, Reason.Type type) {
        assertThat(explanation.reasons().get(0).type())
                .as(explanation.headline())
                .isEqualTo(type);
        return explanation.reasons().get(0);
    }

    // ---------------------------------------------------------------- ended

    @Test
    void exitCodeWithTheLastLinesOfStandardError() throws Exception {
        Explanation e = ended(sh("seq 1 30 >&2; echo 'no such case: \u20ac' >&2; exit 3"));

        assertThat(first(e, Reason.Type.EXIT_CODE).parameter("code")).contains("3");
        Explanation.Output stderr = e.stderr().orElseThrow();
        assertThat(stderr.lastLines()).hasSize(10).endsWith("30", "no such case: \u20ac");
        assertThat(e.describe(80)).contains("exit code 3", "    | no such case: \u20ac");
    }

    @Test
    void standardErrorThatIsGoneOrEmptyIsSaid() throws Exception {
        JobHandle job = cluster.submit(sh("exit 1").stderr("err").build());
        job.await(LONG);

        assertThat(job.explain().stderr().orElseThrow().trouble()).contains("is empty");
        Files.delete(folder.resolve("err"));
        assertThat(job.explain().stderr().orElseThrow().trouble()).contains("does not exist");
    }

    @Test
    void successNeedsNoAdviceAndNoStandardError() throws Exception {
        Explanation e = ended(sh("echo note >&2"));

        assertThat(first(e, Reason.Type.SUCCEEDED).advice()).isEmpty();
        assertThat(e.stderr()).isEmpty();
    }

    @Test
    void signal() throws Exception {
        Explanation e = ended(sh("kill -KILL $$; sleep 60"));

        assertThat(first(e, Reason.Type.SIGNAL).parameters())
                .containsEntry("signal", "9")
                .containsEntry("name", "SIGKILL");
    }

    @Test
    void timeLimitBesideTheElapsedTime() throws Exception {
        Explanation e = ended(sh("exec sleep 600").walltime(Duration.ofSeconds(1)));

        Reason reason = first(e, Reason.Type.TIME_LIMIT);
        assertThat(reason.parameter("limitSeconds")).contains("1.0");
        assertThat(Double.parseDouble(reason.parameter("elapsedSeconds").orElseThrow()))
                .isBetween(1.0, 30.0);
        assertThat(reason.advice()).hasValueSatisfying(a -> assertThat(a).contains("more walltime"));
    }

    @Test
    void memoryLimitBesideThePeak() throws Exception {
        assumeTrue(
                Files.isWritable(Path.of("/sys/fs/cgroup/memory/memory.limit_in_bytes")),
                "memory limits need control groups that can be written");
        Explanation e = ended(sh("exec awk 'BEGIN { while (1) s = s \"0123456789012345678901234567890123456789\" s }'")
                .memoryPerNodeBytes(32 << 20));

        Reason reason = first(e, Reason.Type.MEMORY_LIMIT);
        assertThat(reason.parameter("limitBytes")).contains(Integer.toString(32 << 20));
        assertThat(e.figures().get(0).limit()).hasValue(32 << 20);
    }

    @Test
    void cpusInUseBesideThoseAskedFor() throws Exception {
        Explanation e = ended(sh("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; sleep 1; exit 1")
                .cpusPerTask(2));

        Explanation.Figure cpus = e.figures().get(e.figures().size() - 1);
        assertThat(cpus.measure()).isEqualTo(Explanation.Measure.CPUS);
        assertThat(cpus.limit()).hasValue(2);
        assertThat(cpus.used()).isBetween(0.01, 1.1);
    }

    @Test
    void commandNotFound() throws Exception {
        Explanation e = ended(JobRequest.command("no-such-program", "x").workingDirectory(folder.toString()));

        assertThat(first(e, Reason.Type.COMMAND_NOT_FOUND).parameter("command")).contains("no-such-program");
        assertThat(e.headline()).contains("there is no program 'no-such-program'");
        assertThat(e.describe(200)).contains("could not be started");
    }

    @Test
    void commandThatIsNoProgram() throws Exception {
        Path file = Files.writeString(folder.resolve("plain.txt"), "text\n");

        Explanation e = ended(JobRequest.command(file.toString()).workingDirectory(folder.toString()));

        assertThat(first(e, Reason.Type.COMMAND_NOT_EXECUTABLE).parameter("command"))
                .contains(file.toString());
    }

    @Test
    void workingDirectoryThatHasGone() throws Exception {
        Path gone = Files.createDirectory(folder.resolve("go:ne"));
        JobHandle job = cluster.submit(
                sh("true").workingDirectory(gone.toString()).held(true).build());
        Files.delete(gone);
        job.release();
        job.await(LONG);

        assertThat(first(job.explain(), Reason.Type.WORKING_DIRECTORY).parameter("path"))
                .contains(gone.toString());
    }

    @Test
    void outputThatCannotBeOpened() throws Exception {
        Files.createFile(folder.resolve("file"));

        first(ended(sh("true").stdout("file/out")), Reason.Type.FILES);
    }

    @Test
    void cancelledByWhom() throws Exception {
        JobHandle job = running(sh("exec sleep 600"));
        job.cancel();
        job.await(LONG);

        assertThat(first(job.explain(), Reason.Type.CANCELLED).parameter("by")).contains(USER);
    }

    @Test
    void dependencyThatCanNeverHold() throws Exception {
        JobHandle failed = cluster.submit(sh("exit 1").build());
        Explanation e = ended(sh("true").dependsOn(Dependency.Type.AFTER_OK, failed.id()));

        assertThat(first(e, Reason.Type.DEPENDENCY_FAILED).parameters())
                .containsEntry("job", failed.id().nativeId())
                .containsEntry("condition", "AFTER_OK")
                .containsEntry("state", "FAILED");
        assertThat(e.headline()).endsWith("the success of job 1, which can never come: that ended FAILED");
        assertThat(e.stderr()).isEmpty();
    }

    @Test
    void nodeThatFailedIsToldBeforeItIsBackAndThenAsTheEnd() throws Exception {
        JobHandle job = running(sh("exec sleep 600"));
        String node = job.refresh().nodes().get(0);
        killNode(node);
        await().atMost(LONG).until(() -> cluster.nodes().get(0).state() == NodeInfo.State.DOWN);

        assertThat(first(job.explain(), Reason.Type.NODES_DOWN).parameter("nodes"))
                .contains(node);
        cluster.close();
        open();
        JobHandle again = cluster.attach(job.id());
        again.await(LONG);
        assertThat(first(again.explain(), Reason.Type.NODE_FAILED).parameter("nodes"))
                .contains(node);
    }

    // ---------------------------------------------------------------- waiting

    @Test
    void resourcesWithWhatIsFreeAndWhenTheyWillBe() {
        fill(Duration.ofHours(2));
        Instant before = Instant.now();

        Explanation e = waiting(sh("true").cpusPerTask(2).name("next"));

        Reason reason = first(e, Reason.Type.RESOURCES);
        assertThat(reason.parameters())
                .containsEntry("needs", "2 slots on one node")
                .containsEntry("usedBy", "1, 2");
        assertThat(reason.parameter("free").orElseThrow()).isEqualTo("0 slots on node1; 0 slots on node2");
        assertThat(e.expectedStart().orElseThrow())
                .isBetween(before.plus(Duration.ofMinutes(119)), before.plus(Duration.ofMinutes(121)));
    }

    @Test
    void memoryIsToldWhereTheJobAsksForIt() {
        running(sh(UNTIL_GATE).memoryPerNodeBytes(1000L << 20));
        running(sh(UNTIL_GATE).memoryPerNodeBytes(1000L << 20));

        Reason reason = first(waiting(sh("true").memoryPerNodeBytes(512 << 20)), Reason.Type.RESOURCES);
        assertThat(reason.parameters())
                .containsEntry("needs", "1 slot, 512 MiB on one node")
                .containsEntry("free", "1 slot, 24 MiB on node1; 1 slot, 24 MiB on node2");
    }

    @Test
    void startIsNotForeseenWhereNothingHasAWalltime() {
        running(sh(UNTIL_GATE).cpusPerTask(2));
        running(sh(UNTIL_GATE).cpusPerTask(2));

        Explanation e = waiting(sh("true"));

        first(e, Reason.Type.RESOURCES);
        assertThat(e.expectedStart()).isEmpty();
    }

    @Test
    void behindOthersWithHowMany() {
        fill(Duration.ofHours(2));
        JobHandle first =
                cluster.submit(sh("true").nodes(2).walltime(Duration.ofHours(1)).build());
        cluster.submit(sh("true").nodes(2).cpusPerTask(2).build());
        Instant before = Instant.now();

        Explanation e = waiting(sh("true").cpusPerTask(2));

        assertThat(first(e, Reason.Type.BEHIND_OTHERS).parameters())
                .containsEntry("count", "2")
                .containsEntry("first", first.id().nativeId());
        assertThat(e.reasons()).extracting(Reason::type).contains(Reason.Type.RESOURCES);
        assertThat(e.expectedStart()).isEmpty(); // that before it has no walltime
        assertThat(cluster.explain(first.id()).expectedStart().orElseThrow()).isAfter(before);
    }

    @Test
    void heldByWhom() {
        assertThat(first(waiting(sh("true").held(true)), Reason.Type.HELD).parameter("by"))
                .contains(USER);
    }

    @Test
    void dependencyThatIsOpen() {
        JobHandle first = running(sh(UNTIL_GATE));

        Explanation e = waiting(sh("true").dependsOn(Dependency.Type.AFTER_ANY, first.id()));

        assertThat(first(e, Reason.Type.DEPENDENCY).parameters())
                .containsEntry("job", first.id().nativeId())
                .containsEntry("condition", "AFTER_ANY")
                .containsEntry("state", "RUNNING");
        assertThat(e.headline()).endsWith("it waits for the end of job 1, which is RUNNING");
    }

    @Test
    void dependencyOnAnArrayTellsHowManyTasksAreOpen() {
        cluster.submitArray(sh(UNTIL_GATE).build(), ArrayRange.of(1, 3));

        Explanation e = waiting(sh("true").dependsOn(Dependency.Type.AFTER_OK, JobId.of("1")));

        assertThat(first(e, Reason.Type.DEPENDENCY).parameters())
                .containsEntry("job", "1")
                .containsEntry("state", "an array with 3 of 3 tasks open");
    }

    @Test
    void beginTime() {
        Instant at = Instant.parse("2099-01-01T00:00:00Z");

        assertThat(first(waiting(sh("true").beginAt(at)), Reason.Type.BEGIN_TIME)
                        .parameter("at"))
                .contains(at.toString());
    }

    @Test
    void arrayLimit() {
        List<JobHandle> tasks =
                cluster.submitArray(sh(UNTIL_GATE).build(), ArrayRange.of(1, 3).withMaxRunning(1));

        assertThat(first(tasks.get(2).explain(), Reason.Type.ARRAY_LIMIT).parameters())
                .containsEntry("array", "1")
                .containsEntry("limit", "1");
    }

    @Test
    void queueLimit() {
        running(sh(UNTIL_GATE).queue("one"));

        assertThat(first(waiting(sh("true").queue("one")), Reason.Type.QUEUE_LIMIT)
                        .parameters())
                .containsEntry("queue", "one")
                .containsEntry("limit", "1");
    }

    @Test
    void nodesThatAreAway() throws IOException {
        killNode("node2");
        await().atMost(LONG).until(() -> cluster.nodes().get(1).state() == NodeInfo.State.DOWN);

        Explanation e = waiting(sh("true").nodes(2));

        assertThat(first(e, Reason.Type.NODES_DOWN).parameters())
                .containsEntry("nodes", "node2")
                .containsKey("words");
        assertThat(cluster.findings())
                .anyMatch(f -> f.name().equals("nodes") && f.seen().contains("node2"));
    }

    @Test
    void nextAttempt() {
        JobHandle job = running(sh("echo > started.$HPC_ATTEMPT; " + UNTIL_GATE).cpusPerTask(2));
        running(sh(UNTIL_GATE).cpusPerTask(2));
        cluster.submit(sh(UNTIL_GATE).cpusPerTask(2).priority(5).build());
        job.requeue();
        await().atMost(LONG).until(() -> job.refresh().attempt() == 2 && job.state() == JobState.PENDING);

        assertThat(job.explain().reasons())
                .contains(Reason.of(Reason.Type.NEXT_ATTEMPT).with("attempt", 2));
    }

    // ---------------------------------------------------------------- others

    @Test
    void runningJobIsToldWithItsNodes() {
        Job job = running(sh(UNTIL_GATE)).refresh();

        assertThat(first(cluster.explain(job.id()), Reason.Type.RUNNING).parameter("nodes"))
                .contains(job.nodes().get(0));
    }

    @Test
    void unknownJob() {
        assertThatThrownBy(() -> cluster.explain(JobId.of("999")))
                .isInstanceOf(NoSuchJobException.class)
                .hasMessageContaining("999");
    }

    @Test
    void scriptWhoseInterpreterIsMissing() throws Exception {
        Path script = Files.writeString(folder.resolve("run"), "#!/no/such/shell\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));

        Explanation e = ended(JobRequest.scriptFile("run").workingDirectory(folder.toString()));

        assertThat(first(e, Reason.Type.COMMAND_NOT_FOUND).advice())
                .hasValueSatisfying(a -> assertThat(a).contains("interpreter"));
    }

    private void killNode(String name) throws IOException {
        Path pid = folder.resolve("state/nodes").resolve(name).resolve("pid");
        ProcessHandle node =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
        node.destroyForcibly();
        node.onExit().join();
    }
}
