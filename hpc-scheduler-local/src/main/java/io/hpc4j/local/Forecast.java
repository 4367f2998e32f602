package io.hpc4j.local;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * When a job will start if nothing new comes and every job takes its whole walltime: the policy itself is asked, again
 * and again, in a time that runs ahead. A pure function.
 */
final class Forecast {

    /** How many jobs that wait are looked at; a job behind them has no forecast. */
    static final int MOST_WAITING = 2000;

    private static final int MOST_STEPS = 5000;

    /**
     * All that it is made from.
     *
     * @param nowMillis the time
     * @param waiting the jobs that could start, in order, the one that is asked about among them
     * @param queueRoom for each queue how many of its jobs may start now
     * @param running the jobs that run
     * @param free what is free, which is changed
     */
    record Outlook(
            long nowMillis,
            List<WaitingJob> waiting,
            List<Integer> queueRoom,
            List<RunningJob> running,
            FreeResources free) {}

    /** When and where. */
    record Start(long atMillis, Placement placement) {}

    private final SchedulingPolicy policy;
    private final FreeResources free;
    private final Set<WaitingJob> waiting;
    private final List<Integer> room;
    private final List<RunningJob> running;
    private long now;

    private Forecast(Outlook outlook, SchedulingPolicy policy) {
        this.policy = policy;
        this.free = outlook.free();
        this.waiting = new LinkedHashSet<>(outlook.waiting());
        this.room = new ArrayList<>(outlook.queueRoom());
        this.running = new ArrayList<>(outlook.running());
        this.now = outlook.nowMillis();
    }

    /** The start of a job that waits; empty if that cannot be foreseen. */
    static Optional<Start> of(WaitingJob job, Outlook outlook, SchedulingPolicy policy) {
        return outlook.waiting().contains(job) ? new Forecast(outlook, policy).run(job) : Optional.empty();
    }

    private Optional<Start> run(WaitingJob job) {
        for (int step = 0; step < MOST_STEPS; step++) {
            for (SchedulingPolicy.Start start : decide()) {
                if (start.job().equals(job)) {
                    return Optional.of(new Start(now, start.placement()));
                }
                begin(start);
            }
            if (!goOn()) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private List<SchedulingPolicy.Start> decide() {
        return policy.decide(new SchedulingView(now, new InTurn(waiting), room, () -> running, free))
                .starts();
    }

    private void begin(SchedulingPolicy.Start start) {
        WaitingJob job = start.job();
        long end = now + job.walltimeMillis();
        waiting.remove(job);
        free.take(job, start.placement());
        running.add(new RunningJob(job, start.placement(), end < 0 ? Long.MAX_VALUE : end));
        room.set(job.queue(), room.get(job.queue()) - 1);
    }

    /** Lets the next of the running jobs end; returns whether there is one whose end is known. */
    private boolean goOn() {
        Optional<RunningJob> next = running.stream().min(Comparator.comparingLong(RunningJob::endMillis));
        if (next.isEmpty() || next.get().endMillis() == Long.MAX_VALUE) {
            return false;
        }
        now = Math.max(now, next.get().endMillis());
        for (Iterator<RunningJob> all = running.iterator(); all.hasNext(); ) {
            RunningJob one = all.next();
            if (one.endMillis() <= now) {
                all.remove();
                free.give(one.job(), one.placement());
                room.set(one.job().queue(), room.get(one.job().queue()) + 1);
            }
        }
        return true;
    }

    /** Jobs in the order of a list. */
    private static final class InTurn implements WaitingJobs {

        private final Iterator<WaitingJob> rest;
        private final Set<Integer> skipped = new TreeSet<>();

        private InTurn(Set<WaitingJob> jobs) {
            this.rest = List.copyOf(jobs).iterator();
        }

        @Override
        public @Nullable WaitingJob next() {
            while (rest.hasNext()) {
                WaitingJob job = rest.next();
                if (!skipped.contains(job.queue())) {
                    return job;
                }
            }
            return null;
        }

        @Override
        public void skipQueue(int queue) {
            skipped.add(queue);
        }
    }
}
