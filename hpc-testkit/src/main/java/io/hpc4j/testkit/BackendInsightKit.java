package io.hpc4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.Capability;
import io.hpc4j.core.Cluster;
import io.hpc4j.core.Dependency;
import io.hpc4j.core.Explanation;
import io.hpc4j.core.Finding;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobPlan;
import io.hpc4j.core.JobQuery;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.JobStore;
import io.hpc4j.core.NoSuchJobException;
import io.hpc4j.core.Reason;
import io.hpc4j.core.spi.command.ShellQuoting;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** That a plan says what would happen and changes nothing, and an explanation says what happened and why. */
abstract class BackendInsightKit extends BackendReconnectKit {

    private static final String HOSTILE = "a b$(touch owned)`touch owned`'\"\\%j\u00fc\u20ac";
    private static final int SIGKILL = 9;

    // ---------------------------------------------------------------- plans

    @Test
    void planSubmitsNothingAndKeepsNothingOfItsKey() {
        String name = uniqueName();
        JobRequest request = sh("echo ran > \"$1\"", path("ran"))
                .name(name)
                .key("plan-" + UUID.randomUUID())
                .build();

        JobPlan plan = cluster().plan(request);

        assertThat(plan.isRefused()).as(plan.describe(80)).isFalse();
        assertThat(cluster().list(JobQuery.all().withName(name))).isEmpty();
        assertThat(cluster().openJobs()).isEmpty();
        assertThat(exists("ran")).isFalse();
        assertThat(end(submit(cluster(), request)).isSuccess()).isTrue();
        assertThat(exists("ran")).isTrue();
    }

    @Test
    void planOfAnArraySubmitsNothing() {
        needs(Capability.ARRAYS);
        String name = uniqueName();

        JobPlan plan = cluster().planArray(sh("true").name(name).build(), ArrayRange.of(1, 3));

        assertThat(plan.isRefused()).as(plan.describe(80)).isFalse();
        assertThat(plan.field("array")).isPresent();
        assertThat(cluster().list(JobQuery.all().withName(name))).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> planNamesTheFieldThatIsNotOffered() {
        Map<String, Consumer<JobRequest.Builder>> wishes = new LinkedHashMap<>();
        Map<String, Capability> needs = new LinkedHashMap<>();
        wish(wishes, needs, "held", Capability.HOLD, r -> r.held(true));
        wish(wishes, needs, "priority", Capability.PRIORITY, r -> r.priority(1));
        wish(wishes, needs, "walltime", Capability.WALLTIME, r -> r.walltime(Duration.ofHours(1)));
        wish(wishes, needs, "account", Capability.ACCOUNTS, r -> r.account("physics"));
        wish(wishes, needs, "modules", Capability.MODULES, r -> r.module("openmpi"));
        wish(wishes, needs, "mail", Capability.MAIL, r -> r.mail("ada@example.org", JobRequest.MailEvent.END));
        return wishes.entrySet().stream()
                .filter(w -> !cluster().capabilities().contains(needs.get(w.getKey())))
                .map(w -> dynamicTest(w.getKey(), () -> {
                    JobRequest.Builder request = sh("true");
                    w.getValue().accept(request);
                    JobPlan plan = cluster().plan(request.build());
                    assertThat(plan.refusals()).extracting(JobPlan.Field::name).containsExactly(w.getKey());
                    assertThat(plan.refusals().get(0).why().orElse("")).contains(String.valueOf(needs.get(w.getKey())));
                }));
    }

    private static void wish(
            Map<String, Consumer<JobRequest.Builder>> wishes,
            Map<String, Capability> needs,
            String field,
            Capability capability,
            Consumer<JobRequest.Builder> change) {
        wishes.put(field, change);
        needs.put(field, capability);
    }

    /** A backend that cannot look that far has to say so. */
    @Test
    void planOfARequestThatWouldBeRefusedNamesTheFieldOrWarns() {
        JobPlan plan = cluster().plan(sh("true").queue("no-such-queue").build());

        if (plan.isRefused()) {
            assertThat(plan.refusals()).extracting(JobPlan.Field::name).containsExactly("queue");
            assertThat(plan.field("queue").orElseThrow().why().orElse("")).contains("no-such-queue");
        } else {
            assertThat(plan.warnings()).isNotEmpty();
        }
    }

    @Test
    void commandThatRunsStandsInThePlan() {
        JobRequest request = sh("tr '\\0' '\\n' < /proc/$$/cmdline", HOSTILE, "", "last")
                .stdout(path("out"))
                .build();
        JobPlan plan = cluster().plan(request);

        end(submit(cluster(), request));

        List<String> ran = List.of(read("out").split("\n", -1));
        List<String> words = ran.subList(0, ran.size() - 1);
        assertThat(words).endsWith(HOSTILE, "", "last");
        assertThat(plan.script()
                                .map(s -> s.contains(ShellQuoting.quote(HOSTILE)))
                                .orElse(false)
                        || plan.commands().contains(words))
                .as("%s ran; the plan was %s", words, plan.describe(200))
                .isTrue();
        assertThat(exists("owned")).isFalse();
    }

    @Test
    void scriptThatRunsStandsInThePlan() {
        JobRequest request = JobRequest.script("#!/bin/sh\n# " + HOSTILE + "\ncat \"$0\"\n")
                .workingDirectory(folder())
                .stdout(path("out"))
                .key("script-" + UUID.randomUUID())
                .build();
        JobPlan plan = cluster().plan(request);

        end(submit(cluster(), request));

        assertThat(plan.script().orElse("")).contains(read("out").strip()).contains(HOSTILE);
    }

    // ---------------------------------------------------------------- why a job ended

    @Test
    void failedJobIsExplainedByItsExitCodeAndStandardError() {
        JobHandle handle = submit(sh("echo \"broken: $1\" >&2; exit 7", HOSTILE));
        Job job = end(handle);

        Explanation explanation = handle.explain();

        assertThat(types(explanation)).contains(Reason.Type.EXIT_CODE);
        assertThat(explanation.reasons()).anyMatch(r -> r.parameter("code").equals(Optional.of("7")));
        assertThat(explanation.headline()).contains(job.id().nativeId(), "exit code 7");
        if (job.stderr().isPresent()) {
            assertThat(explanation.stderr().orElseThrow().lastLines()).contains("broken: " + HOSTILE);
        }
    }

    @Test
    void killedJobIsExplainedByItsSignal() {
        JobHandle handle = submit(sh("kill -KILL $$; sleep 60"));
        end(handle);

        Reason reason = handle.explain().reasons().get(0);

        assertThat(reason.type()).isIn(Reason.Type.SIGNAL, Reason.Type.EXIT_CODE);
        assertThat(reason.parameter(reason.type() == Reason.Type.SIGNAL ? "signal" : "code"))
                .contains(Integer.toString(reason.type() == Reason.Type.SIGNAL ? SIGKILL : 128 + SIGKILL));
    }

    @Test
    void completedJobIsExplainedAsSuccess() {
        Job job = run(sh("true"));

        Explanation explanation = cluster().explain(job.id());

        assertThat(types(explanation)).containsExactly(Reason.Type.SUCCEEDED);
        assertThat(explanation.stderr()).isEmpty();
    }

    @Test
    void jobAtItsWalltimeIsExplainedByTheLimit() {
        needs(Capability.WALLTIME);
        JobHandle handle = submit(sh("exec sleep 600").walltime(shortestWalltime()));
        end(handle, maxWait().plus(shortestWalltime()));

        Reason reason = handle.explain().reasons().get(0);

        assertThat(reason.type()).isEqualTo(Reason.Type.TIME_LIMIT);
        assertThat(Double.parseDouble(reason.parameter("limitSeconds").orElseThrow()))
                .isEqualTo(shortestWalltime().toMillis() / 1000.0);
    }

    @Test
    void jobBeyondItsMemoryIsExplainedByTheLimit() {
        needs(Capability.MEMORY);
        assumeTrue(enforcesMemory(), "memory limits are not kept here");
        JobHandle handle = submit(sh("exec awk 'BEGIN { s = \"0123456789abcdef\"; while (1) s = s s }'")
                .memoryPerNodeBytes(32 << 20));
        end(handle);

        assertThat(types(handle.explain()).get(0)).isEqualTo(Reason.Type.MEMORY_LIMIT);
    }

    @Test
    void cancelledJobIsExplainedAsCancelled() {
        JobHandle handle = submit(gated("gate"));
        untilRunning(handle);
        handle.cancel();
        end(handle);

        assertThat(types(handle.explain())).contains(Reason.Type.CANCELLED);
    }

    // ---------------------------------------------------------------- why a job waits

    @Test
    void waitingJobIsExplainedByAReasonForWaiting() {
        fillCluster("gate");
        JobHandle handle = submit(sh("true"));
        untilState(handle, JobState.PENDING);

        Explanation explanation = handle.explain();

        assertThat(explanation.reasons())
                .allMatch(r ->
                        r.type().phase() == Reason.Phase.WAITING || r.type().phase() == Reason.Phase.ANY);
        assertThat(explanation.stderr()).isEmpty();
        openGate("gate");
        end(handle);
        assertThat(types(handle.explain())).containsExactly(Reason.Type.SUCCEEDED);
    }

    @Test
    void heldJobIsExplainedAsHeld() {
        needs(Capability.HOLD);
        JobHandle handle = submit(sh("true").held(true));
        untilState(handle, JobState.HELD);

        assertThat(types(handle.explain())).contains(Reason.Type.HELD);
    }

    @Test
    void jobThatWaitsForAnotherIsExplainedByThatOne() {
        needs(Capability.DEPENDENCIES);
        JobHandle first = submit(gated("gate"));
        untilRunning(first);
        JobHandle handle = submit(sh("true").dependsOn(Dependency.Type.AFTER_OK, first.id()));
        untilState(handle, JobState.PENDING);

        Reason reason = handle.explain().reasons().get(0);

        assertThat(reason.type()).isEqualTo(Reason.Type.DEPENDENCY);
        assertThat(reason.parameter("job")).contains(first.id().nativeId());
    }

    @Test
    void jobThatWaitsForItsTimeIsExplainedByIt() {
        needs(Capability.BEGIN_TIME);
        JobHandle handle = submit(sh("true").beginAt(Instant.now().plus(Duration.ofHours(5))));
        untilState(handle, JobState.PENDING);

        assertThat(types(handle.explain())).contains(Reason.Type.BEGIN_TIME);
    }

    // ---------------------------------------------------------------- both

    @Test
    void unknownJobCannotBeExplained() {
        assertThatThrownBy(() -> cluster().explain(unknownJob()))
                .isInstanceOf(NoSuchJobException.class)
                .hasMessageContaining(unknownJob().nativeId());
    }

    @Test
    void jobOfAnotherClientIsExplainedAlike() {
        JobHandle handle = submit(sh("exit 9"));
        end(handle);
        Cluster other = connect(JobStore.inMemory());

        assertThat(other.explain(handle.id()).reasons())
                .isEqualTo(handle.explain().reasons());
    }

    @Test
    void hostileNamesCannotSteerATerminal() {
        JobRequest request = sh("printf '\\033[2Jgone\\n' >&2; exit 1")
                .name("a$(x)`y` 'z' \u20ac")
                .environment("SECRET", "hunter2\u001b[31m")
                .build();
        String plan = cluster().plan(request).describe(80);
        JobHandle handle = submit(cluster(), request);
        end(handle);

        String explanation = handle.explain().describe(80);

        assertThat(plan).contains("a$(x)`y` 'z' \u20ac").doesNotContain("hunter2");
        assertThat(explanation).contains("a$(x)`y` 'z' \u20ac");
        assertThat(plan + explanation).doesNotContain("\u001b");
    }

    @Test
    void findingsOfASoundClusterShowNoProblem() {
        List<Finding> findings = Stream.concat(
                        cluster().findings().stream(), Cluster.builder(uri()).provider(provider()).findings().stream())
                .toList();

        assertThat(findings).noneMatch(f -> f.level() == Finding.Level.PROBLEM);
        assertThat(findings).allMatch(f -> !f.name().isBlank() && !f.seen().isBlank());
        assertThat(findings)
                .allMatch(f -> f.level() == Finding.Level.OK || f.advice().isPresent());
    }

    private static List<Reason.Type> types(Explanation explanation) {
        return explanation.reasons().stream().map(Reason::type).toList();
    }
}
