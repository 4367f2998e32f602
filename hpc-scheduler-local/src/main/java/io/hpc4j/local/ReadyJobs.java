package io.hpc4j.local;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The jobs that wait for nothing but their turn: by the priority of their queue, then their own, then their age. */
final class ReadyJobs {

    private final List<QueueSettings> settings;
    private final List<TreeSet<LocalJob>> queues = new ArrayList<>();

    ReadyJobs(List<QueueSettings> settings) {
        this.settings = settings;
        settings.forEach(q -> queues.add(new TreeSet<>()));
    }

    void add(LocalJob job) {
        queues.get(job.queue).add(job);
    }

    void remove(LocalJob job) {
        queues.get(job.queue).remove(job);
    }

    boolean isEmpty() {
        return queues.stream().allMatch(TreeSet::isEmpty);
    }

    /** Whether no other job of its queue is before it. */
    boolean isFirst(LocalJob job) {
        TreeSet<LocalJob> queue = queues.get(job.queue);
        return !queue.isEmpty() && queue.first().equals(job);
    }

    /** Whether the first is due before the second, if both could start. */
    boolean isBefore(LocalJob a, LocalJob b) {
        int order = Integer.compare(
                settings.get(b.queue).priority(), settings.get(a.queue).priority());
        return order == 0 ? a.compareTo(b) < 0 : order < 0;
    }

    WaitingJobs inOrder() {
        return new InOrder();
    }

    /** Merges the queues. */
    private final class InOrder implements WaitingJobs {

        private final List<@Nullable Iterator<LocalJob>> rest = new ArrayList<>();
        private final List<@Nullable LocalJob> heads = new ArrayList<>();

        private InOrder() {
            for (TreeSet<LocalJob> queue : queues) {
                Iterator<LocalJob> jobs = queue.iterator();
                rest.add(jobs);
                heads.add(jobs.hasNext() ? jobs.next() : null);
            }
        }

        @Override
        public @Nullable WaitingJob next() {
            LocalJob best = null;
            for (LocalJob head : heads) {
                if (head != null && (best == null || isBefore(head, best))) {
                    best = head;
                }
            }
            if (best != null) {
                Iterator<LocalJob> jobs = rest.get(best.queue);
                heads.set(best.queue, jobs != null && jobs.hasNext() ? jobs.next() : null);
            }
            return best;
        }

        @Override
        public void skipQueue(int queue) {
            rest.set(queue, null);
            heads.set(queue, null);
        }
    }
}
