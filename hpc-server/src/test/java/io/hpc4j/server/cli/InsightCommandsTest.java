package io.hpc4j.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.BackendUnavailableException;
import io.hpc4j.core.Capability;
import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.Finding;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobState;
import io.hpc4j.server.json.PlanJson;
import io.hpc4j.store.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InsightCommandsTest {

    @TempDir
    private Path folder = Path.of("/nonexistent");

    // ---------------------------------------------------------------- plan

    @Test
    void planTakesTheOptionsOfSubmitAndSubmitsNothing() {
        Shell shell = new Shell(folder);

        assertThat(shell.run("plan", "-n", "solver", "--tasks", "4", "-t", "2h", "ls", "--all"))
                .isZero();
        assertThat(shell.out()).isEqualTo("""
                        would be accepted, and start at 2026-03-01T10:00:00Z on node1
                          command             ls --all
                          launch              PER_TASK (by default)
                          name                solver
                          workingDirectory    %s
                          nodes               1 (by default)
                          tasks               4
                          cpusPerTask         1 (by default)
                          walltime            2 h
                          warning: this is not real
                          runs: fake-submit '--name=solver'
                          script:
                            | #!/bin/sh
                        """.formatted(folder));
        assertThat(shell.fake.requests()).isEmpty();
        assertThat(shell.run("plan")).isEqualTo(2);
        assertThat(shell.run("plan", "--array", "1-3", "true")).isZero();
        assertThat(shell.out()).contains("array               1-3");
    }

    @Test
    void refusedPlanIsToldByItsFieldsAndTheExitCode() {
        Shell shell = new Shell(folder);
        shell.fake.offer(EnumSet.of(Capability.WALLTIME));

        assertThat(shell.run("plan", "--queue", "no", "--account", "a", "true")).isEqualTo(5);
        assertThat(shell.out())
                .startsWith("would be refused for queue, account\n")
                .contains("no is REFUSED: there is no queue 'no'")
                .contains("a is REFUSED: local: does not offer ACCOUNTS");
        assertThat(shell.run("plan", "--json", "--queue", "no", "true")).isEqualTo(5);
        assertThat(PlanJson.fromJson(JsonObject.parse(shell.out())).refusals()).hasSize(1);
        assertThat(JsonObject.parse(shell.out()).flag("isRefused")).isTrue();
    }

    // ---------------------------------------------------------------- explain

    @Test
    void explanationIsForPeopleOrJson() throws Exception {
        Shell shell = new Shell(folder);
        Path stderr = Files.writeString(folder.resolve("err"), "bad \u001b[2J input\n");
        shell.fake.put(Job.builder(JobId.of("7"), JobState.FAILED)
                .name("solver")
                .exitStatus(ExitStatus.ofCode(2))
                .stderr(stderr.toString())
                .build());

        assertThat(shell.run("explain", "7")).isZero();
        assertThat(shell.out())
                .startsWith("job 7 'solver' is FAILED: it ended by itself with exit code 2\n")
                .endsWith("    | bad \\x1b[2J input\n");
        assertThat(shell.run("explain", "--json", "7")).isZero();
        JsonObject json = JsonObject.parse(shell.out());
        assertThat(json.objects("reasons")
                        .get(0)
                        .object("parameters")
                        .orElseThrow()
                        .text("code"))
                .isEqualTo("2");
        assertThat(json.object("stderr").orElseThrow().strings("lastLines")).containsExactly("bad \u001b[2J input");
        assertThat(json.object("job").orElseThrow().text("state")).isEqualTo("FAILED");
        assertThat(shell.run("explain", "77")).isEqualTo(3);
        assertThat(shell.run("explain")).isEqualTo(2);
    }

    @Test
    void tasksOfAnArrayThatAreAlikeAreExplainedOnce() {
        Shell shell = new Shell(folder);
        shell.run("submit", "--array", "1-8", "-n", "wait", "true");

        assertThat(shell.run("explain", "1")).isZero();
        assertThat(shell.out())
                .startsWith("job 1_1 'wait' is PENDING: its queue batch has as many jobs running as it allows\n")
                .contains("  start   expected at 2026-03-01T11:00:00Z\n")
                .endsWith("  so are 7 others: 1_2, 1_3, 1_4, 1_5, 1_6 …\n");
        shell.run("explain", "--json", "1");
        assertThat(shell.out()).hasLineCount(8);
    }

    // ---------------------------------------------------------------- doctor

    @Test
    void doctorTellsWhatToDoAndWarnsByItsExitCode() {
        Shell shell = new Shell(folder);

        assertThat(shell.run("doctor")).isEqualTo(7);
        assertThat(shell.out())
                .contains("ok       Java            17")
                .contains("ok       address         local:\n")
                .contains("ok       SSH agent       SSH_AUTH_SOCK is not set, and this cluster needs none\n")
                .contains("ok       scheduler       it answers after ", "s, with 1 queue(s)\n")
                .contains("ok       accounting      it is on\n")
                .contains("WARNING  arrays          at most 1000 tasks\n         -> ask for ?[31mmore\n")
                .endsWith("0 problem(s), 1 warning(s)\n");
    }

    @Test
    void schedulerThatFailsDoesNotStopTheOtherChecks() {
        Shell shell = new Shell(folder);
        shell.fake.fail(new BackendUnavailableException("the scheduler does not answer"));

        assertThat(shell.run("doctor", "--json")).isEqualTo(8);
        assertThat(shell.out()).contains("\"level\":\"PROBLEM\"", "the scheduler does not answer", "\"name\":\"Java\"");
        shell.env.put("HPC_CLUSTER", "nowhere");
        assertThat(shell.run("doctor")).isEqualTo(8);
        assertThat(shell.out())
                .contains("PROBLEM  address", "no cluster 'nowhere'")
                .doesNotContain("scheduler  ");
        assertThat(shell.run("doctor", "local:")).isEqualTo(8);
        assertThat(shell.run("doctor", "pbs+ssh://ada@host")).isEqualTo(8);
        assertThat(shell.out()).contains("WARNING  SSH agent", "ssh-add");
    }

    @Test
    void checkThatHangsIsAFindingAndThoseBehindItAreMade() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Checkup checkup = new Checkup(Duration.ofMillis(50));

        checkup.check("slow", () -> {
            never.await();
            return List.of();
        });
        checkup.check("broken", () -> {
            throw new NoClassDefFoundError("x/Y");
        });
        checkup.check("sound", () -> List.of(Finding.ok("sound", "yes")));

        assertThat(checkup.findings()).extracting(Finding::name).containsExactly("slow", "broken", "sound");
        assertThat(checkup.findings().get(0).seen()).contains("no answer within 0.05s");
        assertThat(checkup.findings().get(1).seen()).contains("x/Y");
        assertThat(checkup.exitCode()).isEqualTo(8);
    }
}
