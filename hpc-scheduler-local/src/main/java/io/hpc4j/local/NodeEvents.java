package io.hpc4j.local;

import io.hpc4j.core.JobId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what nodes tell to the scheduler, and its orders to them. */
final class NodeEvents implements NodeListener, LocalScheduler.Orders {

    private static final Logger log = LoggerFactory.getLogger(NodeEvents.class);
    private static final int ENOENT = 2;
    private static final int ENOSPC = 28;
    private static final int ESHUTDOWN = 108;
    private static final int NOT_FOUND = 127;
    private static final int NOT_RUNNABLE = 126;
    private static final int REFUSED = -1;
    private static final String UNKNOWN = "unknown";

    private final UnitStarts starts;
    private @Nullable LocalScheduler scheduler;
    private @Nullable NodeKeeper keeper;
    private @Nullable NodeLinks links;
    private @Nullable Runnable afterwards;

    NodeEvents(UnitStarts starts) {
        this.starts = starts;
    }

    /** Before the first node is connected to. */
    void connectedBy(LocalScheduler scheduler, NodeKeeper keeper, NodeLinks links, Runnable afterwards) {
        this.scheduler = scheduler;
        this.keeper = keeper;
        this.links = links;
        this.afterwards = afterwards;
    }

    private static <T> T there(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("no node is connected to yet");
        }
        return value;
    }

    private LocalScheduler scheduler() {
        return there(scheduler);
    }

    private NodeKeeper keeper() {
        return there(keeper);
    }

    private NodeLinks links() {
        return there(links);
    }

    // ---------------------------------------------------------------- what nodes tell

    @Override
    public void synced(NodeHello hello) {
        synchronized (scheduler()) {
            int node = NodeKeeper.indexOf(hello.node());
            keeper().up(node);
            reconcile(node);
            scheduler().reconcileStaged(node, keeper().session(node));
        }
    }

    private void reconcile(int node) {
        for (LocalJob job : List.copyOf(scheduler().model.running)) {
            Run run = job.run;
            if (run != null) {
                reconcile(run, node);
            }
        }
    }

    /** What the node does not know, it was never told, or could not take: tell it now. */
    private void reconcile(Run run, int node) {
        boolean last = false;
        for (Unit unit : run.units) {
            if (unit.node != node || unit.state == Unit.State.ENDED || unit.session == keeper().session(node)) {
                continue;
            }
            if (run.stop != null) {
                last |= run.dropped(unit, nowMicros());
            } else if (unit.state == Unit.State.RUNNING) {
                last |= run.lost(unit, nowMicros());
            } else {
                start(unit);
            }
        }
        if (last) {
            scheduler().finished(run);
        }
    }

    private long nowMicros() {
        return scheduler().nowMillis() * 1000;
    }

    @Override
    public void returned(String node, List<String> units) {
        synchronized (scheduler()) {
            units.forEach(name -> unit(node, name).ifPresent(unit -> scheduler().returned(unit.run)));
        }
    }

    @Override
    public void running(String node, List<UnitRunning> units) {
        synchronized (scheduler()) {
            for (UnitRunning told : units) {
                Optional<Unit> known = unit(node, told.unit());
                if (known.isEmpty()) {
                    log.warn("{}: runs {}, which no job has; it is ended", node, told.unit());
                    links().stop(node, told.unit(), Duration.ZERO, UNKNOWN);
                } else if (known.get().state != Unit.State.ENDED) {
                    running(known.get(), told);
                }
            }
        }
    }

    private void running(Unit unit, UnitRunning told) {
        Run run = unit.run;
        scheduler().begun(run);
        boolean first = !run.isStarted;
        run.started(unit, Micros.of(told.startedAt()));
        unit.session = keeper().session(unit.node);
        if (first) {
            scheduler().started(run);
        }
        if (run.stop != null) {
            scheduler().stopUnits(run);
        } else if (run.isSuspended) {
            signal(unit, Signals.STOP);
        }
    }

    @Override
    public void ended(String node, List<UnitEnd> units) {
        synchronized (scheduler()) {
            for (UnitEnd end : units) {
                Optional<Unit> unit = open(node, end.unit());
                if (unit.isPresent()) {
                    Run run = unit.get().run;
                    scheduler().begun(run);
                    boolean first = !run.isStarted;
                    after(run, run.ended(unit.get(), end));
                    if (first && run.isStarted && run.equals(run.job.run)) {
                        scheduler().started(run);
                    }
                }
            }
        }
    }

    @Override
    public void failed(String node, List<UnitFailure> units) {
        synchronized (scheduler()) {
            for (UnitFailure failure : units) {
                Optional<Unit> unit = open(node, failure.unit());
                if (unit.isPresent() && isRefusal(failure)) {
                    log.warn("{}: takes no jobs now: {}", node, failure.message());
                    scheduler().refused(unit.get().run);
                    unit.get().session = REFUSED;
                    int index = unit.get().node;
                    keeper().later(index, () -> reconcile(index));
                } else if (unit.isPresent()) {
                    Run run = unit.get().run;
                    scheduler().begun(run);
                    int code = failure.errno() == ENOENT ? NOT_FOUND : NOT_RUNNABLE;
                    after(run, run.failed(unit.get(), code, failure.message(), nowMicros()));
                }
            }
        }
    }

    /** The node has not kept it, and may take it later. */
    private static boolean isRefusal(UnitFailure failure) {
        return failure.errno() == ESHUTDOWN
                || (failure.errno() == ENOSPC && failure.message().startsWith("the node cannot write its journal"));
    }

    @Override
    public void lost(String node, List<String> units) {
        synchronized (scheduler()) {
            for (String name : units) {
                Optional<Unit> unit = open(node, name);
                if (unit.isPresent()) {
                    scheduler().begun(unit.get().run);
                    after(unit.get().run, unit.get().run.lost(unit.get(), nowMicros()));
                }
            }
        }
    }

    private void after(Run run, boolean isLast) {
        if (isLast) {
            scheduler().finished(run);
        } else if (run.hasFailed()) {
            scheduler().stopOthers(run);
        }
    }

    @Override
    public void usage(String node, List<UnitUsage> units) {
        synchronized (scheduler()) {
            Set<Run> runs = new LinkedHashSet<>();
            for (UnitUsage usage : units) {
                Optional<Unit> unit = unit(node, usage.unit());
                if (unit.isPresent() && unit.get().state == Unit.State.RUNNING) {
                    unit.get().run.usage.sample(usage);
                    runs.add(unit.get().run);
                }
            }
            Instant now = Instant.ofEpochMilli(scheduler().nowMillis());
            for (Run run : runs) {
                run.usage.sampled(now, run.startedMicros);
                scheduler().changed(run.job);
            }
        }
    }

    @Override
    public void disconnected(String node) {
        synchronized (scheduler()) {
            keeper().down(NodeKeeper.indexOf(node));
        }
    }

    @Override
    public void settled() {
        synchronized (scheduler()) {
            there(afterwards).run();
        }
    }

    /** A unit that has not ended; one that has is acknowledged if its job has gone on without it. */
    private Optional<Unit> open(String node, String name) {
        Optional<Unit> unit = unit(node, name);
        if (unit.isEmpty()) {
            scheduler().acknowledge(NodeKeeper.indexOf(node), name);
        }
        return unit.filter(u -> u.state != Unit.State.ENDED);
    }

    /** The unit of a running job, heard of now. */
    private Optional<Unit> unit(String node, String name) {
        int rank = name.lastIndexOf('.');
        int attempt = name.lastIndexOf('.', rank - 1);
        if (attempt < 1) {
            return Optional.empty();
        }
        LocalJob job = scheduler().model.job(JobId.of(name.substring(0, attempt)));
        Run run = job == null ? null : job.run == null ? job.staged : job.run;
        if (run == null || run.attempt != Integer.parseInt(name.substring(attempt + 1, rank))) {
            return Optional.empty();
        }
        Unit unit = run.units.get(Integer.parseInt(name.substring(rank + 1)));
        unit.session = keeper().session(unit.node);
        return LocalSettings.nodeName(unit.node).equals(node) ? Optional.of(unit) : Optional.empty();
    }

    // ---------------------------------------------------------------- what nodes are told

    @Override
    public void start(Run run) {
        order(run, 0);
    }

    @Override
    public void stage(Run run, int most) {
        order(run, most);
    }

    private void order(Run run, int most) {
        try {
            starts.prepare(run);
        } catch (IOException | RuntimeException e) {
            scheduler().begun(run);
            List<Unit> open = new ArrayList<>(run.units);
            String words = "its output cannot be written: " + Failures.words(e);
            open.forEach(unit -> after(run, run.failed(unit, NOT_RUNNABLE, words, nowMicros())));
            return;
        }
        run.units.stream().filter(u -> keeper().isUp(u.node)).forEach(u -> order(u, most));
    }

    private void start(Unit unit) {
        order(unit, 0);
    }

    private void order(Unit unit, int most) {
        unit.session = keeper().session(unit.node);
        links().start(LocalSettings.nodeName(unit.node), starts.of(unit), Staging.kind(unit.run.job), most);
    }

    @Override
    public void takeBack(Run run) {
        run.units.forEach(u -> links().takeBack(LocalSettings.nodeName(u.node), u.name));
    }

    @Override
    public void stop(Unit unit, Duration grace, String reason) {
        links().stop(LocalSettings.nodeName(unit.node), unit.name, grace, reason);
    }

    @Override
    public void signal(Unit unit, int signal) {
        links().signal(LocalSettings.nodeName(unit.node), unit.name, signal);
    }

    @Override
    public void acknowledge(int node, List<String> units) {
        links().ack(LocalSettings.nodeName(node), units);
    }

    @Override
    public void flush() {
        links().flush();
    }

    @Override
    public void cleanUp(LocalJob job) {
        if (job.array == null) {
            starts.removeScript(job.id.nativeId());
        } else if (job.array.tasks.stream().allMatch(t -> t.stage == LocalJob.Stage.ENDED)) {
            starts.removeScript(job.array.id.nativeId());
        }
    }

    /** Asks for what running jobs use that have been running for a while. */
    void sample(long youngestMillis) {
        for (int node = 0; node < scheduler().model.free.nodes(); node++) {
            List<String> units = new ArrayList<>();
            for (LocalJob job : scheduler().model.running) {
                Run run = job.run;
                if (run != null && run.startedMicros > 0 && run.startedMicros / 1000 <= youngestMillis) {
                    addLive(run, node, units);
                }
            }
            if (!units.isEmpty()) {
                links().requestUsage(LocalSettings.nodeName(node), units);
            }
        }
    }

    private static void addLive(Run run, int node, List<String> units) {
        for (Unit unit : run.units) {
            if (unit.node == node && unit.state == Unit.State.RUNNING) {
                units.add(unit.name);
            }
        }
    }
}
