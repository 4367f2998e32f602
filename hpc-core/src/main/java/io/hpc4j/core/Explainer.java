package io.hpc4j.core;

import io.hpc4j.core.Explanation.Figure;
import io.hpc4j.core.Explanation.Measure;
import io.hpc4j.core.Explanation.Output;
import io.hpc4j.core.spi.Circumstances;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Explains a job by what is known of it. A pure function. */
final class Explainer {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(1);
    private static final Duration TELLING = Duration.ofSeconds(30);
    private static final double MILLIS = 1000.0;

    private final Job job;
    private final Optional<JobRequest> request;
    private final Circumstances known;
    private final Optional<Duration> elapsed;

    private Explainer(Job job, Optional<JobRequest> request, Circumstances known, Instant now) {
        this.job = job;
        this.request = known.request().or(() -> request);
        this.known = known;
        this.elapsed = elapsed(now);
    }

    /**
     * Explains a job.
     *
     * @param request what it asked for, if the store has it
     * @param known what its scheduler tells
     * @param stderr the end of its standard error, if that was read
     */
    static Explanation explain(
            Job job, Optional<JobRequest> request, Circumstances known, Optional<Output> stderr, Instant now) {
        return new Explainer(job, request, known, now).explain(stderr);
    }

    private Explanation explain(Optional<Output> stderr) {
        List<Reason> reasons = new ArrayList<>();
        for (Reason reason : known.reasons()) {
            if (reason.type().phase() == Reason.Phase.ANY || reason.type().phase() == phase()) {
                reasons.add(filled(reason));
            }
        }
        if (reasons.isEmpty()) {
            reasons.add(filled(byState()));
        }
        List<Figure> figures = figures();
        figures.stream().flatMap(f -> idle(f).stream()).forEach(reasons::add);
        Optional<Instant> start = known.expectedStart().filter(at -> phase() == Reason.Phase.WAITING);
        return new Explanation(job, headline(reasons.get(0)), reasons, start, figures, stderr);
    }

    private String headline(Reason reason) {
        String name = job.name().map(n -> " " + Text.quoted(n)).orElse("");
        String word = job.state() == JobState.UNKNOWN
                ? "in a state unknown here (" + Text.printable(job.rawState()) + ")"
                : job.state().name();
        boolean tellsTime = phase() == Reason.Phase.ENDED && reason.type() != Reason.Type.TIME_LIMIT;
        String after = elapsed.filter(e -> tellsTime)
                .map(e -> " after " + Amounts.show(e))
                .orElse("");
        return "job %s%s is %s%s: %s".formatted(job.id(), name, word, after, reason.text());
    }

    private Reason.Phase phase() {
        if (job.state() == JobState.UNKNOWN) {
            return Reason.Phase.ANY;
        }
        return job.state().isWaiting()
                ? Reason.Phase.WAITING
                : job.state().isEnded() ? Reason.Phase.ENDED : Reason.Phase.RUNNING;
    }

    // ---------------------------------------------------------------- reasons

    /** What the snapshot alone tells. */
    private Reason byState() {
        return switch (job.state()) {
            case SUBMITTED -> Reason.of(Reason.Type.NOT_LISTED_YET);
            case HELD -> Reason.of(Reason.Type.HELD);
            case PENDING, UNKNOWN ->
                Reason.of(Reason.Type.UNKNOWN).with("words", job.reason().orElse(""));
            case STARTING -> Reason.of(Reason.Type.STARTING);
            case RUNNING -> Reason.of(Reason.Type.RUNNING);
            case SUSPENDED -> Reason.of(Reason.Type.SUSPENDED);
            case COMPLETING -> Reason.of(Reason.Type.ENDING);
            case COMPLETED -> Reason.of(Reason.Type.SUCCEEDED);
            case FAILED -> failed();
            case CANCELLED -> Reason.of(Reason.Type.CANCELLED);
            case TIMED_OUT -> Reason.of(Reason.Type.TIME_LIMIT);
            case OUT_OF_MEMORY -> Reason.of(Reason.Type.MEMORY_LIMIT);
            case NODE_FAILED -> Reason.of(Reason.Type.NODE_FAILED);
            case PREEMPTED -> Reason.of(Reason.Type.PREEMPTED);
            case LOST -> Reason.of(Reason.Type.LOST);
        };
    }

    private Reason failed() {
        Optional<ExitStatus> exit = job.exitStatus();
        if (exit.isEmpty()) {
            return Reason.of(Reason.Type.UNKNOWN).with("words", job.reason().orElse(""));
        }
        return exit.get().signal() > 0
                ? Reason.of(Reason.Type.SIGNAL)
                : Reason.of(Reason.Type.EXIT_CODE).with("code", exit.get().code());
    }

    /** Adds the parameters that the snapshot knows. */
    private Reason filled(Reason reason) {
        return switch (reason.type()) {
            case STARTING, RUNNING, NODE_FAILED -> unlessKnown(reason, "nodes", String.join(", ", job.nodes()));
            case EXIT_CODE ->
                unlessKnown(
                        reason,
                        "code",
                        job.exitStatus()
                                .map(ExitStatus::code)
                                .map(String::valueOf)
                                .orElse(""));
            case SIGNAL -> signal(reason);
            case TIME_LIMIT ->
                unlessKnown(
                        unlessKnown(reason, "limitSeconds", seconds(job.walltime())),
                        "elapsedSeconds",
                        seconds(elapsed));
            case MEMORY_LIMIT ->
                unlessKnown(
                        unlessKnown(reason, "limitBytes", bytes(memoryLimit())),
                        "peakBytes",
                        bytes(job.usage().peakMemoryBytes()));
            default -> reason;
        };
    }

    private Reason signal(Reason reason) {
        int signal = job.exitStatus().map(ExitStatus::signal).orElse(0);
        return signal == 0
                ? reason
                : unlessKnown(
                        unlessKnown(reason, "signal", String.valueOf(signal)), "name", ReasonWords.signal(signal));
    }

    private static Reason unlessKnown(Reason reason, String name, String value) {
        return reason.parameter(name).isPresent() ? reason : reason.with(name, value);
    }

    private static String seconds(Optional<Duration> time) {
        return time.map(t -> Double.toString(t.toMillis() / MILLIS)).orElse("");
    }

    private static String bytes(OptionalLong bytes) {
        return bytes.isPresent() ? Long.toString(bytes.getAsLong()) : "";
    }

    // ---------------------------------------------------------------- figures

    private Optional<Duration> elapsed(Instant now) {
        if (job.usage().elapsed().isPresent() && job.state().isEnded()) {
            return job.usage().elapsed();
        }
        Instant until = job.endedAt().orElse(now);
        return job.startedAt()
                .filter(start -> !job.state().isWaiting())
                .map(start -> Duration.between(start, until))
                .filter(d -> !d.isNegative());
    }

    private OptionalLong memoryLimit() {
        return request.map(JobRequest::memoryPerNodeBytes).orElse(OptionalLong.empty());
    }

    /** Less than half of the CPUs in use, for so long that it is no accident. */
    private Optional<Reason> idle(Figure figure) {
        boolean isIdle = figure.measure() == Measure.CPUS
                && phase() == Reason.Phase.ENDED
                && elapsed.filter(e -> e.compareTo(TELLING) >= 0).isPresent()
                && figure.used() * 2 < figure.limit().orElse(0);
        return isIdle
                ? Optional.of(Reason.of(Reason.Type.IDLE_CPUS)
                        .with("used", Amounts.number(figure.used()))
                        .with("asked", job.slots()))
                : Optional.empty();
    }

    private List<Figure> figures() {
        List<Figure> figures = new ArrayList<>();
        OptionalLong peak = job.usage().peakMemoryBytes();
        OptionalLong limit = memoryLimit();
        if (peak.isPresent()) {
            figures.add(new Figure(
                    Measure.MEMORY_BYTES,
                    (double) peak.getAsLong(),
                    limit.isPresent() ? OptionalDouble.of((double) limit.getAsLong()) : OptionalDouble.empty()));
        }
        elapsed.ifPresent(e -> figures.add(new Figure(
                Measure.ELAPSED_SECONDS,
                e.toMillis() / MILLIS,
                job.walltime()
                        .map(w -> OptionalDouble.of(w.toMillis() / MILLIS))
                        .orElse(OptionalDouble.empty()))));
        Optional<Duration> cpu = job.usage().cpuTime();
        if (cpu.isPresent()
                && elapsed.filter(e -> e.compareTo(LONG_ENOUGH) >= 0).isPresent()) {
            figures.add(new Figure(
                    Measure.CPUS,
                    (double) cpu.get().toMillis() / elapsed.get().toMillis(),
                    job.slots() > 0 ? OptionalDouble.of(job.slots()) : OptionalDouble.empty()));
        }
        return figures;
    }
}
