package io.hpc4j.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.Dependency;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.RejectedJobException;
import io.hpc4j.testkit.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the local cluster refuses: by which exception, in which words, and that nothing of it is left. */
class LocalBadInputTest {

    @TempDir
    Path folder;

    private Cluster cluster;

    @BeforeEach
    void open() {
        cluster = Cluster.connect(
                "local:" + state() + "?nodes=2&slots=2&memory=1G&queues=default,short:walltime=1m:slots=1");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private Path state() {
        return folder.resolve("state");
    }

    private JobRequest.Builder job() {
        return JobRequest.command("true").workingDirectory(folder.toString());
    }

    private void assertRejected(JobRequest.Builder request, String... words) throws IOException {
        assertThatThrownBy(() -> cluster.submit(request.build()))
                .isInstanceOf(RejectedJobException.class)
                .hasMessageContainingAll(words);
        assertThat(cluster.list(JobQuery.all())).isEmpty();
        try (Stream<Path> scripts = Files.list(state().resolve("scripts"))) {
            assertThat(scripts).isEmpty();
        }
    }

    private String script(String text, String permissions) throws IOException {
        Path file = Files.writeString(folder.resolve("run.sh"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file.toString();
    }

    @Test
    void missingWorkingDirectory() throws IOException {
        assertRejected(job().workingDirectory(folder + "/missing"), folder + "/missing", "does not exist");
    }

    @Test
    void workingDirectoryThatIsAFile() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertRejected(job().workingDirectory(file.toString()), file.toString(), "is not a folder");
    }

    @Test
    void missingScript() throws IOException {
        assertRejected(
                JobRequest.scriptFile("run.sh").workingDirectory(folder.toString()), "there is no script " + folder);
    }

    @Test
    void scriptThatIsNotExecutable() throws IOException {
        String file = script("#!/bin/sh\n", "rw-r--r--");

        assertRejected(JobRequest.scriptFile(file), "is not executable; run: chmod +x " + file);
    }

    @Test
    void scriptWithoutAnInterpreter() throws IOException {
        assertRejected(JobRequest.scriptFile(script("echo\n", "rwxr-xr-x")), "must begin with", "#!/bin/sh", "'echo'");
    }

    @Test
    void scriptWithTheLineEndsOfWindows() throws IOException {
        assertRejected(JobRequest.scriptFile(script("#!/bin/sh\r\ntrue\r\n", "rwxr-xr-x")), "CR LF", "dos2unix");
    }

    @Test
    void moreThanTheClusterHas() throws IOException {
        String has = "the cluster has 2 node(s) with 2 slot(s), 1073741824 bytes and 0 GPU(s) each";

        assertRejected(job().tasks(3), "can never start", "3 task(s)", has);
        assertRejected(job().cpusPerTask(3), "3 CPU(s)", has);
        assertRejected(job().nodes(3), "3 node(s)", has);
        assertRejected(job().memoryPerNodeBytes(1L << 31), "2147483648 bytes", has);
        assertRejected(job().gpusPerNode(1), "1 GPU(s)", has);
    }

    @Test
    void unknownQueueAndMoreThanAQueueAllows() throws IOException {
        assertRejected(job().queue("long"), "no queue 'long'", "default, short");
        assertRejected(job().queue("short").walltime(Duration.ofMinutes(2)), "queue short", "PT1M", "PT2M");
        assertRejected(job().queue("short").tasks(2), "queue short", "1 slots at most", "2");
    }

    @Test
    void dependencyOnAnUnknownJobWhichIsTheOnlyWayToACycle() throws IOException {
        assertRejected(job().dependsOn(Dependency.Type.AFTER_OK, JobId.of("1")), "depends on job 1", "does not know");
    }

    @Test
    void dependencyThatCanNeverHoldEndsTheJobWithItsReason() throws Exception {
        JobHandle failed = cluster.submit(
                JobRequest.command("false").workingDirectory(folder.toString()).build());
        JobHandle waits = cluster.submit(
                job().dependsOn(Dependency.Type.AFTER_OK, failed.id()).build());

        assertThat(waits.await(Duration.ofSeconds(30)).state()).isEqualTo(JobState.CANCELLED);
        assertThat(waits.job().reason())
                .hasValueSatisfying(r -> assertThat(r).contains("AFTER_OK of job 1 can never hold: that ended FAILED"));
    }

    @Test
    void thousandsOfJobsInALineAreCancelledWithTheFirst() throws Exception {
        JobHandle last = cluster.submit(job().held(true).build());
        JobHandle first = last;
        for (int i = 0; i < 5000; i++) {
            last = cluster.submit(
                    job().dependsOn(Dependency.Type.AFTER_OK, last.id()).build());
        }
        first.cancel();

        assertThat(last.await(Duration.ofSeconds(30)).state()).isEqualTo(JobState.CANCELLED);
    }

    @Test
    void programThatDoesNotExistFailsWithItsName() throws Exception {
        JobHandle job = cluster.submit(JobRequest.command("no-such-program")
                .workingDirectory(folder.toString())
                .build());

        assertThat(job.await(Duration.ofSeconds(30)).exitStatus().map(e -> e.code()))
                .contains(127);
        assertThat(job.job().state()).isEqualTo(JobState.FAILED);
        assertThat(job.job().reason()).hasValueSatisfying(r -> assertThat(r).contains("no-such-program"));
    }

    @Test
    void outputThatCannotBeWrittenFailsWithItsPath() throws Exception {
        Files.createFile(folder.resolve("file"));
        JobHandle job = cluster.submit(job().stdout("file/out").build());

        assertThat(job.await(Duration.ofSeconds(30)).state()).isEqualTo(JobState.FAILED);
        assertThat(job.job().reason())
                .hasValueSatisfying(r -> assertThat(r).contains("its output cannot be written", folder + "/file"));
    }

    // ---------------------------------------------------------------- the state folder

    @Test
    void folderThatIsOpenWithOtherSettings() {
        assertThatThrownBy(() -> Cluster.connect("local:" + state() + "?nodes=1"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining(state().toString())
                .hasMessageContaining("open in this process with other settings");
    }

    @Test
    void folderThatIsOpenInAnotherProcess() throws Exception {
        Path other = folder.resolve("other");
        Process holder = CrashingClient.start(List.of("hold", "local:" + other));
        try {
            assertThat(holder.inputReader().readLine()).isEqualTo("open");

            assertThatThrownBy(() -> Cluster.connect("local:" + other))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("is in use by process " + holder.pid());
        } finally {
            holder.destroyForcibly();
            holder.onExit().join();
        }
        Cluster.connect("local:" + other).close();
    }

    @Test
    void folderThatCannotBeMade() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> Cluster.connect("local:" + file.resolve("state")))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("HPC_STATE");
    }

    @Test
    void diskThatIsFull() throws Exception {
        Engines.require("permission to mount a small disk", mount(), "sudo -s");
        Path disk = folder.resolve("disk");
        try (Cluster small = Cluster.connect("local:" + disk + "/state?slots=1")) {
            assertThat(small.submit(job().build()).await(Duration.ofSeconds(30)).isSuccess())
                    .isTrue();
            fill(disk);
            String text = "#!/bin/sh\n# " + "x".repeat(10_000) + "\n";
            JobRequest request =
                    JobRequest.script(text).workingDirectory(folder.toString()).build();

            assertThatThrownBy(() -> small.submit(request))
                    .isInstanceOf(BackendUnavailableException.class)
                    .hasMessageContaining("No space left");
            assertThat(small.list(JobQuery.all())).hasSize(1);
            Files.delete(disk.resolve("ballast"));
            assertThat(small.submit(request).await(Duration.ofSeconds(30)).isSuccess())
                    .isTrue();
            assertThat(small.list(JobQuery.all())).hasSize(2);
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private boolean mount() throws IOException, InterruptedException {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        return System.getProperty("user.name", "").equals("root")
                && run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString()) == 0;
    }

    private static void fill(Path disk) throws IOException {
        byte[] block = new byte[4096];
        try (var out = Files.newOutputStream(disk.resolve("ballast"))) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
