package io.hpc4j.local;

import io.hpc4j.core.JobRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The jobs that a node may start by itself when one like them ends, which saves a short job the way to here and back.
 *
 * <p>They are the first that wait, all alike, while the cluster is full and all that runs is on one node: whichever job
 * of their kind ends, the policy could choose no other. Where that holds no longer they are taken back, and nothing else
 * is chosen until the node has answered, as it may have started them. What is staged on a node that is gone stays so
 * until the node is back and says what it knows. Guarded by the scheduler's lock.
 */
final class Staging {

    private static final int PER_RUNNING = 4;
    private static final long REFUSED_MILLIS = 1000;

    /** How the scheduler acts on what is decided here. */
    interface Actions {

        /** Lets the node start it once fewer than {@code most} of its kind live there. */
        void stage(Run run, int most);

        void takeBack(Run run);

        /** Has it started now. */
        void startStaged(Run run);
    }

    private final ClusterModel model;
    private final Actions actions;
    private boolean isTakenBack;
    private long refusedUntil;

    Staging(ClusterModel model, Actions actions) {
        this.model = model;
        this.actions = actions;
    }

    /** The room that a job takes on its node, which another of the same kind can have; empty if none can. */
    static String kind(LocalJob job) {
        return canBeStaged(job) ? job.tasks() * job.cpusPerTask() + "-" + job.memoryPerNode() : "";
    }

    private static boolean canBeStaged(LocalJob job) {
        return job.nodes() == 1
                && job.gpusPerNode() == 0
                && !job.exclusive()
                && (job.tasks() == 1 || job.request.launch() == JobRequest.Launch.ONCE);
    }

    private static boolean isAlike(LocalJob a, LocalJob b) {
        return canBeStaged(a)
                && canBeStaged(b)
                && a.tasks() * a.cpusPerTask() == b.tasks() * b.cpusPerTask()
                && a.memoryPerNode() == b.memoryPerNode();
    }

    /** Some are running now, or wait as others do. */
    void removed() {
        isTakenBack &= !model.staged.isEmpty();
    }

    /** Those of a node that it has not spoken of since it was connected to: it does not know them. */
    List<Run> unknownTo(int node, int session) {
        return model.staged.stream()
                .filter(run -> unit(run).node == node && unit(run).session != session)
                .toList();
    }

    private static Unit unit(Run run) {
        return run.units.get(0);
    }

    /** A node does not take any for now. */
    void refused(long nowMillis) {
        refusedUntil = nowMillis + REFUSED_MILLIS;
    }

    /** Before the policy chooses: gives free room to those that it is due to. Returns whether the policy may choose. */
    boolean makeWay() {
        if (!isTakenBack && isOpen() && !model.free.isFull() && !isOvertaken()) {
            startFitting();
        }
        if (isOpen() && (!model.free.isFull() || isOvertaken())) {
            takeBack();
        }
        return !isOpen();
    }

    private boolean isOpen() {
        return model.staged.stream().anyMatch(run -> model.free.isUp(unit(run).node));
    }

    private void startFitting() {
        for (Run run : List.copyOf(model.staged)) {
            if (!model.free.holds(run.job, run.placement)) {
                return;
            }
            actions.startStaged(run);
        }
    }

    private boolean isOvertaken() {
        return model.ready.inOrder().next() instanceof LocalJob first
                && model.staged.stream().anyMatch(run -> model.ready.isBefore(first, run.job));
    }

    void takeBack() {
        if (!isTakenBack && !model.staged.isEmpty()) {
            isTakenBack = true;
            model.staged.forEach(actions::takeBack);
        }
    }

    /** After the policy has chosen: stages those that come next. */
    void fill(long nowMillis) {
        if (isTakenBack || nowMillis < refusedUntil || !model.free.isFull()) {
            return;
        }
        WaitingJob like = model.staged.isEmpty()
                ? model.ready.inOrder().next()
                : model.staged.iterator().next().job;
        int node = model.onlyBusyNode();
        if (node >= 0 && like instanceof LocalJob job && !model.free.isOverfull(node)) {
            fill(node, job, nowMillis);
        }
    }

    private void fill(int node, LocalJob like, long nowMillis) {
        int running = (int) model.running.stream().filter(j -> isAlike(j, like)).count();
        int missing = running * PER_RUNNING - model.staged.size();
        if (missing * 2 <= running * PER_RUNNING) {
            return; // as few orders as possible, each of many
        }
        for (LocalJob job : nextAlike(like, missing)) {
            Run run = new Run(job, new Placement(new int[] {node}, new int[] {job.tasks()}), 0, List.of(), nowMillis);
            model.stage(run);
            actions.stage(run, running);
        }
    }

    private List<LocalJob> nextAlike(LocalJob like, int count) {
        List<LocalJob> next = new ArrayList<>(count);
        WaitingJobs waiting = model.ready.inOrder();
        while (next.size() < count
                && waiting.next() instanceof LocalJob job
                && isAlike(job, like)
                && model.settings.queues().get(job.queue).maxRunning().isEmpty()) {
            next.add(job);
        }
        return next;
    }
}
