package io.hpc4j.local;

import io.hpc4j.core.ArrayRange;
import io.hpc4j.core.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** One array: its tasks, and which of them may start although only so many may run at once. */
final class JobArray {

    final JobId id;
    final ArrayRange range;
    final List<LocalJob> tasks;
    int forgotten;
    private final TreeSet<LocalJob> waiting = new TreeSet<>();
    private int admitted;

    JobArray(LocalJob.Common common, ArrayRange range) {
        this.id = JobId.of(Long.toString(common.number()));
        this.range = range;
        this.tasks = new ArrayList<>(range.size());
        range.indexes().forEach(i -> tasks.add(new LocalJob(common, this, i)));
    }

    /** Returns whether the task may start now; if not, it waits here. */
    boolean admit(LocalJob task) {
        if (range.maxRunning().isPresent() && admitted >= range.maxRunning().getAsInt()) {
            waiting.add(task);
            return false;
        }
        admitted++;
        return true;
    }

    /** A task runs already, whatever the limit. */
    void occupy() {
        admitted++;
    }

    /** A task that had been admitted needs its place no longer; returns the one that gets it. */
    Optional<LocalJob> leave() {
        LocalJob next = waiting.pollFirst();
        if (next == null) {
            admitted--;
        }
        return Optional.ofNullable(next);
    }

    void removeWaiting(LocalJob task) {
        waiting.remove(task);
    }
}
