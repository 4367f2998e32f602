package io.hpc4j.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hpc4j.core.Explanation.Measure;
import io.hpc4j.core.Explanation.Output;
import io.hpc4j.core.spi.Circumstances;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExplainerTest {

    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private static Job.Builder job(JobState state) {
        return Job.builder(JobId.of("12"), state).name("solver").slots(8);
    }

    private static Job.Builder ran(JobState state, Duration time) {
        return job(state).startedAt(START).endedAt(START.plus(time));
    }

    private static Explanation explain(Job.Builder job) {
        return explain(job, Circumstances.NONE);
    }

    private static Explanation explain(Job.Builder job, Circumstances known) {
        return Explainer.explain(
                job.build(), Optional.empty(), known, Optional.empty(), START.plus(Duration.ofHours(1)));
    }

    private static Circumstances because(Reason... reasons) {
        return new Circumstances(Optional.empty(), List.of(reasons), Optional.of(START));
    }

    @ParameterizedTest
    @EnumSource(JobState.class)
    void everyStateIsExplainedByTheSnapshotAlone(JobState state) {
        Explanation e = explain(job(state).reason("(Resources)"));

        assertThat(e.reasons()).hasSize(1);
        assertThat(e.headline()).startsWith("job 12 'solver' is ").contains(": ");
        Reason.Phase phase = e.reasons().get(0).type().phase();
        assertThat(phase == Reason.Phase.ENDED).isEqualTo(state.isEnded() && state != JobState.FAILED);
    }

    @Test
    void exitCodeIsTold() {
        Explanation e = explain(ran(JobState.FAILED, Duration.ofSeconds(2)).exitStatus(ExitStatus.ofCode(3)));

        assertThat(e.reasons()).containsExactly(Reason.of(Reason.Type.EXIT_CODE).with("code", 3));
        assertThat(e.headline()).isEqualTo("job 12 'solver' is FAILED after 2 s: it ended by itself with exit code 3");
    }

    @Test
    void signalIsToldByItsName() {
        Explanation e = explain(ran(JobState.FAILED, Duration.ofSeconds(2)).exitStatus(ExitStatus.ofSignal(11)));

        assertThat(e.headline()).endsWith("it was ended by SIGSEGV (11)");
        assertThat(e.reasons().get(0).advice())
                .hasValueSatisfying(a -> assertThat(a).contains("fault in the program"));
    }

    @Test
    void exitCodeOfAShellThatTellsASignalIsExplained() {
        Reason killed = Reason.of(Reason.Type.EXIT_CODE).with("code", 137);

        assertThat(killed.advice()).hasValueSatisfying(a -> assertThat(a).contains("SIGKILL", "lack of memory"));
        assertThat(Reason.of(Reason.Type.EXIT_CODE).with("code", 127).advice())
                .hasValueSatisfying(a -> assertThat(a).contains("no such command"));
    }

    @Test
    void limitStandsBesideWhatWasUsed() {
        JobRequest request =
                JobRequest.command("x").memoryPerNodeBytes(4L << 30).build();
        Job job = ran(JobState.OUT_OF_MEMORY, Duration.ofMinutes(5))
                .walltime(Duration.ofMinutes(10))
                .usage(ResourceUsage.builder()
                        .peakMemoryBytes(5L << 30)
                        .cpuTime(Duration.ofMinutes(5))
                        .elapsed(Duration.ofMinutes(5))
                        .build())
                .build();

        Explanation e = Explainer.explain(job, Optional.of(request), Circumstances.NONE, Optional.empty(), Instant.MAX);

        assertThat(e.headline()).endsWith("it used more memory than its limit of 4 GiB; the peak was 5 GiB");
        assertThat(e.figures())
                .extracting(Explanation.Figure::text)
                .containsExactly(
                        "peak memory 5 GiB of 4 GiB (125 %)",
                        "time 5 min of 10 min (50 %)", "CPUs 1 of 8 on average (13 %)");
        assertThat(e.reasons().get(1))
                .isEqualTo(Reason.of(Reason.Type.IDLE_CPUS).with("used", "1").with("asked", "8"));
        assertThat(e.describe(80)).contains("  also    it kept 1 of 8 CPUs busy on average\n", "ask for fewer CPUs");
        assertThat(e.figures()).extracting(Explanation.Figure::measure).containsExactly(Measure.values());
    }

    @Test
    void idleCpusAreNotBlamedOnAShortJobOrABusyOne() {
        for (int seconds : new int[] {29, 31}) {
            Duration time = Duration.ofSeconds(seconds);
            Duration busy = seconds < 30 ? Duration.ZERO : time.multipliedBy(4);
            Explanation e = explain(ran(JobState.COMPLETED, time)
                    .usage(ResourceUsage.builder().cpuTime(busy).elapsed(time).build()));

            assertThat(e.reasons()).containsExactly(Reason.of(Reason.Type.SUCCEEDED));
        }
    }

    @Test
    void walltimeStandsBesideTheElapsedTime() {
        Explanation e = explain(ran(JobState.TIMED_OUT, Duration.ofMillis(1250)).walltime(Duration.ofSeconds(1)));

        assertThat(e.headline()).isEqualTo("job 12 'solver' is TIMED_OUT: it reached its walltime of 1 s after 1.25 s");
    }

    @Test
    void schedulersReasonsCountMoreThanTheStateAndItsWordsAreKept() {
        Reason first = Reason.of(Reason.Type.BEHIND_OTHERS).with("count", 2).with("first", "9");
        Reason second = Reason.of(Reason.Type.RESOURCES).with("needs", "3 slots on a node");

        Explanation e = explain(job(JobState.PENDING).reason("Priority"), because(first, second));

        assertThat(e.reasons()).containsExactly(first, second);
        assertThat(e.expectedStart()).contains(START);
        assertThat(e.describe(80)).isEqualTo("""
                job 12 'solver' is PENDING: 2 jobs are due before it, next 9
                  also    too little is free: it needs 3 slots on a node
                  raw     Priority
                  start   expected at 2026-03-01T10:00:00Z
                  advice  wait, or ask for less; a shorter walltime lets a job start in gaps
                """);
    }

    @Test
    void reasonsForWaitingAreLeftOutWhenTheJobHasStartedMeanwhile() {
        Explanation e = explain(
                job(JobState.RUNNING).startedAt(START).nodes(List.of("n1")),
                because(Reason.of(Reason.Type.QUEUE_LIMIT)));

        assertThat(e.reasons()).containsExactly(Reason.of(Reason.Type.RUNNING).with("nodes", "n1"));
        assertThat(e.expectedStart()).isEmpty();
    }

    @Test
    void unknownStateIsToldInTheSchedulersWord() {
        Explanation e = explain(job(JobState.UNKNOWN).rawState("SIGNALING"));

        assertThat(e.headline()).contains("SIGNALING").endsWith("the scheduler does not say why");
    }

    @Test
    void textIsBrokenAtBlanksAndCannotSteerATerminal() {
        Output stderr = new Output("/tmp/a\nb", List.of("\u001b[2J\tgone"), Optional.empty());
        Job job = job(JobState.FAILED)
                .name("a\u001b\n$(x)")
                .exitStatus(ExitStatus.ofCode(1))
                .build();

        String text = Explainer.explain(job, Optional.empty(), Circumstances.NONE, Optional.of(stderr), START)
                .describe(40);

        assertThat(text).doesNotContain("\u001b", "\t").contains("\\x1b[2J    gone", "/tmp/a\\x0ab", "$(x)");
        assertThat(text.lines().filter(l -> !l.contains("|"))).allMatch(l -> l.length() <= 40);
    }

    @Test
    void lastLinesAreFewAndShort() {
        String text = "x".repeat(1000) + "\nlast\n";
        assertThat(OutputTail.lastLines(text.getBytes(StandardCharsets.UTF_8)))
                .containsExactly("x".repeat(200) + "…", "last");
        assertThat(OutputTail.lastLines("a\n".repeat(100).getBytes(StandardCharsets.UTF_8)))
                .hasSize(10);
    }

    @ParameterizedTest
    @EnumSource(Reason.Type.class)
    void everyReasonHasWordsWithAndWithoutItsParameters(Reason.Type type) {
        Reason bare = Reason.of(type);
        Reason full = new Reason(
                type,
                Map.ofEntries(
                        Map.entry("job", "7"),
                        Map.entry("condition", "AFTER_OK"),
                        Map.entry("state", "FAILED"),
                        Map.entry("code", "2"),
                        Map.entry("signal", "9"),
                        Map.entry("name", "SIGKILL"),
                        Map.entry("limitSeconds", "no number")));

        for (Reason reason : List.of(bare, full)) {
            assertThat(reason.text())
                    .isNotBlank()
                    .doesNotContain("null", "  ", "no number")
                    .doesNotEndWith(" ");
            assertThat(reason.advice().orElse("x")).isNotBlank();
        }
    }

    @Test
    void amountsAreShownInTheLargestUnits() {
        assertThat(Amounts.show(Duration.ZERO)).isEqualTo("0 s");
        assertThat(Amounts.show(Duration.ofMillis(2101))).isEqualTo("2.1 s");
        assertThat(Amounts.show(Duration.ofSeconds(60))).isEqualTo("1 min");
        assertThat(Amounts.show(Duration.ofSeconds(93_784))).isEqualTo("1 d 2 h");
        assertThat(Amounts.bytes(1023)).isEqualTo("1023 B");
        assertThat(Amounts.bytes(1.5 * (1 << 20))).isEqualTo("1.5 MiB");
        assertThat(Amounts.bytes(100.0 * (1L << 30))).isEqualTo("100 GiB");
    }
}
