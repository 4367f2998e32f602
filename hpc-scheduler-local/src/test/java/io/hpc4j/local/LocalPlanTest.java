package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.Dependency;
import io.hpc4j.core.Finding;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobPlan;
import io.hpc4j.core.JobPlan.Outcome;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPlanTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Cluster cluster;

    @BeforeEach
    void open() {
        cluster = Cluster.connect(uri());
    }

    private String uri() {
        return "local:" + folder.resolve("state")
                + "?nodes=2&slots=2&memory=1G&grace=200ms&queues=default,short:walltime=1m:slots=1";
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

    private JobRequest.Builder job() {
        return JobRequest.command("true").workingDirectory(folder.toString());
    }

    private JobPlan.Field field(JobPlan plan, String name) {
        return plan.field(name)
                .orElseThrow(() -> new AssertionError(plan.fields().toString()));
    }

    private void fill(Duration walltime) {
        for (int i = 0; i < 2; i++) {
            JobHandle job = cluster.submit(JobRequest.command("sleep", "600")
                    .cpusPerTask(2)
                    .walltime(walltime)
                    .workingDirectory(folder.toString())
                    .build());
            await().atMost(LONG).until(() -> job.state() == JobState.RUNNING);
        }
    }

    @Test
    void planOfWhatFitsStartsNowAndSaysWhere() {
        Instant before = Instant.now().minusSeconds(1);

        JobPlan plan = cluster.plan(job().nodes(2).build());

        assertThat(plan.isRefused()).as(plan.toString()).isFalse();
        assertThat(plan.expectedStart().orElseThrow()).isBetween(before, Instant.now());
        assertThat(plan.nodes()).containsExactly("node1", "node2");
        assertThat(plan.commands()).containsExactly(List.of("true"));
        assertThat(plan.warnings()).isEmpty();
    }

    @Test
    void pathsAreToldAsFarAsTheyAreKnown() {
        JobPlan plan = cluster.plan(
                job().name("a/b").stdout("out/%n.%j.%a.%%").stderr("/tmp/%u").build());

        assertThat(field(plan, "stdout").becomes()).contains(folder + "/out/a_b.%j.0.%");
        assertThat(field(plan, "stderr").becomes()).contains("/tmp/" + System.getProperty("user.name"));
        assertThat(field(plan, "workingDirectory").outcome()).isEqualTo(Outcome.PASSED);
        assertThat(field(plan, "workingDirectory").asked()).contains(folder.toString());
        JobPlan bare = cluster.plan(job().build());
        assertThat(field(bare, "stdout").outcome()).isEqualTo(Outcome.DEFAULTED);
        assertThat(field(bare, "stdout").becomes()).contains(folder.resolve("state") + "/out/%j.out");
    }

    @Test
    void defaultsAreTold() {
        JobPlan plan = cluster.plan(job().build());

        assertThat(field(plan, "queue").becomes()).contains("default");
        assertThat(field(plan, "walltime").becomes()).contains("none");
        assertThat(field(plan, "name").becomes()).contains("true");
        assertThat(field(cluster.plan(job().queue("short").build()), "walltime").becomes())
                .contains("PT1M");
    }

    @Test
    void scriptIsTheOneThatRuns() throws Exception {
        String text = "#!/bin/sh\ncat \"$0\"\necho \"$0\"\n";
        JobRequest request = JobRequest.script(text)
                .workingDirectory(folder.toString())
                .stdout("o")
                .build();
        JobPlan plan = cluster.plan(request);
        assertThat(plan.script()).contains(text);

        JobHandle job = cluster.submit(request);
        job.await(LONG);

        String ran = plan.commands().get(0).get(0).replace("%j", job.id().nativeId());
        assertThat(Files.readString(folder.resolve("o"))).isEqualTo(text + ran + "\n");
    }

    @Test
    void everyRefusalIsNamedByItsField() {
        JobPlan plan = cluster.plan(JobRequest.scriptFile("no.sh")
                .workingDirectory(folder.toString())
                .queue("short")
                .walltime(Duration.ofHours(1))
                .memoryPerNodeBytes(1L << 40)
                .gpusPerNode(1)
                .gpuType("a100")
                .nativeOption("local", "--fast")
                .dependsOn(Dependency.Type.AFTER_OK, JobId.of("77"))
                .account("physics")
                .build());

        assertThat(plan.refusals())
                .extracting(JobPlan.Field::name)
                .containsExactlyInAnyOrder(
                        "walltime",
                        "memoryPerNodeBytes",
                        "gpusPerNode",
                        "gpuType",
                        "nativeOptions",
                        "dependencies",
                        "account",
                        "scriptFile")
                .isNotEmpty();
        assertThat(field(plan, "walltime").why())
                .hasValueSatisfying(w -> assertThat(w).contains("PT1M at most"));
        assertThat(field(plan, "account").why())
                .hasValueSatisfying(w -> assertThat(w).contains("ACCOUNTS"));
        assertThat(plan.expectedStart()).isEmpty();
        assertThat(cluster.plan(job().queue("no").build()).refusals())
                .extracting(JobPlan.Field::name)
                .containsExactly("queue");
        assertThat(cluster.plan(job().cpusPerTask(3).build()).refusals())
                .extracting(JobPlan.Field::name)
                .containsExactly("cpusPerTask");
        assertThat(cluster.plan(job().tasks(3).build()).refusals())
                .extracting(JobPlan.Field::name)
                .containsExactly("tasks");
        assertThat(cluster.plan(job().nodes(3).build()).refusals())
                .extracting(JobPlan.Field::name)
                .containsExactly("nodes");
        assertThat(cluster.plan(job().workingDirectory("/no/such").build()).refusals())
                .extracting(JobPlan.Field::name)
                .containsExactly("workingDirectory");
    }

    @Test
    void nothingIsLeftOfAPlan() throws Exception {
        JobRequest request = JobRequest.script("#!/bin/sh\n")
                .workingDirectory(folder.toString())
                .key("k")
                .build();
        long journal = Files.size(folder.resolve("state/journal"));

        cluster.plan(request);
        cluster.planArray(request, ArrayRange.of(1, 5));

        assertThat(cluster.list(JobQuery.all())).isEmpty();
        assertThat(Files.size(folder.resolve("state/journal"))).isEqualTo(journal);
        try (Stream<Path> scripts = Files.list(folder.resolve("state/scripts"))) {
            assertThat(scripts).isEmpty();
        }
        assertThat(cluster.submit(request).id()).isEqualTo(JobId.of("1"));
        assertThat(cluster.plan(request).warnings()).anyMatch(w -> w.contains("job 1 has this key"));
    }

    @Test
    void startIsForeseenBehindThoseThatRunAndWait() {
        fill(Duration.ofHours(1));
        cluster.submit(
                job().nodes(2).cpusPerTask(2).walltime(Duration.ofHours(3)).build());

        Instant start =
                cluster.plan(job().cpusPerTask(2).build()).expectedStart().orElseThrow();

        assertThat(start)
                .isBetween(
                        Instant.now().plus(Duration.ofMinutes(238)),
                        Instant.now().plus(Duration.ofMinutes(242)));
        assertThat(cluster.plan(job().priority(9).cpusPerTask(2).build())
                        .expectedStart()
                        .orElseThrow())
                .isBefore(Instant.now().plus(Duration.ofMinutes(62)));
    }

    @Test
    void startIsNotForeseenOfWhatWaitsForOthersOrIsHeld() {
        JobHandle held = cluster.submit(job().held(true).build());

        assertThat(cluster.plan(job().held(true).build()).expectedStart()).isEmpty();
        assertThat(cluster.plan(job().dependsOn(Dependency.Type.AFTER_OK, held.id())
                                .build())
                        .expectedStart())
                .isEmpty();
        Instant later = Instant.parse("2099-01-01T00:00:00Z");
        assertThat(cluster.plan(job().beginAt(later).build()).expectedStart()).contains(later);
    }

    @Test
    void whatWouldFailIsWarnedOf() throws Exception {
        Files.writeString(folder.resolve("plain"), "text");
        JobHandle failed = cluster.submit(
                JobRequest.command("false").workingDirectory(folder.toString()).build());
        failed.await(LONG);

        assertThat(cluster.plan(job().dependsOn(Dependency.Type.AFTER_OK, failed.id())
                                .build())
                        .warnings())
                .anyMatch(w -> w.contains("cancelled at once") && w.contains("FAILED"));
        assertThat(warning("no-such-program")).contains("'no-such-program'", "127");
        assertThat(warning("./missing")).contains(folder + "/./missing", "127");
        assertThat(warning("./plain")).contains("126");
        assertThat(cluster.plan(job().environment("PATH", "/nowhere").build()).warnings())
                .anyMatch(w -> w.contains("/nowhere"));
    }

    private String warning(String program) {
        List<String> warnings = cluster.plan(JobRequest.command(program)
                        .workingDirectory(folder.toString())
                        .build())
                .warnings();
        assertThat(warnings).hasSize(1);
        return warnings.get(0);
    }

    @Test
    void arrayIsPlannedAsOne() {
        JobPlan plan = cluster.planArray(
                job().stdout("%A-%a").build(), ArrayRange.of(1, 9).withStep(2));

        assertThat(field(plan, "array").becomes())
                .hasValueSatisfying(b -> assertThat(b).contains("5 jobs"));
        assertThat(field(plan, "stdout").becomes()).contains(folder + "/%A-%a");
    }

    @Test
    void optionsOfOtherBackendsHaveNoEffect() {
        JobPlan plan = cluster.plan(job().nativeOption("slurm", "--qos=high").build());

        assertThat(field(plan, "nativeOptions").outcome()).isEqualTo(Outcome.IGNORED);
        assertThat(plan.isRefused()).isFalse();
    }

    // ---------------------------------------------------------------- findings

    @Test
    void openClusterIsFoundInOrder() {
        assertThat(cluster.findings())
                .extracting(Finding::name, Finding::level)
                .containsExactly(tuple("nodes", Finding.Level.OK), tuple("journal", Finding.Level.OK));
    }

    @Test
    void findingsComeWithoutOpening() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(find("local:" + folder.resolve("new"), "state folder").seen())
                .contains("can be made");
        assertThat(folder.resolve("new")).doesNotExist();
        assertThat(find("local:" + file + "/state", "state folder").level()).isEqualTo(Finding.Level.PROBLEM);
        assertThat(find("local:?nodes=x", "address").level()).isEqualTo(Finding.Level.PROBLEM);
        assertThat(find(uri(), "control groups").seen()).contains("/sys/fs/cgroup");
        assertThat(find("local:" + folder + "?cgroup-root=/nowhere", "control groups")
                        .level())
                .isEqualTo(Finding.Level.WARNING);
        assertThat(find(uri(), "times of files").level()).isEqualTo(Finding.Level.OK);
        assertThat(find(uri(), "backends").seen()).contains("local");
        assertThat(find("nope:", "backends").advice())
                .hasValueSatisfying(a -> assertThat(a).contains("hpc-scheduler-nope"));
        assertThat(find("local:" + folder, "disk space").seen()).contains("MiB free");
    }

    @Test
    void clusterOfAnotherProcessIsFoundWithItsNumber() throws Exception {
        Path other = folder.resolve("other");
        Process holder = CrashingClient.start(List.of("hold", "local:" + other));
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("open");

            assertThat(find("local:" + other, "state in use").seen()).contains("process " + holder.pid());
        } finally {
            holder.destroyForcibly();
            holder.onExit().join();
        }
        assertThat(Cluster.builder("local:" + other).findings())
                .noneMatch(f -> f.name().equals("state in use"));
    }

    private static Finding find(String uri, String name) {
        List<Finding> all = Cluster.builder(uri).findings();
        return all.stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not among " + all));
    }
}
