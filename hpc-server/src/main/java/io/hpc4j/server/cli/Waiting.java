package io.hpc4j.server.cli;

import io.hpc4j.core.Job;
import io.hpc4j.core.JobHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Waits for the ends of jobs. */
final class Waiting {

    /** So long that nobody notices the difference to having no limit. */
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private Waiting() {}

    /**
     * Waits until all have ended, and tells each as it ends.
     *
     * @throws TimeoutException if not all have ended in time; they go on
     */
    static List<Job> forAll(Collection<JobHandle> handles, Optional<Duration> limit, Consumer<Job> onEnd)
            throws InterruptedException, TimeoutException {
        LinkedBlockingQueue<Optional<Job>> ended = new LinkedBlockingQueue<>();
        List<CompletableFuture<Job>> ends = handles.stream()
                .map(h -> h.completion().whenComplete((job, e) -> ended.add(Optional.ofNullable(job))))
                .toList();
        long deadline = System.nanoTime() + limit.orElse(FOR_EVER).toNanos();
        List<Job> done = new ArrayList<>();
        while (done.size() < ends.size()) {
            Optional<Job> job = ended.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (job == null) {
                throw new TimeoutException("%d of %d jobs have not ended within %s and go on"
                        .formatted(
                                handles.size() - done.size(), handles.size(), Quantities.show(limit.orElse(FOR_EVER))));
            }
            done.add(job.orElseThrow(() -> new CancellationException("the connection to the cluster was closed")));
            onEnd.accept(done.get(done.size() - 1));
        }
        return done;
    }

    static int exitCode(Collection<Job> ended) {
        return ended.stream().allMatch(Job::isSuccess) ? ExitCodes.OK : ExitCodes.JOB_FAILED;
    }
}
