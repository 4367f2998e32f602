package io.hpc4j.local;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * In order, and when the first job has to wait, later ones start before it if that does not delay it: they end before
 * the first can start, or leave free what it will get. With a depth of 0 no job overtakes another (first come, first
 * served).
 *
 * <p>A job that could not start even if all others had ended, since nodes are down, does not hold up those behind it.
 */
final class EasyBackfill implements SchedulingPolicy {

    /** How many jobs behind the first one are looked at. */
    static final int DEPTH = 100;

    private final int depth;

    EasyBackfill(int depth) {
        this.depth = depth;
    }

    /** Strictly in order. */
    static EasyBackfill fifo() {
        return new EasyBackfill(0);
    }

    @Override
    public Decision decide(SchedulingView view) {
        return new Pass(view).run();
    }

    /** One decision. */
    private final class Pass {

        private final SchedulingView view;
        private final FreeResources free;
        private final int[] room;
        private final List<Start> starts = new ArrayList<>();
        private @Nullable Reservation head;
        private @Nullable FreeResources besideHead;
        private int looked;

        private Pass(SchedulingView view) {
            this.view = view;
            this.free = view.free().copy();
            this.room = view.queueRoom().stream().mapToInt(Integer::intValue).toArray();
            for (int queue = 0; queue < room.length; queue++) {
                closeIfFull(queue);
            }
        }

        private Decision run() {
            while (!free.isFull()) {
                WaitingJob job = view.waiting().next();
                if (job == null || !look(job)) {
                    break;
                }
            }
            return new Decision(starts, Optional.ofNullable(head));
        }

        /** Returns whether to look further. */
        private boolean look(WaitingJob job) {
            Optional<Placement> placement = free.place(job);
            if (head == null) {
                placement.ifPresentOrElse(p -> start(job, p), () -> head = reserve(job));
                return head == null ? placement.isPresent() || ++looked < DEPTH : depth > 0;
            }
            placement.filter(p -> isHarmless(job, p)).ifPresent(p -> start(job, p));
            return ++looked < depth;
        }

        private void start(WaitingJob job, Placement placement) {
            free.take(job, placement);
            starts.add(new Start(job, placement));
            room[job.queue()]--;
            closeIfFull(job.queue());
        }

        private void closeIfFull(int queue) {
            if (room[queue] <= 0) {
                view.waiting().skipQueue(queue);
            }
        }

        private boolean isHarmless(WaitingJob job, Placement placement) {
            if (head == null || besideHead == null) {
                return false;
            }
            boolean endsBefore =
                    head.atMillis() != Long.MAX_VALUE && job.walltimeMillis() <= head.atMillis() - view.nowMillis();
            if (!endsBefore) {
                if (!besideHead.holds(job, placement)) {
                    return false;
                }
                besideHead.take(job, placement);
            }
            return true;
        }

        /** Lets the running jobs end one after the other until the job fits. */
        private @Nullable Reservation reserve(WaitingJob job) {
            List<RunningJob> running = new ArrayList<>(view.running().get());
            for (Start start : starts) {
                running.add(new RunningJob(start.job(), start.placement(), endOf(start.job())));
            }
            running.sort(Comparator.comparingLong(RunningJob::endMillis));
            FreeResources later = free.copy();
            for (int i = 0; i < running.size(); i++) {
                RunningJob next = running.get(i);
                later.give(next.job(), next.placement());
                if (i + 1 < running.size() && running.get(i + 1).endMillis() == next.endMillis()) {
                    continue;
                }
                Optional<Placement> placement = later.place(job);
                if (placement.isPresent()) {
                    later.take(job, placement.get());
                    besideHead = later;
                    return new Reservation(job, Math.max(next.endMillis(), view.nowMillis()), placement.get());
                }
            }
            return null;
        }

        private long endOf(WaitingJob job) {
            long end = view.nowMillis() + job.walltimeMillis();
            return end < 0 ? Long.MAX_VALUE : end;
        }
    }
}
