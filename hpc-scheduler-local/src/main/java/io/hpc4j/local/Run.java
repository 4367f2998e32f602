package io.hpc4j.local;

import io.hpc4j.core.ExitStatus;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import io.hpc4j.core.ResourceUsage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One attempt at a job: its processes, and what has become of them. Guarded by the scheduler's lock. */
final class Run {

    /** Why a process is ended, as told to its node. */
    static final String CANCEL = "cancel";

    static final String REQUEUE = "requeue";
    static final String OTHER_RANK = "rank";

    final LocalJob job;
    final int attempt;
    final Placement placement;
    final int port;
    final List<int[]> gpus;
    final long orderedMillis;
    final List<Unit> units;
    final RunUsage usage = new RunUsage();

    boolean isStarted;
    boolean isSuspended;
    boolean isPrepared;

    @Nullable
    String stop;

    long startedMicros;

    private int open;
    private long endedMicros;
    private @Nullable Failure failure;

    /** The first thing that went wrong. */
    private record Failure(
            JobState state,
            @Nullable ExitStatus exit,
            @Nullable String reason) {}

    Run(LocalJob job, Placement placement, int port, List<int[]> gpus, long orderedMillis) {
        this.job = job;
        this.attempt = job.attempt;
        this.placement = placement;
        this.port = port;
        this.gpus = gpus;
        this.orderedMillis = orderedMillis;
        this.units = job.request.launch() == JobRequest.Launch.ONCE
                ? List.of(new Unit(this, 0, placement.node(0), 0, 1))
                : perTask();
        this.open = units.size();
    }

    private List<Unit> perTask() {
        List<Unit> all = new ArrayList<>(job.tasks());
        for (int i = 0; i < placement.size(); i++) {
            for (int local = 0; local < placement.tasks(i); local++) {
                all.add(new Unit(this, all.size(), placement.node(i), local, placement.tasks(i)));
            }
        }
        return all;
    }

    void started(Unit unit, long micros) {
        if (unit.state == Unit.State.ORDERED) {
            unit.state = Unit.State.RUNNING;
        }
        isStarted = true;
        if (startedMicros == 0 || micros < startedMicros) {
            startedMicros = micros;
        }
    }

    /** Returns whether that was the last unit. */
    boolean ended(Unit unit, UnitEnd end) {
        String why = end.reason().orElse("");
        if (end.startedAt().isBefore(end.endedAt()) || why.isEmpty()) {
            started(unit, Micros.of(end.startedAt()));
        }
        usage.add(end);
        ExitStatus exit = end.signal() > 0 ? ExitStatus.ofSignal(end.signal()) : ExitStatus.ofCode(end.exitCode());
        JobState state = stateOf(end, why, exit);
        if (state != JobState.COMPLETED && !why.equals(OTHER_RANK)) {
            fail(state, exit, reasonOf(unit, state, exit));
        }
        return close(unit, Micros.of(end.endedAt()));
    }

    private static JobState stateOf(UnitEnd end, String why, ExitStatus exit) {
        if (why.equals("memory") || (end.outOfMemory() && !exit.isSuccess())) {
            return JobState.OUT_OF_MEMORY;
        }
        return switch (why) {
            case "walltime" -> JobState.TIMED_OUT;
            case CANCEL, REQUEUE -> JobState.CANCELLED;
            default -> exit.isSuccess() ? JobState.COMPLETED : JobState.FAILED;
        };
    }

    private @Nullable String reasonOf(Unit unit, JobState state, ExitStatus exit) {
        String rank = units.size() > 1 ? "rank %d on %s: ".formatted(unit.rank, LocalSettings.nodeName(unit.node)) : "";
        return switch (state) {
            case OUT_OF_MEMORY -> rank + "it used more memory than its limit";
            case TIMED_OUT -> rank + "it reached its walltime";
            case CANCELLED -> "cancelled on request";
            default -> rank.isEmpty() ? null : rank + exit;
        };
    }

    /** A unit that could not be started. Returns whether it was the last. */
    boolean failed(Unit unit, int exitCode, String reason, long micros) {
        fail(JobState.FAILED, ExitStatus.ofCode(exitCode), "it could not be started: " + reason);
        return close(unit, micros);
    }

    /** A unit that died with its node. Returns whether it was the last. */
    boolean lost(Unit unit, long micros) {
        isStarted = true;
        fail(JobState.NODE_FAILED, null, LocalSettings.nodeName(unit.node) + " failed");
        return close(unit, micros);
    }

    /** A unit that was never started and shall not be any more. Returns whether it was the last. */
    boolean dropped(Unit unit, long micros) {
        if (!OTHER_RANK.equals(stop)) {
            fail(JobState.CANCELLED, null, "cancelled on request");
        }
        return close(unit, micros);
    }

    private void fail(JobState state, @Nullable ExitStatus exit, @Nullable String reason) {
        if (failure == null) {
            failure = new Failure(state, exit, reason);
        }
    }

    private boolean close(Unit unit, long micros) {
        unit.state = Unit.State.ENDED;
        endedMicros = Math.max(endedMicros, micros);
        open--;
        return open == 0;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** Whether it was ended so as to be queued again. */
    boolean endedByRequeue() {
        return REQUEUE.equals(stop) && failure != null && failure.state() == JobState.CANCELLED;
    }

    /** The end of the whole, once all units have ended. */
    JobEnd end() {
        Failure why = failure == null ? new Failure(JobState.COMPLETED, ExitStatus.SUCCESS, null) : failure;
        long started = isStarted && startedMicros == 0 ? orderedMillis * 1000 : startedMicros;
        ResourceUsage used = isStarted ? usage.inAll(started, endedMicros) : ResourceUsage.NONE;
        return new JobEnd(why.state(), why.exit(), why.reason(), isStarted ? started : 0, endedMicros, placement, used);
    }

    /** When it ends at the latest. */
    long endMillis() {
        long started = startedMicros > 0 ? startedMicros / 1000 : orderedMillis;
        long end = started + job.walltimeMillis();
        return isSuspended || end < 0 ? Long.MAX_VALUE : end;
    }
}
