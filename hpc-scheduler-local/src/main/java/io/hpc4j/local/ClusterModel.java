package io.hpc4j.local;

import io.hpc4j.core.JobId;
import io.hpc4j.local.LocalJob.Stage;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The jobs and what they occupy, in memory; knows nothing of files, processes and threads. Guarded by the scheduler's
 * lock.
 */
final class ClusterModel {

    final LocalSettings settings;
    final FreeResources free;
    final ReadyJobs ready;
    final Set<Run> staged = new LinkedHashSet<>();
    final Set<LocalJob> running = new LinkedHashSet<>();
    private final Map<JobId, LocalJob> jobs = new LinkedHashMap<>();
    private final Map<JobId, JobArray> arrays = new HashMap<>();
    private final Map<String, LocalJob> byKey = new HashMap<>();
    private final TreeSet<LocalJob> beginning =
            new TreeSet<>(Comparator.comparingLong(ClusterModel::beginMillis).thenComparing(Comparator.naturalOrder()));
    private final Deque<LocalJob> ended = new ArrayDeque<>();
    private final List<BitSet> usedGpus = new ArrayList<>();
    private final int[] runningInQueue;
    private final int[] waitingInQueue;
    long nextNumber = 1;

    ClusterModel(LocalSettings settings) {
        this.settings = settings;
        free = new FreeResources(settings.nodes(), settings.slots(), settings.memoryBytes(), settings.gpus());
        for (int node = 0; node < settings.nodes(); node++) {
            free.setUp(node, false);
            usedGpus.add(new BitSet());
        }
        ready = new ReadyJobs(settings.queues());
        runningInQueue = new int[settings.queues().size()];
        waitingInQueue = new int[settings.queues().size()];
    }

    // ---------------------------------------------------------------- who there is

    @Nullable
    LocalJob job(JobId id) {
        return jobs.get(id);
    }

    Collection<LocalJob> jobs() {
        return jobs.values();
    }

    Optional<JobArray> array(JobId id) {
        return Optional.ofNullable(arrays.get(id));
    }

    Optional<LocalJob> byKey(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    int waiting(int queue) {
        return waitingInQueue[queue];
    }

    int running(int queue) {
        return runningInQueue[queue];
    }

    /** How many more jobs of each queue may run. */
    List<Integer> queueRoom() {
        return IntStream.range(0, runningInQueue.length)
                .mapToObj(this::queueRoom)
                .toList();
    }

    int queueRoom(int queue) {
        return settings.queues().get(queue).maxRunning().orElse(Integer.MAX_VALUE) - runningInQueue[queue];
    }

    // ---------------------------------------------------------------- waiting

    /** Adds a job that was submitted before; {@link #takeUp} puts it where it belongs. */
    void register(LocalJob job) {
        jobs.put(job.id, job);
        job.request.key().ifPresent(key -> byKey.putIfAbsent(key, job));
        nextNumber = Math.max(nextNumber, job.number + 1);
    }

    void register(JobArray array) {
        arrays.put(array.id, array);
        array.tasks.forEach(this::register);
    }

    /** Adds a job that waits; {@link #settle} puts it where it belongs. */
    void add(LocalJob job) {
        register(job);
        waitingInQueue[job.queue]++;
    }

    void add(JobArray array) {
        arrays.put(array.id, array);
        array.tasks.forEach(this::add);
    }

    /**
     * Takes up the jobs that were registered: the ended, the running with what they occupy. Those that wait are still
     * to be settled.
     *
     * @throws IllegalArgumentException if one needs a node or queue that this cluster does not have
     */
    void takeUp() {
        List<LocalJob> past = new ArrayList<>();
        for (LocalJob job : jobs.values()) {
            if (job.stage == Stage.ENDED) {
                past.add(job);
                continue;
            }
            Run run = job.run == null ? job.staged : job.run;
            if (job.queue < 0) {
                throw new IllegalArgumentException("job %s waits in the queue '%s', which this cluster does not have"
                        .formatted(job, job.request.queue().orElse("default")));
            }
            waitingInQueue[job.queue]++;
            if (run != null) {
                for (int i = 0; i < run.placement.size(); i++) {
                    if (run.placement.node(i) >= settings.nodes()) {
                        throw new IllegalArgumentException("job %s runs on %s, which this cluster does not have"
                                .formatted(job, LocalSettings.nodeName(run.placement.node(i))));
                    }
                }
                takeUp(run);
            }
        }
        past.sort(Comparator.comparingLong(job -> job.end == null ? 0 : job.end.endedMicros()));
        ended.addAll(past);
    }

    private void takeUp(Run run) {
        if (run.equals(run.job.staged)) {
            staged.add(run);
            run.job.stage = Stage.STAGED;
            if (run.job.array != null) {
                run.job.array.occupy();
            }
        } else {
            start(run);
        }
    }

    /** Moves a waiting job to where it belongs now. */
    void settle(LocalJob job, long nowMillis) {
        unsettle(job);
        if (job.held) {
            job.stage = Stage.HELD;
        } else if (job.openDependencies > 0) {
            job.stage = Stage.DEPENDENCY;
        } else if (beginMillis(job) > nowMillis) {
            job.stage = Stage.BEGIN;
            beginning.add(job);
        } else if (job.array != null && !job.array.admit(job)) {
            job.stage = Stage.ARRAY_LIMIT;
        } else {
            job.stage = Stage.READY;
            ready.add(job);
        }
    }

    private void unsettle(LocalJob job) {
        switch (job.stage) {
            case BEGIN -> beginning.remove(job);
            case READY -> {
                ready.remove(job);
                leaveArray(job);
            }
            case STAGED -> {
                unstage(job);
                leaveArray(job);
            }
            case ARRAY_LIMIT -> {
                if (job.array != null) {
                    job.array.removeWaiting(job);
                }
            }
            default -> {}
        }
        job.stage = Stage.DEPENDENCY;
    }

    private void leaveArray(LocalJob job) {
        if (job.array != null) {
            job.array.leave().ifPresent(next -> {
                next.stage = Stage.READY;
                ready.add(next);
            });
        }
    }

    private static long beginMillis(LocalJob job) {
        return job.request.beginAt().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE);
    }

    /** Takes the jobs whose time has come from those that wait for it. */
    List<LocalJob> begin(long nowMillis) {
        List<LocalJob> due = new ArrayList<>();
        while (!beginning.isEmpty() && beginMillis(beginning.first()) <= nowMillis) {
            due.add(beginning.first());
            settle(beginning.first(), nowMillis);
        }
        return due;
    }

    OptionalLong nextBegin() {
        return beginning.isEmpty() ? OptionalLong.empty() : OptionalLong.of(beginMillis(beginning.first()));
    }

    // ---------------------------------------------------------------- running and ending

    /** GPUs for a job at its place, by their numbers on this machine. */
    List<int[]> chooseGpus(LocalJob job, Placement placement) {
        if (job.gpusPerNode() == 0) {
            return List.of();
        }
        List<int[]> chosen = new ArrayList<>();
        for (int i = 0; i < placement.size(); i++) {
            int node = placement.node(i);
            BitSet used = usedGpus.get(node);
            int[] gpus = new int[job.gpusPerNode()];
            int gpu = -1;
            for (int g = 0; g < gpus.length; g++) {
                gpu = used.nextClearBit(gpu + 1);
                gpus[g] = node * settings.gpus() + gpu;
            }
            chosen.add(gpus);
        }
        return chosen;
    }

    /** Its node may start a job that was ready. */
    void stage(Run run) {
        ready.remove(run.job);
        run.job.stage = Stage.STAGED;
        run.job.staged = run;
        staged.add(run);
    }

    private void unstage(LocalJob job) {
        Run run = job.staged;
        if (run != null) {
            staged.remove(run);
        }
        job.staged = null;
    }

    /** All that wait for nothing but their turn: those that are staged come next. */
    WaitingJobs inOrder() {
        Iterator<Run> first = List.copyOf(staged).iterator();
        WaitingJobs others = ready.inOrder();
        return new WaitingJobs() {
            @Override
            public @Nullable WaitingJob next() {
                return first.hasNext() ? first.next().job : others.next();
            }

            @Override
            public void skipQueue(int queue) {
                others.skipQueue(queue);
            }
        };
    }

    void start(Run run) {
        LocalJob job = run.job;
        if (job.stage == Stage.READY) {
            ready.remove(job);
        } else if (job.stage != Stage.STAGED && job.array != null) {
            job.array.occupy();
        }
        unstage(job);
        job.stage = Stage.RUNNING;
        job.run = run;
        running.add(job);
        free.take(job, run.placement);
        markGpus(run, true);
        runningInQueue[job.queue]++;
        waitingInQueue[job.queue]--;
    }

    private void markGpus(Run run, boolean used) {
        for (int i = 0; i < run.gpus.size(); i++) {
            int node = run.placement.node(i);
            for (int gpu : run.gpus.get(i)) {
                usedGpus.get(node).set(gpu - node * settings.gpus(), used);
            }
        }
    }

    private void stopRunning(LocalJob job) {
        Run run = job.run;
        if (run != null && running.remove(job)) {
            free.give(job, run.placement);
            markGpus(run, false);
            runningInQueue[job.queue]--;
            leaveArray(job);
        }
        job.run = null;
    }

    /** The job waits again, for its next attempt. */
    void queueAgain(LocalJob job, long nowMillis) {
        stopRunning(job);
        job.attempt++;
        job.stage = Stage.DEPENDENCY;
        waitingInQueue[job.queue]++;
        settle(job, nowMillis);
    }

    void end(LocalJob job, JobEnd end) {
        if (job.stage == Stage.RUNNING) {
            stopRunning(job);
        } else if (job.stage != Stage.ENDED) {
            unsettle(job);
            waitingInQueue[job.queue]--;
        }
        job.stage = Stage.ENDED;
        job.end = end;
        ended.add(job);
    }

    /** The one node that all running jobs are on, and each on it alone; -1 if it is not so. */
    int onlyBusyNode() {
        int only = -1;
        for (LocalJob job : running) {
            Run run = job.run;
            int node = run == null || run.placement.size() > 1 ? -1 : run.placement.node(0);
            if (node < 0 || (only >= 0 && only != node)) {
                return -1;
            }
            only = node;
        }
        return only;
    }

    List<RunningJob> runningJobs() {
        List<RunningJob> all = new ArrayList<>(running.size());
        for (LocalJob job : running) {
            Run run = job.run;
            if (run != null) {
                all.add(new RunningJob(job, run.placement, run.endMillis()));
            }
        }
        return all;
    }

    // ---------------------------------------------------------------- forgetting

    int ended() {
        return ended.size();
    }

    /** Forgets the jobs that ended first, as far as no more than {@code keep} are left and nobody waits for them. */
    void forget(int keep) {
        for (int surplus = ended.size() - keep; surplus > 0; surplus--) {
            LocalJob job = ended.remove();
            if (job.hasWaiters()) {
                ended.add(job);
            } else if (job.array == null) {
                remove(job);
            } else if (++job.array.forgotten == job.array.tasks.size()) {
                arrays.remove(job.array.id);
                job.array.tasks.forEach(this::remove);
            }
        }
    }

    private void remove(LocalJob job) {
        jobs.remove(job.id);
        job.request.key().ifPresent(key -> byKey.remove(key, job));
    }
}
