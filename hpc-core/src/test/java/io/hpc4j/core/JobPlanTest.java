package io.hpc4j.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.hpc4j.core.JobPlan.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobPlanTest {

    private static JobRequest.Builder everything() {
        return JobRequest.command("./solver", "a b")
                .launch(JobRequest.Launch.ONCE)
                .name("n")
                .workingDirectory("/w")
                .nodes(2)
                .tasks(4)
                .cpusPerTask(3)
                .memoryPerNodeBytes(1 << 30)
                .gpusPerNode(1)
                .gpuType("a100")
                .walltime(Duration.ofMinutes(90))
                .queue("q")
                .account("acc")
                .environment("SECRET", "hunter2")
                .module("openmpi")
                .stdin("in")
                .stdout("out")
                .stderr("err")
                .mail("ada@example.org", JobRequest.MailEvent.END)
                .dependsOn(Dependency.Type.AFTER_OK, JobId.of("3"))
                .beginAt(Instant.EPOCH)
                .priority(-1)
                .exclusive(true)
                .held(true)
                .retryOn(JobState.NODE_FAILED, 2)
                .nativeOption("slurm", "--qos=high")
                .key("k")
                .label("a", "b");
    }

    @Test
    void everythingThatWasAskedForIsAField() {
        JobPlan plan = JobPlan.builder(everything().build()).build();

        assertThat(plan.fields()).extracting(JobPlan.Field::outcome).containsOnly(Outcome.PASSED);
        assertThat(plan.fields())
                .extracting(JobPlan.Field::name)
                .containsExactlyElementsOf(RequestFields.NAMES.stream()
                        .filter(n -> !List.of("script", "scriptFile", "array").contains(n))
                        .toList());
        assertThat(plan.field("walltime").orElseThrow().asked()).contains("1 h 30 min");
        assertThat(plan.field("command").orElseThrow().asked()).contains("./solver 'a b'");
        assertThat(plan.isRefused()).isFalse();
    }

    @Test
    void valuesOfTheEnvironmentAreNotShown() {
        JobPlan plan = JobPlan.builder(everything().build()).build();

        assertThat(plan.describe(80)).contains("SECRET").doesNotContain("hunter2");
    }

    @Test
    void whatWasNotSetIsToldAsTheDefaultThatHolds() {
        JobPlan plan = JobPlan.builder(JobRequest.script("#!/bin/sh\n").build()).build();

        assertThat(plan.fields())
                .extracting(JobPlan.Field::name, JobPlan.Field::outcome)
                .containsExactly(
                        tuple("script", Outcome.PASSED),
                        tuple("launch", Outcome.DEFAULTED),
                        tuple("nodes", Outcome.DEFAULTED),
                        tuple("tasks", Outcome.DEFAULTED),
                        tuple("cpusPerTask", Outcome.DEFAULTED));
    }

    @Test
    void planIsDescribedInShortLines() {
        JobPlan plan = JobPlan.builder(
                        JobRequest.command("sleep", "1").name("n").queue("fast").build())
                .translated("queue", "fast@cluster")
                .defaulted("walltime", "1 h", "the queue's limit")
                .ignored("labels", "labels stay in the store")
                .refused("account", "local: does not offer ACCOUNTS")
                .command(List.of("sbatch", "--comment=a b"))
                .script("#!/bin/sh\necho hi\n")
                .warning("something is odd")
                .build();

        assertThat(plan.describe(80)).isEqualTo("""
                would be refused for account
                  command             sleep 1
                  launch              PER_TASK (by default)
                  name                n
                  nodes               1 (by default)
                  tasks               1 (by default)
                  cpusPerTask         1 (by default)
                  walltime            1 h (by default: the queue's limit)
                  queue               fast becomes fast@cluster
                  account             is REFUSED: local: does not offer ACCOUNTS
                  labels              has NO EFFECT: labels stay in the store
                  warning: something is odd
                  runs: sbatch '--comment=a b'
                  script:
                    | #!/bin/sh
                    | echo hi
                """);
        assertThat(plan.refusals()).extracting(JobPlan.Field::name).containsExactly("account");
    }

    @Test
    void startIsToldWhereItIsKnown() {
        JobPlan plan = JobPlan.builder()
                .expectedStart(Instant.parse("2026-03-01T10:00:00.5Z"))
                .nodes(List.of("n1", "n2"))
                .build();

        assertThat(plan).hasToString("would be accepted, and start at 2026-03-01T10:00:00Z on n1, n2");
        assertThat(JobPlan.builder().build()).hasToString("would be accepted; when it would start is not known");
        assertThat(plan.toBuilder().build().nodes()).containsExactly("n1", "n2");
    }

    @Test
    void fieldThatNoRequestHasIsAMistake() {
        assertThatThrownBy(() -> JobPlan.builder().refused("wall", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'wall'")
                .hasMessageContaining("walltime");
    }
}
