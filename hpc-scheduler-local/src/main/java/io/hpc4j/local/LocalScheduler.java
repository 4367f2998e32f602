package io.hpc4j.local;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobState;
import io.hpc4j.core.Payload;
import io.hpc4j.core.spi.JobReports;
import io.hpc4j.local.LocalJob.Stage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what starts and keeps the books. What happens is put together by its methods and takes effect in
 * {@link #commit}: first the journal, then the nodes, then those who watch. Guarded by itself: whoever calls a method
 * holds its lock.
 */
final class LocalScheduler implements Staging.Actions {

    /** Carries orders to nodes. */
    interface Orders {

        /** Has the units of a run started that are on nodes which are there, the first time it is prepared for. */
        void start(Run run);

        /** Lets its node start it once fewer than {@code most} of its kind live there. */
        void stage(Run run, int most);

        void takeBack(Run run);

        void stop(Unit unit, Duration grace, String reason);

        void signal(Unit unit, int signal);

        void acknowledge(int node, List<String> units);

        /** Sends what was ordered, before those who watch are told. */
        void flush();

        /** Removes what was kept for the job to run. */
        void cleanUp(LocalJob job);
    }

    final ClusterModel model;
    final Ledger ledger;
    final Dependencies dependencies;
    private final LocalSettings settings;
    private final SchedulingPolicy policy;
    private final Clock clock;
    private final JobReports reports;
    private final Snapshots snapshots;
    private final Orders orders;
    private Set<LocalJob> changed = new LinkedHashSet<>();
    private final List<LocalJob> done = new ArrayList<>();
    private final Staging staging;
    private final List<Run> toStart = new ArrayList<>();
    private final Map<Run, Integer> toStage = new LinkedHashMap<>();
    private final List<Run> toTakeBack = new ArrayList<>();
    private final Map<Integer, List<String>> toAcknowledge = new LinkedHashMap<>();
    private final Deque<LocalJob> toTell = new ArrayDeque<>();
    private boolean isDirty;

    LocalScheduler(
            LocalSettings settings,
            ClusterModel model,
            Ledger ledger,
            Clock clock,
            JobReports reports,
            Snapshots snapshots,
            Orders orders) {
        this.settings = settings;
        this.policy = settings.policy();
        this.model = model;
        this.ledger = ledger;
        this.dependencies = new Dependencies(model);
        this.clock = clock;
        this.reports = reports;
        this.snapshots = snapshots;
        this.orders = orders;
        this.staging = new Staging(model, this);
    }

    long nowMillis() {
        return clock.millis();
    }

    // ---------------------------------------------------------------- what happens to jobs

    /** Something of the job is to be shown anew. */
    void changed(LocalJob job) {
        changed.add(job);
        isDirty = true;
    }

    /** A job that was added: it waits for its conditions, or for its turn. */
    void enqueue(LocalJob job) {
        changed(job);
        if (job.stage == Stage.STAGED) {
            return; // its node knows what became of it
        }
        Optional<String> broken = dependencies.link(job);
        if (broken.isPresent()) {
            end(job, JobEnd.unstarted(JobState.CANCELLED, broken.get(), nowMillis() * 1000));
        } else {
            model.settle(job, nowMillis());
        }
    }

    void resettle(LocalJob job) {
        changed(job);
        model.settle(job, nowMillis());
    }

    /** Those jobs whose begin time has come. */
    void begin() {
        model.begin(nowMillis()).forEach(this::changed);
    }

    /** A process of the run has been made. */
    void started(Run run) {
        changed(run.job);
        tellWaiters(run.job);
    }

    /** The node has begun with a run, or is taken to have: if it was staged, it no longer is. */
    void begun(Run run) {
        if (run.equals(run.job.staged)) {
            model.start(run);
            staging.removed();
            changed(run.job);
        }
    }

    /** The node has not begun with a staged run and will not; the job waits as others do. */
    void returned(Run run) {
        if (run.equals(run.job.staged)) {
            resettle(run.job);
            staging.removed();
        }
    }

    /** As {@link #returned}, and the node takes no jobs for now. */
    void refused(Run run) {
        staging.refused(nowMillis());
        returned(run);
    }

    /** A node was connected to, and has told all that it knows. */
    void reconcileStaged(int node, int session) {
        staging.unknownTo(node, session).forEach(this::returned);
    }

    /** A staged job is not to be started any more, if that is not too late. */
    void takeBackStaged(LocalJob job) {
        changed(job);
        staging.takeBack();
    }

    /** Ends the other processes of a run of which one has failed. */
    void stopOthers(Run run) {
        if (run.stop == null) {
            run.stop = Run.OTHER_RANK;
            changed(run.job);
        }
        stopUnits(run);
    }

    void stopUnits(Run run) {
        String why = run.stop;
        for (Unit unit : run.units) {
            if (why != null && unit.state != Unit.State.ENDED) {
                orders.stop(unit, settings.grace(), why);
            }
        }
    }

    void signalUnits(Run run, int signal) {
        run.units.stream().filter(u -> u.state != Unit.State.ENDED).forEach(u -> orders.signal(u, signal));
    }

    /** All processes of a run have ended: so has the job, unless it is run again. */
    void finished(Run run) {
        LocalJob job = run.job;
        run.units.forEach(this::acknowledge);
        JobEnd end = run.end();
        boolean again = !Run.CANCEL.equals(run.stop)
                && job.request.retries().getOrDefault(end.state(), 0) > job.retried(end.state());
        if (run.endedByRequeue()) {
            queueAgain(job, Optional.empty());
        } else if (again) {
            job.countRetry(end.state(), 1);
            queueAgain(job, Optional.of(end.state()));
        } else {
            end(job, end);
        }
    }

    private void acknowledge(Unit unit) {
        acknowledge(unit.node, unit.name);
    }

    /** Lets a node forget a process, once what became of it is in the journal. */
    void acknowledge(int node, String unit) {
        toAcknowledge.computeIfAbsent(node, n -> new ArrayList<>()).add(unit);
        isDirty = true;
    }

    private void queueAgain(LocalJob job, Optional<JobState> cause) {
        model.queueAgain(job, nowMillis());
        ledger.add(Records.again(job, cause.orElse(null)));
        changed(job);
        tellWaiters(job);
    }

    /** The job has ended. */
    void end(LocalJob job, JobEnd end) {
        ledger.add(Records.end(job, end));
        endRecorded(job, end);
    }

    /** The job has ended, which is in the journal already. */
    void endRecorded(LocalJob job, JobEnd end) {
        model.end(job, end);
        changed(job);
        if (job.request.payload() instanceof Payload.ScriptText) {
            done.add(job);
        }
        tellWaiters(job);
    }

    /** Soon, not now: one end may bring about thousands of others, one by one. */
    private void tellWaiters(LocalJob target) {
        if (target.hasWaiters()) {
            toTell.add(target);
            isDirty = true;
        }
    }

    private void tellWaiters() {
        for (LocalJob target = toTell.poll(); target != null; target = toTell.poll()) {
            tellWaitersOf(target);
        }
    }

    private void tellWaitersOf(LocalJob target) {
        for (LocalJob.Waiter waiter : target.takeWaiters()) {
            LocalJob job = waiter.job();
            if (job.stage == Stage.ENDED) {
                continue;
            }
            switch (Dependencies.verdict(waiter.dependency().type(), target)) {
                case OPEN -> target.addWaiter(waiter);
                case BROKEN ->
                    end(
                            job,
                            JobEnd.unstarted(
                                    JobState.CANCELLED,
                                    Dependencies.broken(waiter.dependency(), target),
                                    nowMillis() * 1000));
                case HOLDS -> {
                    job.openDependencies--;
                    if (job.openDependencies == 0) {
                        resettle(job);
                    }
                }
            }
        }
    }

    // ---------------------------------------------------------------- starting

    /** Lets the policy choose, unless nothing could be written of it. */
    private void schedule() {
        if (ledger.isStuck()) {
            return;
        }
        if (staging.makeWay() && !model.free.isFull() && !model.ready.isEmpty()) {
            choose();
        }
        staging.fill(nowMillis());
    }

    private void choose() {
        SchedulingView view = new SchedulingView(
                nowMillis(), model.ready.inOrder(), model.queueRoom(), model::runningJobs, model.free);
        for (SchedulingPolicy.Start start : policy.decide(view).starts()) {
            if (start.job() instanceof LocalJob job) {
                start(job, start.placement());
            }
        }
    }

    private void start(LocalJob job, Placement placement) {
        Run run = new Run(job, placement, UnitStarts.portFor(job), model.chooseGpus(job, placement), nowMillis());
        model.start(run);
        ledger.add(Records.start(run));
        toStart.add(run);
        isDirty = true;
    }

    @Override
    public void stage(Run run, int most) {
        ledger.add(Records.stage(run));
        toStage.put(run, most);
        isDirty = true;
    }

    @Override
    public void takeBack(Run run) {
        toTakeBack.add(run);
        isDirty = true;
    }

    @Override
    public void startStaged(Run run) {
        begun(run);
        toStart.add(run);
    }

    // ---------------------------------------------------------------- taking effect

    /** Returns whether all that happened is written; if not, it has had no effect yet, and is to be tried again. */
    boolean commit() {
        do {
            tellWaiters();
            schedule();
            if (!ledger.flush()) {
                return false;
            }
            isDirty = false;
            takeEffect();
        } while (isDirty || !ledger.isEmpty());
        model.forget(settings.keep());
        return true;
    }

    private void takeEffect() {
        toStage.forEach(this::orderStaged);
        toStage.clear();
        toTakeBack.forEach(orders::takeBack);
        toTakeBack.clear();
        toStart.forEach(orders::start);
        toStart.clear();
        toAcknowledge.forEach(orders::acknowledge);
        toAcknowledge.clear();
        orders.flush();
        done.forEach(orders::cleanUp);
        done.clear();
        report();
    }

    private void orderStaged(Run run, int most) {
        if (run.equals(run.job.run)) {
            orders.start(run);
        } else {
            orders.stage(run, most);
        }
    }

    private void report() {
        if (!changed.isEmpty()) {
            List<Job> shown = changed.stream().map(snapshots::of).toList();
            changed = new LinkedHashSet<>(); // to clear one that held 100,000 takes long ever after
            reports.report(shown);
        }
    }
}
