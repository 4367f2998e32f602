package io.hpc4j.server.cli;

import io.hpc4j.core.Cluster;
import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import io.hpc4j.core.JobRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/** Submits numbered jobs, no more than so many at a time, and tells each as it ends. */
final class BatchRun {

    /** What hears of the ends. */
    @FunctionalInterface
    interface Listener {

        void ended(int number, Job job);
    }

    private record End(int number, Optional<Job> job) {}

    private final Cluster cluster;
    private final List<JobRequest> requests;
    private final LinkedBlockingQueue<End> ends = new LinkedBlockingQueue<>();
    private final List<CompletableFuture<Job>> watched = new ArrayList<>();

    BatchRun(Cluster cluster, List<JobRequest> requests) {
        this.cluster = cluster;
        this.requests = requests;
    }

    /** Returns when all have ended. */
    void run(int atATime, Listener listener) throws InterruptedException {
        int sent = Math.min(atATime, requests.size());
        List<JobHandle> first = cluster.submitAll(requests.subList(0, sent));
        for (int i = 0; i < sent; i++) {
            watch(i + 1, first.get(i));
        }
        for (int ended = 0; ended < requests.size(); ended++) {
            End end = ends.take();
            listener.ended(
                    end.number(),
                    end.job().orElseThrow(() -> new CancellationException("the connection to the cluster was closed")));
            if (sent < requests.size()) {
                sent++;
                watch(sent, cluster.submit(requests.get(sent - 1)));
            }
        }
    }

    private void watch(int number, JobHandle handle) {
        watched.add(handle.completion().whenComplete((job, e) -> ends.add(new End(number, Optional.ofNullable(job)))));
    }
}
