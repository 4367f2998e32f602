package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.Payload;
import io.hpc4j.store.json.JobJson;
import io.hpc4j.store.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitCommandTest {

    @TempDir
    Path folder;

    private JobRequest submitted(Shell shell, String... arguments) {
        assertThat(shell.run(arguments)).as(shell.err()).isZero();
        return shell.fake.requests().get(0);
    }

    @Test
    void printsNothingButTheId() {
        Shell shell = new Shell(folder);

        assertThat(shell.run("submit", "hostname")).isZero();
        assertThat(shell.out()).isEqualTo("1\n");
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void everyOptionArrivesInTheRequest() {
        Shell shell = new Shell(folder);
        shell.env.put("FROM_SHELL", "s");

        JobRequest r = submitted(
                shell,
                ("submit -n solver --nodes 2 --tasks 8 --cpus 3 --mem 4G --gpus a100:2 --time 1:30:00 --queue debug"
                                + " --account physics --env A=b=c --env FROM_SHELL --module openmpi/4 --module hdf5"
                                + " --stdin in --stdout %j.out --stderr %j.err --mail ada@example.org --mail-on fail"
                                + " --after-ok 1,2 --after-any 3 --after-not-ok 4 --after-start 5 --begin +1h"
                                + " --priority -7 --exclusive --hold --retry-on node_failed=2 --retry-on FAILED"
                                + " --native slurm=--qos=high --key k1 --label a=1 --workdir /tmp/x --launch once"
                                + " -- ./solver -n --help @file")
                        .split(" "));

        assertThat(r)
                .isEqualTo(JobRequest.command("./solver", "-n", "--help", "@file")
                        .launch(JobRequest.Launch.ONCE)
                        .name("solver")
                        .workingDirectory("/tmp/x")
                        .nodes(2)
                        .tasks(8)
                        .cpusPerTask(3)
                        .memoryPerNodeBytes(4L << 30)
                        .gpusPerNode(2)
                        .gpuType("a100")
                        .walltime(Duration.ofMinutes(90))
                        .queue("debug")
                        .account("physics")
                        .environment(Map.of("A", "b=c", "FROM_SHELL", "s"))
                        .module("openmpi/4")
                        .module("hdf5")
                        .stdin("in")
                        .stdout("%j.out")
                        .stderr("%j.err")
                        .mail("ada@example.org", JobRequest.MailEvent.FAIL)
                        .dependsOn(Dependency.Type.AFTER_OK, JobId.of("1"), JobId.of("2"))
                        .dependsOn(Dependency.Type.AFTER_ANY, JobId.of("3"))
                        .dependsOn(Dependency.Type.AFTER_NOT_OK, JobId.of("4"))
                        .dependsOn(Dependency.Type.AFTER_START, JobId.of("5"))
                        .beginAt(Instant.parse("2026-03-01T11:00:10Z"))
                        .priority(-7)
                        .exclusive(true)
                        .held(true)
                        .retryOn(JobState.NODE_FAILED, 2)
                        .retryOn(JobState.FAILED, 1)
                        .nativeOption("slurm", "--qos=high")
                        .key("k1")
                        .label("a", "1")
                        .build());
    }

    @Test
    void optionsEndAtTheProgram() {
        JobRequest r = submitted(new Shell(folder), "submit", "ls", "--all", "-n", "3");

        assertThat(r.payload()).isEqualTo(new Payload.Command(List.of("ls", "--all", "-n", "3")));
        assertThat(r.workingDirectory()).contains(folder.toString());
    }

    @Test
    void programOfALocalClusterIsLookedUpInThePathOfThisShell() {
        Shell shell = new Shell(folder);
        shell.env.put("PATH", "/own/bin:/bin");

        assertThat(submitted(shell, "submit", "tool").environment())
                .containsExactly(Map.entry("PATH", "/own/bin:/bin"));
    }

    @Test
    void fileWithAnInterpreterIsAScript() throws IOException {
        Files.writeString(folder.resolve("run"), "#!/bin/sh\necho hi\n");

        JobRequest r = submitted(new Shell(folder), "submit", "./run");

        assertThat(r.payload()).isEqualTo(new Payload.ScriptText("#!/bin/sh\necho hi\n"));
        assertThat(r.name()).contains("run");
    }

    @Test
    void scriptWithArgumentsIsTakenAsAFile() throws IOException {
        Files.writeString(folder.resolve("run.sh"), "#!/bin/sh\necho $1\n");

        JobRequest r = submitted(new Shell(folder), "submit", "run.sh", "a b");

        assertThat(r.payload())
                .isEqualTo(new Payload.ScriptFile(folder.resolve("run.sh").toString(), List.of("a b")));
    }

    @Test
    void scriptIsReadFromStandardInput() {
        JobRequest r = submitted(new Shell(folder).stdin("#!/bin/sh\ndate\n"), "submit", "--script", "-");

        assertThat(r.payload()).isEqualTo(new Payload.ScriptText("#!/bin/sh\ndate\n"));
    }

    @Test
    void scriptThatNoInterpreterTakesIsRefused() throws IOException {
        Shell shell = new Shell(folder);
        Files.writeString(folder.resolve("bare.sh"), "echo hi\n");
        Files.writeString(folder.resolve("dos.sh"), "#!/bin/sh\r\necho hi\r\n");

        assertThat(shell.run("submit", "bare.sh")).isEqualTo(2);
        assertThat(shell.err()).contains("#!/bin/sh");
        assertThat(shell.run("submit", "dos.sh")).isEqualTo(2);
        assertThat(shell.err()).contains("CR LF");
        assertThat(shell.run("submit", "--script", "absent")).isEqualTo(2);
        assertThat(shell.err()).contains("absent");
    }

    @Test
    void arrayPrintsTheIdOfTheArray() {
        Shell shell = new Shell(folder);

        assertThat(shell.run("submit", "--array", "1-6:2%2", "true")).isZero();
        assertThat(shell.out()).isEqualTo("1\n");
        assertThat(shell.fake.requests()).hasSize(3);
        assertThat(shell.run("wait", "1")).isZero();
        assertThat(shell.out()).hasLineCount(3);
        assertThat(shell.run("submit", "--array", "6-1", "true")).isEqualTo(2);
    }

    @Test
    void waitingTellsHowItEndedByTheExitCode() {
        Shell shell = new Shell(folder);

        assertThat(shell.run("submit", "--wait", "-n", "fine", "true")).isZero();
        assertThat(shell.out()).isEqualTo("1\n");
        assertThat(shell.run("submit", "--wait", "-n", "exit 3", "true")).isEqualTo(1);
        assertThat(shell.err()).contains("FAILED").contains("exit code 3");
        assertThat(shell.run("submit", "--wait", "--timeout", "0.1s", "-n", "stay", "true"))
                .isEqualTo(124);
        assertThat(shell.err()).contains("go on");
    }

    @Test
    void jsonOfAWaitedJobIsTheJobAsItEnded() {
        Shell shell = new Shell(folder);

        assertThat(shell.run("submit", "--wait", "--json", "-n", "exit 3", "true"))
                .isEqualTo(1);
        assertThat(JobJson.fromJson(JsonObject.parse(shell.out())).state()).isEqualTo(JobState.FAILED);
    }
}
