package io.hpc4j.local;

import io.hpc4j.core.Dependency;
import io.hpc4j.core.JobId;
import io.hpc4j.core.JobRequest;
import io.hpc4j.core.JobState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** All that is known of one job. Guarded by the scheduler's lock; there may be 100,000, so fields are few and plain. */
final class LocalJob implements WaitingJob, Comparable<LocalJob> {

    /** Where a job is, and if it waits, for what. */
    enum Stage {
        HELD,
        DEPENDENCY,
        BEGIN,
        ARRAY_LIMIT,
        READY,
        /** Its node may start it by itself; whether it has, the node will say. */
        STAGED,
        RUNNING,
        ENDED;

        /** Whether it waits for nothing but its turn. */
        boolean isReady() {
            return this == READY || this == STAGED;
        }

        boolean isWaiting() {
            return this != RUNNING && this != ENDED;
        }
    }

    final JobId id;
    final long number;
    final JobRequest request;
    final int queue;
    final long walltimeMillis;
    final long submittedMillis;
    final int environment;
    final @Nullable JobArray array;
    final int index;

    Stage stage = Stage.DEPENDENCY;
    boolean held;
    int attempt = 1;
    int openDependencies;

    @Nullable
    Run run;

    /** What becomes {@link #run} once the node has started it. */
    @Nullable
    Run staged;

    @Nullable
    JobEnd end;

    private @Nullable List<Waiter> waiters;
    private @Nullable Map<JobState, Integer> retried;

    /** A job that waits for something to happen to this one. */
    record Waiter(LocalJob job, Dependency dependency) {}

    /** The parts of a job that are the same for all tasks of an array. */
    record Common(
            long number, JobRequest request, int queue, long walltimeMillis, long submittedMillis, int environment) {}

    LocalJob(Common common) {
        this(common, JobId.of(Long.toString(common.number())), null, -1);
    }

    LocalJob(Common common, JobArray array, int index) {
        this(common, JobId.of(common.number() + "_" + index), array, index);
    }

    private LocalJob(Common common, JobId id, @Nullable JobArray array, int index) {
        this.id = id;
        this.number = common.number();
        this.request = common.request();
        this.queue = common.queue();
        this.walltimeMillis = common.walltimeMillis();
        this.submittedMillis = common.submittedMillis();
        this.environment = common.environment();
        this.array = array;
        this.index = index;
        this.held = request.held();
    }

    @Override
    public int nodes() {
        return request.nodes();
    }

    @Override
    public int tasks() {
        return request.tasks();
    }

    @Override
    public int cpusPerTask() {
        return request.cpusPerTask();
    }

    @Override
    public long memoryPerNode() {
        return request.memoryPerNodeBytes().orElse(0);
    }

    @Override
    public int gpusPerNode() {
        return request.gpusPerNode();
    }

    @Override
    public boolean exclusive() {
        return request.exclusive();
    }

    @Override
    public long walltimeMillis() {
        return walltimeMillis;
    }

    @Override
    public int queue() {
        return queue;
    }

    OptionalInt arrayIndex() {
        return array == null ? OptionalInt.empty() : OptionalInt.of(index);
    }

    void addWaiter(Waiter waiter) {
        if (waiters == null) {
            waiters = new ArrayList<>(1);
        }
        waiters.add(waiter);
    }

    /** Who waits for this job; they are forgotten here. */
    List<Waiter> takeWaiters() {
        List<Waiter> taken = waiters == null ? List.of() : waiters;
        waiters = null;
        return taken;
    }

    boolean hasWaiters() {
        return waiters != null;
    }

    /** How many times it has been run again after this end. */
    int retried(JobState end) {
        return retried == null ? 0 : retried.getOrDefault(end, 0);
    }

    Map<JobState, Integer> retried() {
        return retried == null ? Map.of() : retried;
    }

    void countRetry(JobState end, int times) {
        if (retried == null) {
            retried = new EnumMap<>(JobState.class);
        }
        retried.merge(end, times, Integer::sum);
    }

    /** The order in which jobs of a queue are due. */
    @Override
    public int compareTo(LocalJob other) {
        int order = Integer.compare(
                other.request.priority().orElse(0), request.priority().orElse(0));
        if (order == 0) {
            order = Long.compare(number, other.number);
        }
        return order == 0 ? Integer.compare(index, other.index) : order;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return id.nativeId();
    }
}
